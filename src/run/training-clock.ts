/**
 * How long a training has run, `times.ndjson`: seconds at the steps of its journal, apart from that, which has the same
 * bytes however fast the machine is. Breaks in which nothing ran do not count.
 */

import { existsSync } from "node:fs";
import { openJournal, readJournal } from "../store/journal.js";

export interface TrainingClock {
  /** Write down how long it has taken to come to a step. */
  mark(step: number): void;
  /** Forget the times of later steps; the seconds that they took stay spent. */
  setBack(step: number): void;
  close(): void;
}

/**
 * @param after the step that a training goes on from; `null` where it begins. A training of which no times were kept so
 * far has none from then on either.
 */
export function trainingClock(file: string, after: number | null): TrainingClock | null {
  if (after !== null && !existsSync(file)) return null;
  let journal = openJournal(file, { afterStep: after ?? -1 });
  const spent = Number(readJournal(file).at(-1)?.seconds ?? 0);
  const began = performance.now();
  return {
    mark: (step) => journal.append({ step, seconds: round(spent + (performance.now() - began) / 1000) }),
    setBack(step) {
      journal.close();
      journal = openJournal(file, { afterStep: step });
    },
    close: () => journal.close(),
  };
}

/** To milliseconds. */
const round = (seconds: number): number => Math.round(1000 * seconds) / 1000;
