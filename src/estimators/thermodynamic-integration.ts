import { z } from "zod";
import { bare, normalEstimate } from "../metrics/intervals/interval.js";
import { kishSize, normaliseLogWeights } from "../metrics/log-z/log-weights.js";
import { thermodynamicIntegration as integrate } from "../metrics/log-z/thermodynamic-integration.js";
import { uniform } from "../random/draw.js";
import { fold, type Key } from "../random/key.js";
import type { Annealed } from "../samplers/driver/anneal.js";
import { variance } from "../util/moments.js";
import { allocate, type FloatTensor, floats, tensor } from "../util/tensor.js";
import { annealModel, annealOptions, roundingOfPath } from "./annealed.js";
import { type EstimatedModel, estimator } from "./estimator.js";

/** As many points as there are, each as often as its weight says (systematic resampling). */
function resample({ x, logWeights }: Annealed, key: Key): FloatTensor {
  const { weights } = normaliseLogWeights("thermodynamic-integration", logWeights);
  const [n, size] = [weights.length, x.data.length / weights.length];
  const u = uniform(key, [1], "float64").data[0]!;
  const out = allocate(x.dtype as "float32" | "float64", x.data.length);
  let [passed, from] = [weights[0]!, 0];
  for (let i = 0; i < n; i++) {
    while (passed < (i + u) / n && from < n - 1) passed += weights[++from]!;
    out.set(floats(x).subarray(from * size, (from + 1) * size), i * size);
  }
  return tensor(out, x.shape);
}

/** The integral of one way along the path; its spread is that of the chains' own sums, which are their weights. */
function integralOf({ temperatures, means, variances, logWeights }: Annealed, isLinear: boolean) {
  const path = { temperatures, means };
  const { logRatio, discretisation } = integrate(isLinear ? { ...path, variances } : path);
  return { value: logRatio.value, discretisation, spread: variance(logWeights) };
}

const isLinear = ({ energy }: EstimatedModel): boolean => energy.support.kind === "real" || !energy.blocks;

/**
 * Thermodynamic integration along an annealed path, there and back: chains lag behind a temperature that changes, so
 * that the way there is too low and the way back too high. The way back begins at the ends of the way there, each as
 * often as its weight says. The value is the middle of the two; half their distance, what the rule may be off by and
 * the spread of the chains make the error.
 */
export const thermodynamicIntegration = estimator({
  name: "thermodynamic-integration",
  about: "The integral of mean energies over temperatures, annealed there and back to see how far the chains lag.",
  cite: "Gelman & Meng (1998), Simulating normalizing constants: from importance sampling to bridge sampling to path sampling",
  trap: "is biased where its chains lag behind their temperature on either way",
  options: z.object(annealOptions),
  async estimate(model, options, key) {
    const there = await annealModel(model, options, fold(key, "there"));
    const back = await annealModel(model, options, fold(key, "back"), resample(there, fold(key, "resample")));
    const [a, b] = [integralOf(there, isLinear(model)), integralOf(back, isLinear(model))];
    const { weights } = normaliseLogWeights("thermodynamic-integration", there.logWeights);
    const size = kishSize(weights);
    const lag = Math.abs(a.value - b.value) / 2;
    const value = (a.value + b.value) / 2;
    // Of the two ways the second has the fewer different beginnings, and is not independent of the first.
    const chance = (Math.sqrt(a.spread / weights.length) + Math.sqrt(b.spread / size)) / 2;
    const error = Math.hypot(chance, lag, (a.discretisation + b.discretisation) / 2);
    const isNumber = Number.isFinite(value) && Number.isFinite(error);
    return {
      logZ: isNumber ? normalEstimate(value, error) : bare(value),
      degrees: null,
      ess: null,
      rounding: await roundingOfPath(model, options, there.x, there.logWeights),
      note: isNumber ? null : "a chain came to where the energy is no number",
      from: `${weights.length} chains over ${options.temperatures} temperatures there and back, ${(2 * lag).toPrecision(2)} apart`,
    };
  },
});
