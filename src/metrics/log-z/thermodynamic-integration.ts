/** The normaliser by integrating mean energies along a path of temperatures. */

import { InputError, NumericError } from "../../util/errors.js";
import { noOptions } from "../../util/options.js";
import type { Chains } from "../chains/chains.js";
import { meanOfChains } from "../chains/mean-of-chains.js";
import { normalEstimate } from "../intervals/interval.js";
import { type Estimate, metric } from "../metric.js";
import { normaliseLogWeights } from "./log-weights.js";

/** Means along a path `U_β` from `U₀` to `U₁`, of `dU/dβ`: `U₁ − U₀` where the path is linear. */
export interface Path {
  /** Inverse temperatures β, ascending. */
  readonly temperatures: ArrayLike<number>;
  /** Mean of `dU/dβ` under `p_β`, one a temperature. */
  readonly means: ArrayLike<number>;
  /** Standard errors of the means, taken as independent; left out, the means are exact. */
  readonly errors?: ArrayLike<number>;
  /** Variances of `dU/dβ` under `p_β` on a linear path, where the derivative of the mean is minus its variance. */
  readonly variances?: ArrayLike<number>;
}

/** @throws InputError when temperatures do not ascend or are too few, or something is not given once a temperature. */
function checkPath(what: string, temperatures: ArrayLike<number>, given: Readonly<Record<string, number>>): void {
  const n = temperatures.length;
  if (n < 2) throw new InputError(`${what}: ${n} temperatures; give at least two`);
  for (let k = 1; k < n; k++)
    if (!(temperatures[k]! > temperatures[k - 1]!))
      throw new InputError(
        `${what}: temperature ${k} (from 0) is ${temperatures[k]} after ${temperatures[k - 1]}; they must ascend`,
      );
  for (const [name, length] of Object.entries(given))
    if (length !== n) throw new InputError(`${what}: ${length} ${name} for ${n} temperatures`);
}

/** `∫ f dβ` through the given places, by the trapezoid and, with slopes of `f`, its end correction `−h²/12 (f′(b) − f′(a))`. */
function integrate(places: readonly number[], { temperatures: t, means: f, variances: v }: Path): number {
  let total = 0;
  for (let j = 1; j < places.length; j++) {
    const [a, b] = [places[j - 1]!, places[j]!];
    const h = t[b]! - t[a]!;
    total += (h / 2) * (f[a]! + f[b]!) + (v ? ((h * h) / 12) * (v[b]! - v[a]!) : 0);
  }
  return total;
}

/**
 * Thermodynamic integration: `log Z₁ − log Z₀ = −∫₀¹ E_β[dU/dβ] dβ` by the trapezoid, whose error falls as `h²`; with
 * the variances, as `h⁴`. `discretisation` is what the rule may still be off by, from the difference to every other
 * temperature (a third of it, a fifteenth with the correction), and is part of the standard error. The means must be of
 * equilibrium: draws that lag behind their temperature bias the integral, and no error tells.
 * Throws InputError for fewer than two temperatures or lengths that differ, NumericError for a mean that is not finite.
 * Source: Gelman & Meng (1998); the correction: Friel, Hurn & Wyse (2014).
 */
export const thermodynamicIntegration = metric({
  name: "thermodynamic-integration",
  about: "A difference of log-normalisers from mean energies along a path of temperatures, with its error.",
  cite: "Gelman & Meng (1998), Simulating normalizing constants: from importance sampling to bridge sampling to path sampling",
  of: "path",
  options: noOptions,
  compute(path: Path): { readonly logRatio: Estimate; readonly discretisation: number } {
    const { temperatures: t, means, errors, variances } = path;
    checkPath("thermodynamic-integration", t, {
      means: means.length,
      ...(errors ? { errors: errors.length } : {}),
      ...(variances ? { variances: variances.length } : {}),
    });
    for (let k = 0; k < means.length; k++)
      if (!Number.isFinite(means[k]))
        throw new NumericError(`thermodynamic-integration: the mean at temperature ${k} (from 0) is ${means[k]}`);
    const places = Array.from({ length: t.length }, (_, k) => k);
    const fine = integrate(places, path);
    const half = places.filter((k) => k % 2 === 0 || k === t.length - 1);
    const discretisation = Math.abs(fine - integrate(half, path)) / (variances ? 15 : 3);
    // Each mean counts with half the distance between its neighbours.
    const spread = places.reduce((s, k) => {
      const weight = (t[Math.min(k + 1, t.length - 1)]! - t[Math.max(k - 1, 0)]!) / 2;
      return s + (weight * (errors?.[k] ?? 0)) ** 2;
    }, 0);
    return { logRatio: normalEstimate(-fine, Math.hypot(Math.sqrt(spread), discretisation)), discretisation };
  },
});

/**
 * Stepping stones: `log Z₁ − log Z₀ = Σ log E_{βₖ}[exp(−(βₖ₊₁ − βₖ) v)]`, `v = U₁ − U₀` at chains of `p_βₖ`, one set of
 * chains a temperature but the last. Unlike thermodynamic integration it has no discretisation error. Standard error by
 * the delta method with the effective size of each chain of weights, the temperatures taken as independent.
 * Throws InputError as {@link thermodynamicIntegration}, NumericError for a difference that is NaN or `−∞`.
 * Source: Xie, Lewis, Fan, Kuo & Chen (2011).
 */
export const steppingStone = metric({
  name: "stepping-stone",
  about: "A difference of log-normalisers as a product of importance estimates between neighbouring temperatures.",
  cite: "Xie, Lewis, Fan, Kuo & Chen (2011), Improving marginal likelihood estimation for Bayesian phylogenetic model selection",
  of: "path",
  options: noOptions,
  compute({
    temperatures: t,
    differences,
  }: {
    /** Inverse temperatures β, ascending. */
    readonly temperatures: ArrayLike<number>;
    /** `U₁ − U₀` at draws of each temperature but the last. */
    readonly differences: readonly Chains[];
  }): { readonly logRatio: Estimate } {
    checkPath("stepping-stone", t, { "sets of differences and a last": differences.length + 1 });
    let [total, spread] = [0, 0];
    for (const [k, chains] of differences.entries()) {
      const step = t[k + 1]! - t[k]!;
      const logs = Float64Array.from(chains.data, (v) => -step * v);
      const { weights, logSum } = normaliseLogWeights(`stepping-stone: temperature ${k} (from 0)`, logs);
      total += logSum - Math.log(logs.length);
      spread += meanOfChains({ shape: chains.shape, data: weights }).relativeVariance;
    }
    return { logRatio: normalEstimate(total, Math.sqrt(spread)) };
  },
});
