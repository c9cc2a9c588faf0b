/** States of a training on the way, few enough to keep: every so many steps, twice as many apart when there are too many. */

import type { Tensor } from "ebbflow";
import type { ConfiguredSession } from "ebbflow/train";

/** What a training had after a step, by the names of its state; what optimizers remember is left out. */
export interface Snapshot {
  readonly step: number;
  readonly tensors: Readonly<Record<string, Tensor>>;
}

/** States at most, and bytes at most that they come to. */
const [MOST, BYTES] = [64, 1 << 26];

const bytesOf = ({ tensors }: Snapshot): number =>
  Object.values(tensors).reduce((sum, { data }) => sum + data.byteLength, 0);

export function newSnapshots() {
  let kept: readonly Snapshot[] = [];
  let each = 1;
  return {
    /** Take the state after a step, if it is one that is kept; a step that is come to again has its last state. */
    record({ at, state }: Pick<ConfiguredSession, "at" | "state">): void {
      const { stage, step } = at();
      if (stage === "pretraining") return;
      kept = kept.filter((one) => one.step < step);
      if (step % each !== 0) return;
      const own = Object.entries(state()).filter(([name]) => !name.startsWith("optimizer."));
      // A training may write over its own.
      const tensors = own.map(([name, { data, ...rest }]) => [name, { ...rest, data: data.slice() }]);
      kept = [...kept, { step, tensors: Object.fromEntries(tensors) as Snapshot["tensors"] }];
      const most = Math.max(2, Math.min(MOST, Math.floor(BYTES / bytesOf(kept[0]!))));
      while (kept.length > most) {
        each *= 2;
        kept = kept.filter((one) => one.step % each === 0);
      }
    },
    /** Ascending. */
    all: (): readonly Snapshot[] => kept,
  };
}
