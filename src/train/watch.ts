/** What watches a training: its health, told as it appears. */

import { type HealthFinding, type HealthMemory, newHealth } from "./health.js";
import type { Settings } from "./remedy.js";

export interface WatchSpec {
  /** Steps between observations; infinite where nothing is watched. */
  readonly every: number;
  /** Coordinates of a point, by which energies are measured. */
  readonly dimension: number;
  /** Of the configuration that is trained: what it has already is not advised. */
  readonly settings?: Settings;
}

export interface Watch {
  after(step: number, metrics: Readonly<Record<string, number>>): void;
  /** Tell what the last steps showed: a training may diverge between two observations. */
  diverged(): void;
  findings(): readonly HealthFinding[];
  memory(): HealthMemory;
}

/** A watch that goes on with the memory of another. Each finding is told once, when it appears. */
export function newWatch(
  { every, ...about }: WatchSpec,
  tell: (finding: HealthFinding) => void,
  memory?: HealthMemory,
): Watch {
  const health = newHealth({ ...about, ...(memory ? { memory } : {}) });
  const close = newHealth(about);
  return {
    findings: health.findings,
    memory: health.memory,
    after(step, metrics) {
      if (every === Number.POSITIVE_INFINITY) return;
      close.observe(step, metrics);
      if (step % every === 0) for (const finding of health.observe(step, metrics)) tell(finding);
    },
    diverged() {
      const known = new Set(health.findings().map(({ rule }) => rule));
      for (const finding of close.findings()) if (!known.has(finding.rule)) tell(finding);
    },
  };
}
