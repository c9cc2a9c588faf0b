import { z } from "zod";
import { studentEstimate } from "../metrics/intervals/interval.js";
import { normaliseLogWeights } from "../metrics/log-z/log-weights.js";
import { smc as sampler } from "../samplers/composites/smc.js";
import { sample } from "../samplers/driver/sample.js";
import { mean, variance } from "../util/moments.js";
import { annealedTarget, annealOptions, baseScale, outOfReach, roundingOfPath } from "./annealed.js";
import { flatten } from "./chain-draws.js";
import { estimator } from "./estimator.js";

/** Share of a population below which a stage has lost it. */
const LOST = 0.1;

/** How much more passes may vary than their weights say: 16 that are as they say, twice as much once in a hundred times. */
const SCATTERED = 2;

/** @param variance relative, of one pass. */
function noteOn(
  least: number,
  variance: number,
  { chains, stages }: { chains: number; stages: number },
): string | null {
  if (least < LOST) return `a stage kept only ${(100 * least).toFixed(0)} % of its population: more stages are needed`;
  // Of points that are independent at each stage, the mean of weights of which a share is left varies by (1/share − 1)/n.
  const ratio = variance / ((stages * (1 / least - 1)) / chains);
  return ratio > SCATTERED
    ? `passes vary ${ratio.toFixed(1)} times as much as their weights say: points stay near those they are copies of`
    : null;
}

/**
 * Sequential Monte Carlo: populations carried from a wide normal law to the model. Passes are independent, so `Ẑ` is
 * their mean and its error is theirs.
 */
export const smc = estimator({
  name: "smc",
  about: "Populations that are weighted, resampled and moved from a wide base to the model, pass by pass.",
  cite: "Del Moral, Doucet & Jasra (2006), Sequential Monte Carlo samplers",
  bound: "lower",
  trap: "is too low where a population dies out in a mode before it is weighed",
  options: z.object({
    chains: z.number().int().min(10).default(200).describe("points of a population"),
    passes: z.number().int().min(4).default(16).describe("independent passes"),
    stages: z.number().int().min(1).default(12).describe("temperatures at most"),
    moves: z.number().int().min(1).default(3).describe("local steps at each"),
    scale: annealOptions.scale,
  }),
  support: "real",
  unlessNamed: outOfReach,
  async estimate(model, { chains, passes, stages, moves, scale }, key) {
    const run = await sample({
      ...annealedTarget(model),
      engine: model.engine,
      sampler,
      options: { stages, moves, keep: 0.5, scale: baseScale(model, scale) },
      chains,
      warmup: 0,
      draws: passes,
      key,
    });
    // What a pass reports is the same for every chain.
    const first = (name: string): Float64Array => Float64Array.from(run.info[name]!.data.subarray(0, passes));
    const { weights, logSum } = normaliseLogWeights("smc", first("logZ"));
    const value = logSum - Math.log(passes);
    const error = Math.sqrt(variance(weights) / passes) / mean(weights);
    const [least, most] = [Math.min(...first("ess")) / chains, Math.max(...first("stages"))];
    return {
      logZ: studentEstimate(value, error, passes - 1),
      degrees: passes - 1,
      ess: least * chains * passes,
      rounding: await roundingOfPath(model, { scale }, flatten(run.x)),
      note: noteOn(least, passes * error ** 2, { chains, stages: most }),
      from: `${passes} populations of ${chains} in ${most} stages`,
    };
  },
});
