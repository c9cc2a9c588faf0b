/** Running an experiment: its units spread over threads, its results and report written to a folder. */

import { join } from "node:path";
import { SHARE_ENV, Worker } from "node:worker_threads";
import { newDocument } from "../report/document.node.js";
import { drawFigure } from "../report/figures/figure.js";
import { renderPage } from "../report/page.js";
import { writeAtomic } from "../store/atomic.js";
import { makeFolder } from "../store/disk.js";
import { version } from "../util/version.js";
import type { Budget, Experiment, Finished, Outcome } from "./experiment.js";
import { openLedger } from "./ledger.node.js";
import type { UnitMessage, UnitTask } from "./unit-worker.node.js";

export interface ExecuteOptions extends Budget {
  /** Units at work at the same time. */
  readonly jobs: number;
  /** Folder for `units.ndjson`, `results.json`, `report.html` and `figures/`; nothing is written without one. */
  readonly out?: string;
  /** Take the results of units that `out` has already. */
  readonly resume?: boolean;
  readonly progress?: (state: ExperimentProgress) => void;
  /** Ends the units at work; `executeExperiment` then rejects with its reason. */
  readonly signal?: AbortSignal;
}

export interface ExperimentProgress {
  readonly finished: number;
  readonly total: number;
  /** Share done of each unit at work, by label. */
  readonly active: readonly { readonly label: string; readonly done: number }[];
}

/** Plan, run and conclude; the same budget gives the same results whatever the number of jobs. */
export async function executeExperiment(experiment: Experiment, options: ExecuteOptions): Promise<Outcome> {
  const { budget, seeds, seed, jobs, out, signal, resume = false } = options;
  const units = experiment.plan({ budget, seeds, seed });
  const ledger = out === undefined ? undefined : openLedger(out, experiment, resume);
  const finished = units.map((unit): Finished<unknown, unknown> | undefined => {
    const before = ledger?.find(unit);
    return before && { unit, result: before.result };
  });
  const active = new Map<number, number>();
  const tell = (): void =>
    options.progress?.({
      finished: finished.filter(Boolean).length,
      total: units.length,
      active: [...active].map(([i, done]) => ({ label: experiment.label(units[i]), done })),
    });
  const waiting = units.map((_, i) => i).filter((i) => finished[i] === undefined);
  const work = async (): Promise<void> => {
    for (let i = waiting.shift(); i !== undefined; i = waiting.shift()) {
      const at = i;
      active.set(at, 0);
      tell();
      const result = await runInThread({ experiment: experiment.name, unit: units[at] }, signal, (done) => {
        active.set(at, done);
        tell();
      });
      active.delete(at);
      finished[at] = { unit: units[at], result };
      ledger?.add(units[at], result);
      tell();
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(jobs, waiting.length) }, work));
    const asked = { budget, seeds, seed };
    const outcome = experiment.conclude(finished as Finished<unknown, unknown>[], asked);
    if (out !== undefined) await writeOutcome(out, experiment, asked, outcome);
    return outcome;
  } finally {
    ledger?.close();
  }
}

const kebab = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");

/** Results, the report, and its figures in files named by their titles. */
async function writeOutcome(out: string, experiment: Experiment, asked: Budget, outcome: Outcome): Promise<void> {
  const results = { experiment: experiment.name, cite: experiment.cite, ebbflow: version, ...asked, ...outcome };
  writeAtomic(join(out, "results.json"), `${JSON.stringify(results)}\n`);
  const page = experiment.report(outcome, asked);
  const document = newDocument();
  writeAtomic(join(out, "report.html"), renderPage(page, document));
  const folder = join(out, "figures");
  makeFolder(folder);
  for (const { figures = [] } of page.sections)
    for (const { figure } of figures)
      writeAtomic(join(folder, `${kebab(figure.title)}.svg`), drawFigure(figure, document));
}

function runInThread(task: UnitTask, signal: AbortSignal | undefined, tick: (done: number) => void): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./unit-worker.node.js", import.meta.url), {
      workerData: task,
      execArgv: [],
      env: SHARE_ENV,
    });
    const abort = (): void => {
      void worker.terminate();
      reject(signal?.reason);
    };
    signal?.addEventListener("abort", abort, { once: true });
    worker.on("message", (message: UnitMessage) => {
      if (message.type === "tick") tick(message.done);
      else resolve(message.result);
    });
    worker.on("error", reject);
    worker.on("exit", () => {
      signal?.removeEventListener("abort", abort);
      reject(new Error("a unit's thread ended before its result"));
    });
  });
}
