/** How long a chain remembers. */

import { z } from "zod";
import { isConstant, isFiniteArray, mean } from "../../util/moments.js";
import { metric } from "../metric.js";
import { meanAutocovariance } from "./autocovariance.js";
import { type Chains, copyChains } from "./chains.js";

export interface Autocorrelation {
  /** `ρ_t` for `t = 0 … lags`. */
  readonly values: Float64Array;
  /** Integrated autocorrelation time in draws, `τ = 1 + 2 Σ ρ_t` over the window. */
  readonly time: number;
  /** The smallest window `≥ 5 τ`; `null` when the chains are too short to hold one, and `time` is then too small. */
  readonly window: number | null;
}

/** Sokal's window: the first `T ≥ 5 τ(T)`. */
function integratedTime(rho: Float64Array): { readonly time: number; readonly window: number | null } {
  let time = 1;
  for (let t = 1; t < rho.length; t++) {
    time += 2 * rho[t]!;
    if (t >= 5 * time) return { time, window: t };
  }
  return { time, window: null };
}

/**
 * Autocorrelation of several chains and its integrated time.
 * `ρ_t = γ_t/γ₀` with `γ_t = mean over chains of (1/n) Σ_{i<n−t} (xᵢ − x̄)(xᵢ₊ₜ − x̄)`, `x̄` the mean of *all* draws, so
 * chains trapped in different modes show as correlation that does not decay, instead of as none.
 * NaN for a constant or a number that is not finite. Window: Sokal (1997).
 */
export const autocorrelation = metric({
  name: "autocorrelation",
  about: "Autocorrelation of the chains by lag, and the integrated autocorrelation time.",
  cite: "Sokal (1997), Monte Carlo methods in statistical mechanics: foundations and new algorithms",
  of: "chains",
  options: z.object({
    lags: z
      .number()
      .int()
      .min(0)
      .default(50)
      .describe("the largest lag, in draws; at most the draws there are less one"),
  }),
  compute(chains: Chains, { lags }): Autocorrelation {
    const x = copyChains(chains);
    const shown = Math.min(lags + 1, x.shape[1]);
    if (!isFiniteArray(x.data) || isConstant(x.data))
      return { values: new Float64Array(shown).fill(Number.NaN), time: Number.NaN, window: null };
    const gamma = meanAutocovariance(x, mean(x.data));
    const rho = gamma.map((g) => g / gamma[0]!);
    return { values: rho.slice(0, shown), ...integratedTime(rho) };
  },
});
