import { chainModeWeights, modeJumps } from "ebbflow/metrics";
import type { Part } from "./part.js";
import { sharesOf } from "./shares.js";

/** Draws of a chain below which nothing is said. */
const LEAST = 10;

/**
 * Shares of the modes among the chains of the training over its last steps, with intervals from how the chains move and
 * disagree, and the passages from mode to mode, `counts (modes, modes)`. The energy changes meanwhile: they are chains of
 * the training, not of the model as it stands.
 */
export const chainModes: Part = {
  name: "chain-modes",
  async compute({ trace }) {
    const traced = trace.modes();
    if (!traced || traced.shape[1] < LEAST) return null;
    const { modes, first, last, shape } = traced;
    const { counts, rate, trapped } = modeJumps(traced, { modes });
    return {
      ...sharesOf(chainModeWeights(traced, { modes })),
      ...{ counts: Float64Array.from(counts.flat()), rate: rate.value, trapped, chains: shape[0], first, last },
    };
  },
};
