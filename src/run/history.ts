/** Parameters of a run that stay in its folder, every so many steps, with the chains of then: its course can be looked at. */

import { rmSync } from "node:fs";
import { join } from "node:path";
import { checkpointFile, encodeCheckpoint } from "../formats/checkpoint.js";
import { writeAtomic } from "../store/atomic.js";
import { listCheckpoints } from "../store/checkpoint.js";
import { makeFolder } from "../store/disk.js";
import type { SessionCheckpoint } from "../train/checkpoint.js";

/** What optimizers remember is of no use to who looks back. */
const isLookedAt = (name: string): boolean => !name.startsWith("optimizer.");

export interface History {
  /** Keep a state, if its step is one that is kept. */
  keep(step: number, state: SessionCheckpoint["tensors"]): void;
  /** Forget what is of later steps. */
  setBack(step: number): void;
}

/** @param every steps from one to the next; `null` keeps none. */
export function historyOf(folder: string, every: number | null): History {
  let last: number | undefined;
  return {
    keep(step, state) {
      if (every === null || step % every !== 0 || step === last) return;
      last = step;
      const tensors = Object.fromEntries(Object.entries(state).filter(([name]) => isLookedAt(name)));
      makeFolder(folder);
      writeAtomic(join(folder, checkpointFile(step)), encodeCheckpoint({ step, tensors, meta: {} }));
    },
    setBack(step) {
      last = undefined;
      for (const later of listCheckpoints(folder)) if (later.step > step) rmSync(later.file);
    },
  };
}
