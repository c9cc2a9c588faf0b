/** What the mean of a quantity over chains is worth, for estimates that are ratios of means. */

import { isConstant, mean, variance } from "../../util/moments.js";
import { chainWorth } from "./chain-worth.js";
import { type Chains, copyChains } from "./chains.js";

export interface MeanOfChains {
  /** Independent draws the chains are worth, at most as many as they hold. */
  readonly worth: number;
  /** Variance of the mean over its square. */
  readonly relativeVariance: number;
  /** Degrees of freedom of that variance. */
  readonly degrees: number;
}

/** The variance of one draw over their {@link chainWorth}. A constant counts in full and varies by nothing: it is a ratio that is known. */
export function meanOfChains(chains: Chains): MeanOfChains {
  const x = copyChains(chains);
  if (isConstant(x.data)) return { worth: x.data.length, relativeVariance: 0, degrees: Number.POSITIVE_INFINITY };
  const { size, degrees } = chainWorth(x);
  const worth = Math.min(x.data.length, size);
  const centre = mean(x.data);
  return { worth, relativeVariance: variance(x.data, centre) / worth / centre ** 2, degrees };
}
