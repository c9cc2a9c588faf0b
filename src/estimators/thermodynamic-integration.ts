import { z } from "zod";
import { bare, normalEstimate } from "../metrics/intervals/interval.js";
import { normaliseLogWeights } from "../metrics/log-z/log-weights.js";
import { thermodynamicIntegration as integrate } from "../metrics/log-z/thermodynamic-integration.js";
import { uniform } from "../random/draw.js";
import { fold, type Key } from "../random/key.js";
import type { Annealed } from "../samplers/driver/anneal.js";
import { mean, variance } from "../util/moments.js";
import { allocate, type FloatTensor, floats, tensor } from "../util/tensor.js";
import { annealModel, annealOptions, outOfReach, roundingOfPath } from "./annealed.js";
import { type EstimatedModel, estimator } from "./estimator.js";

/** As many points as there are, each as often as its weight says (systematic resampling), and which they are. */
function resample({ x, logWeights }: Annealed, key: Key): { readonly start: FloatTensor; readonly from: Int32Array } {
  const { weights } = normaliseLogWeights("thermodynamic-integration", logWeights);
  const [n, size] = [weights.length, x.data.length / weights.length];
  const u = uniform(key, [1], "float64").data[0]!;
  const out = allocate(x.dtype as "float32" | "float64", x.data.length);
  const from = new Int32Array(n);
  let [passed, at] = [weights[0]!, 0];
  for (let i = 0; i < n; i++) {
    while (passed < (i + u) / n && at < n - 1) passed += weights[++at]!;
    out.set(floats(x).subarray(at * size, (at + 1) * size), i * size);
    from[i] = at;
  }
  return { start: tensor(out, x.shape), from };
}

/** The integral of one way along the path. */
function integralOf({ temperatures, means, variances }: Annealed, isLinear: boolean) {
  const path = { temperatures, means };
  const { logRatio, discretisation } = integrate(isLinear ? { ...path, variances } : path);
  return { value: logRatio.value, discretisation };
}

/**
 * The standard error of the middle of the two ways by chance, from the sums of their chains. A chain of the way there and
 * those of the way back that began at its end are one family: families are independent, their members are not.
 */
function chanceOf(there: Float64Array, back: Float64Array, from: Int32Array): number {
  const [a, b] = [mean(there), mean(back)];
  const families = there.map((v) => (v - a) / 2);
  for (const [i, v] of back.entries()) families[from[i]!]! += (v - b) / 2;
  return Math.sqrt(families.reduce((s, v) => s + v * v, 0)) / there.length;
}

const isLinear = ({ energy }: EstimatedModel): boolean => energy.support.kind === "real" || !energy.blocks;

/**
 * Thermodynamic integration along an annealed path, there and back: chains lag behind a temperature that changes, so
 * that the way there is too low and the way back too high. The way back begins at the ends of the way there, each as
 * often as its weight says. The value is the middle of the two. It is where the trapezoid puts `log Z = ∫₀¹ g′(λ) dλ` of
 * `g(λ) = log E[e^{λ w}]`, w the log-weights of the way there: by Crooks' relation `g′(0)` is their mean and `g′(1)` that
 * of the way back, and the variances of both are `g″`. So a twelfth of the difference of the variances, the end
 * correction of the trapezoid, tells what the middle is off by (Hummer 2001). With what the rule over temperatures may be
 * off by and the spread of the chains it makes the error.
 */
export const thermodynamicIntegration = estimator({
  name: "thermodynamic-integration",
  about: "The integral of mean energies over temperatures, annealed there and back to see how far the chains lag.",
  cite: "Gelman & Meng (1998), Simulating normalizing constants: from importance sampling to bridge sampling to path sampling; its error: Hummer (2001), Fast-growth thermodynamic integration",
  trap: "is biased where its chains lag behind their temperature on either way",
  options: z.object(annealOptions),
  unlessNamed: outOfReach,
  async estimate(model, options, key) {
    const there = await annealModel(model, options, fold(key, "there"));
    const { start, from } = resample(there, fold(key, "resample"));
    const back = await annealModel(model, options, fold(key, "back"), start);
    const [a, b] = [integralOf(there, isLinear(model)), integralOf(back, isLinear(model))];
    const value = (a.value + b.value) / 2;
    const chance = chanceOf(there.logWeights, back.logWeights, from);
    const lag = (variance(back.logWeights) - variance(there.logWeights)) / 12;
    const error = Math.hypot(chance, lag, (a.discretisation + b.discretisation) / 2);
    const isNumber = Number.isFinite(value) && Number.isFinite(error);
    return {
      logZ: isNumber ? normalEstimate(value, error) : bare(value),
      degrees: null,
      ess: null,
      rounding: await roundingOfPath(model, options, there.x, there.logWeights),
      note: isNumber ? null : "a chain came to where the energy is no number",
      from: `${options.chains} chains over ${options.temperatures} temperatures there and back, ${Math.abs(a.value - b.value).toPrecision(2)} apart`,
    };
  },
});
