/** Annealed importance sampling: chains carried along a path of densities, weighted by what they pass. */

import type { z } from "zod";
import { fold, type Key } from "../../random/key.js";
import { expectFinite, type Where } from "../../runtime/program.js";
import { InputError, NumericError } from "../../util/errors.js";
import { parseOptions } from "../../util/options.js";
import { type FloatTensor, sameShape, showShape } from "../../util/tensor.js";
import { mala } from "../kernels/mala.js";
import { whyNotAfresh } from "../roles/roles.js";
import type { Sampler } from "../sampler.js";
import { type LegSetup, type Legs, newLegs, travel } from "./annealing-legs.js";
import type { SampleTarget } from "./block.js";
import { defaultSampler } from "./default-sampler.js";

/** A model, a path to it, and how to move along it. */
export interface AnnealRun<Options extends z.ZodObject = z.ZodObject> extends SampleTarget, Where {
  /** Chains in parallel, each with a weight of its own. */
  readonly chains: number;
  /**
   * Inverse temperatures that rise from 0 to 1. A number n stands for `(k/(n − 1))³`, which narrows a wide base in about
   * equal steps; for discrete points for `k/(n − 1)`.
   */
  readonly temperatures: number | readonly number[];
  /** An exact kernel without memory. Left out: `mala` for real points, for discrete ones what `sample` takes. */
  readonly sampler?: Sampler<Options> | undefined;
  readonly options?: z.input<Options> | undefined;
  /** Steps of the sampler at each temperature, 1 unless said. */
  readonly steps?: number | undefined;
  readonly key: Key;
  /** From the target to the base; needs `start`. */
  readonly reverse?: boolean | undefined;
  /** Draws of the target `(chains, ...event)`, where a reverse run begins. */
  readonly start?: FloatTensor | undefined;
  /** Where real points begin: the flow, where one is given, or `N(0, scale² I)`. Discrete ones begin uniform. */
  readonly base?: "normal" | "flow" | undefined;
  /** Standard deviation of a normal base, 2 unless said. */
  readonly scale?: number | undefined;
  /**
   * Whether a first pass, whose weights are thrown away, finds the step size of each temperature; `true` unless said.
   * Without, the step size is that of the options everywhere.
   */
  readonly tune?: boolean | undefined;
  /** Width of the run, that of `start` or `params`, else `float32`. Weights are summed in float64 in any case. */
  readonly dtype?: "float32" | "float64" | undefined;
}

export interface Annealed {
  /** One a chain. Forward `log Z = log mean exp(logWeights)`, reverse `log Z = −log mean exp(−logWeights)`. */
  readonly logWeights: Float64Array;
  /** Where the chains ended, `(chains, ...event)`: unweighted. */
  readonly x: FloatTensor;
  /** The inverse temperatures β, rising. */
  readonly temperatures: Float64Array;
  /** Mean over the chains, unweighted, of `∂U_β/∂β` at each temperature: what thermodynamic integration sums. */
  readonly means: Float64Array;
  /** Its variance over the chains; NaN for a single chain. */
  readonly variances: Float64Array;
  /** Mean acceptance of the moves; `null` where the sampler reports none. */
  readonly acceptance: number | null;
}

/**
 * Annealed importance sampling (Neal 2001) along `U_β`, from base draws at β = 0 to the target: after the moves at
 * `βₖ` a chain's weight takes `U_βₖ(x) − U_βₖ₊₁(x)`. `E[exp(logWeight)] = Z` whatever the number of temperatures, so
 * forward log Z is low on average. In reverse (Burda, Grosse & Salakhutdinov 2015) draws of the target are carried to
 * the base, `E[exp(−logWeight)] = 1/Z` and log Z is high on average: the two bracket it. A reverse run needs exact
 * draws, and an energy that is finite wherever the base has mass. A chain that lands where the energy is infinite or
 * NaN has weight zero.
 * @throws InputError on counts and temperatures that make no path, and for a sampler that does not fit.
 * @throws NumericError when no chain has any weight.
 */
export async function anneal<Options extends z.ZodObject = z.ZodObject>(run: AnnealRun<Options>): Promise<Annealed> {
  const temperatures = temperaturesOf(run);
  const { reverse = false, key, tune = true } = run;
  checkRun(run);
  const setup = setupOf(run);
  const legs = newLegs(setup, temperatures.length - 1);
  const logSteps = await stepSizes(legs, temperatures, tune ? fold(key, "pilot") : null);
  const trip = await travel(legs, { temperatures, reverse, key, logSteps, gain: 0, start: run.start });
  // A chain that was where the energy is no number has a NaN among its terms.
  const sums = trip.sums.map((w) => (Number.isNaN(w) ? Number.NEGATIVE_INFINITY : w));
  if (sums.every((w) => w === Number.NEGATIVE_INFINITY))
    throw new NumericError("anneal: no chain has any weight: the energy is infinite or NaN wherever they were");
  expectFinite("anneal", { x: trip.x });
  const { x, means, variances, acceptance } = trip;
  return { logWeights: reverse ? sums.map((w) => -w) : sums, x, temperatures, means, variances, acceptance };
}

/** @throws InputError for a sampler that does not fit, or whose steps do not leave a law of `x` invariant. */
function setupOf<Options extends z.ZodObject>(run: AnnealRun<Options>): LegSetup {
  const { energy, params, flow, flowParams, chains, steps = 1, scale = 2, start } = run;
  const left = energy.support.kind === "real" ? mala : defaultSampler(energy as never);
  // What a sampler's options are is no longer of interest once they are checked.
  const sampler = (run.sampler ?? left) as unknown as Sampler;
  const { name, exact, tuning } = sampler;
  if (!exact) throw new InputError(`anneal: sampler ${name} is not exact, and the weights need one that is`);
  const obstacle = whyNotAfresh(sampler);
  if (obstacle) throw new InputError(`anneal: sampler ${name} ${obstacle}; choose one that keeps positions alone`);
  if (!(scale > 0)) throw new InputError(`anneal: scale must be a positive number, got ${scale}`);
  const options = parseOptions(`sampler ${name}`, sampler.options, run.options) as Record<string, unknown>;
  return {
    model: { energy, params, flow, flowParams },
    chains,
    base: run.base ?? (flow && flowParams ? "flow" : "normal"),
    scale,
    sampler,
    options,
    steps,
    where: { engine: run.engine },
    logStep: tuning ? Math.log(options[tuning.option] as number) : null,
    dtype: run.dtype ?? ((start ?? params)?.dtype as "float32" | "float64" | undefined) ?? "float32",
  };
}

/** The logarithm of the step size at each temperature: of the options, or what a first pass ends up with. */
async function stepSizes(legs: Legs, temperatures: Float64Array, pilot: Key | null): Promise<Float64Array> {
  const { logStep } = legs.setup;
  const logSteps = new Float64Array(temperatures.length).fill(logStep ?? 0);
  if (logStep === null || !pilot) return logSteps;
  const found = (await travel(legs, { temperatures, reverse: false, key: pilot, logSteps, gain: GAIN })).logSteps;
  // A forward pass makes no move at 0.
  found[0] = found[1]!;
  return found;
}

/** How much of an excess of acceptance the logarithm of the step size takes at each temperature of a first pass. */
const GAIN = 2;

/** @throws InputError unless they rise from 0 to 1. */
function temperaturesOf({ temperatures: given, energy }: Pick<AnnealRun, "temperatures" | "energy">): Float64Array {
  if (typeof given === "number") {
    if (!Number.isInteger(given) || given < 2)
      throw new InputError(`anneal: temperatures must be a whole number of at least 2 or a list, got ${given}`);
    const power = energy.support.kind === "real" ? 3 : 1;
    return Float64Array.from({ length: given }, (_, k) => (k / (given - 1)) ** power);
  }
  const wrong = given.findIndex((b, k) => (k === 0 ? b !== 0 : !(b > given[k - 1]!)));
  if (wrong >= 0 || given.length < 2 || given.at(-1) !== 1)
    throw new InputError(
      `anneal: temperatures are inverse ones and rise from 0 to 1, got ${wrong > 0 ? `${given[wrong - 1]} before ${given[wrong]}` : `[${given[0] ?? ""} … ${given.at(-1) ?? ""}]`}`,
    );
  return Float64Array.from(given);
}

type Counts = Pick<AnnealRun, "chains" | "steps" | "energy" | "reverse" | "start">;

function checkRun({ chains, steps = 1, energy, reverse = false, start }: Counts): void {
  for (const [name, value] of Object.entries({ chains, steps }))
    if (!Number.isInteger(value) || value < 1)
      throw new InputError(`anneal: ${name} must be a whole number of at least 1, got ${value}`);
  if (reverse !== (start !== undefined))
    throw new InputError(
      reverse
        ? "anneal: a reverse run begins at draws of the target; give start"
        : "anneal: a forward run draws its own start; leave start out, or ask for reverse",
    );
  const shape = [chains, ...energy.event];
  if (start && !sameShape(start.shape, shape))
    throw new InputError(`anneal: start has shape ${showShape(start.shape)}, expected ${showShape(shape)}`);
}
