import { config as configs } from "ebbflow";
import { gridOf } from "./grid.js";
import { logSum } from "./log-sum.js";
import type { Part } from "./part.js";

/** Cells along each axis, over the whole of the law: neighbouring modes are told apart to a thousandth or two. */
const SIDE = 96;

/**
 * Shares of the modes in the model, by its energies on a grid over the whole law, whatever the view: no chain and no
 * weight is between. Where the law's modes are known.
 */
export const modeWeights: Part = {
  name: "mode-weights",
  async compute({ session, programs }) {
    const law = configs.distributionOf(session.config);
    if (!law?.modes || law.event[0] !== 2) return null;
    const [x, y] = law.box.map(([low, high]) => [low - 0.1 * (high - low), high + 0.1 * (high - low)]);
    const { points } = gridOf({ box: [x, y] as never, side: SIDE });
    const logs = (await programs.energies(points)).map((e) => -e);
    const total = logSum(logs);
    const labels = law.modes.assign(points);
    const weights = new Float64Array(law.modes.weights.length);
    for (const [i, label] of labels.entries()) if (label >= 0) weights[label]! += Math.exp(logs[i]! - total);
    return { weights };
  },
};
