/** The health of a run, read off its journal. */

import type { RunConfig } from "../config/config.js";
import type { RunData } from "../config/prepare.js";
import type { JournalRecord } from "../store/journal.js";
import { type Health, newHealth, showFinding } from "../train/health.js";

/** What of a run its health depends on, beside the journal. */
interface Watched {
  readonly config: Pick<RunConfig, "logEvery">;
  readonly data: Pick<RunData, "columns">;
}

/** Whether a record holds the metrics of a regular step: not an evaluation, a rollback, or a last step out of turn. */
const isRegular = ({ step, validation, rate }: JournalRecord, every: number): boolean =>
  step % every === 0 && validation === undefined && rate === undefined;

/** A monitor that has seen the journal of a run: one that is resumed goes on with it. */
export function healthOf({ config, data }: Watched, journal: readonly JournalRecord[]): Health {
  const every = config.logEvery;
  const health = newHealth({ dimension: data.columns.length });
  for (const record of journal) {
    if (!isRegular(record, every)) continue;
    const metrics = Object.entries(record).filter((entry): entry is [string, number] => typeof entry[1] === "number");
    health.observe(record.step, Object.fromEntries(metrics));
  }
  return health;
}

/** What watches a run while it trains. */
export interface RunWatch {
  after(step: number, metrics: Readonly<Record<string, number>>): void;
  /** Tell what the last steps showed: a run may diverge between two records of its journal. */
  diverged(): void;
}

/** Tell each finding once, when it appears; those of the journal so far were told. */
export function watchRun(run: Watched, journal: readonly JournalRecord[], tell: (text: string) => void): RunWatch {
  const health = healthOf(run, journal);
  const close = newHealth({ dimension: run.data.columns.length });
  return {
    after(step, metrics) {
      close.observe(step, metrics);
      if (step % run.config.logEvery === 0)
        for (const finding of health.observe(step, metrics)) tell(showFinding(finding));
    },
    diverged() {
      const known = new Set(health.findings().map(({ rule }) => rule));
      const others = close.findings().filter(({ rule }) => !known.has(rule));
      for (const finding of others) tell(showFinding(finding));
    },
  };
}
