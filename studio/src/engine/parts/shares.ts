/** Shares of modes with their intervals, as numbers by name. */

import type { ModeWeights } from "ebbflow/metrics";
import type { Numbers } from "../messages.js";

/** `weights`, `low` and `high`, a number a mode; NaN where no interval is known. */
export const sharesOf = ({ weights }: ModeWeights): Numbers => ({
  weights: Float64Array.from(weights, ({ value }) => value),
  low: Float64Array.from(weights, ({ interval }) => interval?.[0] ?? Number.NaN),
  high: Float64Array.from(weights, ({ interval }) => interval?.[1] ?? Number.NaN),
});
