/** The modes in which the chains of a training were over its last steps, while the energy changed under them. */

import { config as configs, type FloatTensor, type Tensor } from "ebbflow";
import type { ConfiguredSession } from "ebbflow/train";

/** Steps that are remembered. */
const STEPS = 200;

/** Labels of chains at successive steps, −1 where one is in no mode. */
export interface TracedModes {
  /** `(chains, draws)`. */
  readonly shape: readonly [chains: number, draws: number];
  readonly data: Float64Array;
  readonly modes: number;
  readonly first: number;
  readonly last: number;
}

export interface ChainTrace {
  /** Take where the chains are after a step. */
  record(session: ConfiguredSession): void;
  /** `null` where no chains are kept, or the law behind the rows has no modes. */
  modes(): TracedModes | null;
}

export function newChainTrace(config: ConfiguredSession["config"]): ChainTrace {
  const law = configs.distributionOf(config)?.modes;
  let kept: { readonly step: number; readonly labels: Int32Array }[] = [];
  return {
    record(session) {
      const positions = law && keptChains(session);
      if (!positions) return;
      const labels = law.assign(session.data.coordinates.decode(positions));
      // Other chains than before begin anew.
      if (kept[0] && kept[0].labels.length !== labels.length) kept = [];
      kept.push({ step: session.at().step, labels });
      if (kept.length > STEPS) kept.shift();
    },
    modes() {
      const draws = kept.length;
      if (!law || draws === 0) return null;
      const chains = kept[0]!.labels.length;
      const data = new Float64Array(chains * draws);
      for (const [i, { labels }] of kept.entries()) for (let c = 0; c < chains; c++) data[c * draws + i] = labels[c]!;
      return { shape: [chains, draws], data, modes: law.weights.length, first: kept[0]!.step, last: kept.at(-1)!.step };
    },
  };
}

/** Positions of the chains that the objective keeps, in the coordinates of the model. */
export const keptChains = ({ state, model }: ConfiguredSession): FloatTensor | null =>
  chainsAmong(state(), model.event[0]!);

/** Positions of chains among the tensors of a training whose points have `d` coordinates. */
export function chainsAmong(tensors: Readonly<Record<string, Tensor>>, d: number): FloatTensor | null {
  const found = Object.entries(tensors).find(
    ([name, { shape }]) => name.startsWith("carry.") && shape.length === 2 && shape[1] === d && shape[0]! > 1,
  )?.[1];
  return (found as FloatTensor | undefined) ?? null;
}
