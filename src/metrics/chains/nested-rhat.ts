/** Whether many short chains have forgotten where they started. */

import { z } from "zod";
import { InputError } from "../../util/errors.js";
import { isConstant, isFiniteArray, mean, rowMeans, variance } from "../../util/moments.js";
import { metric } from "../metric.js";
import { type Chains, copyChains } from "./chains.js";

/** `s²`, which one number has none of. */
const spread = (x: Float64Array): number => (x.length > 1 ? variance(x) : 0);

/**
 * Nested R-hat, `√(1 + B/W)`: `B` is the variance of the means of the `K` superchains, `W` the mean over superchains of
 * the variance of the means of their chains plus the mean variance within those chains.
 * A superchain is `M` neighbouring chains, `k M … (k + 1) M − 1`, that all began at one point, the points being spread
 * wide: what is left of the start sets superchains apart. Chains grouped without regard to their starts always agree.
 * A chain may be as short as one draw. Of independent draws, `n` a chain, it is about `√(1 + 1/(M n))`: with short
 * chains judge by that, not by 1.01. With one chain a superchain it is `√(R² + 1/n)`, `R` the R-hat of whole chains.
 * NaN for a constant or a number that is not finite, infinite for superchains frozen at different values.
 * Throws InputError when the chains do not divide into the superchains.
 * Source: Margossian, Hoffman, Sountsov, Riou-Durand, Vehtari & Gelman (2024).
 */
export const nestedRhat = metric({
  name: "nested-rhat",
  about: "Whether groups of short chains, each from one start, agree: 1 when the start is forgotten.",
  cite: "Margossian, Hoffman, Sountsov, Riou-Durand, Vehtari & Gelman (2024), Nested R-hat: assessing the convergence of Markov chain Monte Carlo when running many short chains",
  of: "chains",
  options: z.object({
    superchains: z.number().int().min(2).describe("K, groups of neighbouring chains that began at one point each"),
  }),
  compute(chains: Chains, { superchains }): number {
    const { shape, data } = copyChains(chains);
    const [count, draws] = shape;
    const size = count / superchains;
    if (!Number.isInteger(size))
      throw new InputError(`nested-rhat: ${count} chains do not divide into ${superchains} superchains of one size`);
    if (data.length === 0 || !isFiniteArray(data) || isConstant(data)) return Number.NaN;
    const means = rowMeans(data, shape);
    const within = Float64Array.from(means, (_, c) => spread(data.subarray(c * draws, (c + 1) * draws)));
    const between = Float64Array.from({ length: superchains }, (_, k) =>
      spread(means.subarray(k * size, (k + 1) * size)),
    );
    return Math.sqrt(1 + variance(rowMeans(means, [superchains, size])) / (mean(between) + mean(within)));
  },
});
