import { z } from "zod";
import { makeEnergy } from "../../energies/energy.js";
import type { Expr } from "../../ir/expr.js";
import { add, floor, mul } from "../../ops/arithmetic.js";
import { minimum } from "../../ops/extrema.js";
import { arange } from "../../ops/leaf.js";
import { and, equal, less, where } from "../../ops/logic.js";
import { expandDims, reshape, sum } from "../../ops/shape.js";
import { mean } from "../../ops/special.js";
import { chooseRows } from "../../samplers/parts/metropolis.js";
import { localSampler } from "../../samplers/roles/local.js";
import { InputError } from "../../util/errors.js";
import { essential } from "../../util/options.js";
import { underPrefix, withPrefix } from "../../util/records.js";
import { allocate, tensor } from "../../util/tensor.js";
import { type Model, objective } from "../objective.js";
import { augmentation, augmentOptions } from "../parts/augment-images.js";
import { contrast, contrastOptions } from "../parts/contrast.js";
import { acceptanceMetrics, energyMetrics } from "../parts/metrics.js";
import { localOf, localOptions, walk, walkNoise } from "../parts/negatives.js";
import { freshNoise, freshPoints, startingPoints, startOption } from "../parts/starts.js";

/**
 * Short chains from a replay buffer, as IGEBM and JEM train: each of `chains` chains takes a point of the buffer at
 * random, or with a small probability fresh noise, is walked, and put back where it was taken. Each chain draws from
 * `buffer / chains` places of its own, all equally likely: no place is taken twice, and a place is taken as often as
 * any other.
 *
 * The walk is one at temperature T, `x ← x − ε ∇E + √(2εT) ξ` with ula, whose law is `exp(−E/T)`: the data is fitted by
 * `exp(−E/T)`, and the model `exp(−E)` is it only at T = 1. Step `α` and noise of deviation `s` in a published recipe
 * mean `ε = α` and `T = s²/2α`.
 *
 * Restarted chains that had no time to arrive are negatives where the model has no mass: the energy is raised there,
 * and diverges when the walk is short. Local chains do not correct the weights of separated modes.
 * Ages of the points become geometric, `P(a) = p (1 − p)ᵃ` with `p = restart · chains / buffer`.
 */
export const replay = objective({
  name: "replay",
  about: "Short chains from a replay buffer, at a temperature that is named; mode weights of the model drift.",
  cite: "Du & Mordatch (2019), Implicit generation and modeling with energy-based models; Grathwohl et al. (2020), JEM",
  expected: [
    {
      weights: "wrong",
      why: "Chains restarted from noise have not arrived when they are used.",
    },
  ],
  trains: ["energy"],
  metrics: {
    ...energyMetrics,
    ...acceptanceMetrics,
    bufferAge: {
      about: "Mean number of iterations since the points of the buffer were restarted.",
      unit: "steps",
      label: "age of the buffer",
      healthAs: "bufferAge",
    },
  },
  support: "any",
  options: z.object({
    ...localOptions,
    ...contrastOptions,
    ...augmentOptions,
    chains: z.number().int().min(1).default(256).describe("M, chains moved each iteration").meta(essential),
    buffer: z
      .number()
      .int()
      .positive()
      .default(10_240)
      .describe("points the buffer holds, a whole number of times the chains"),
    restart: z
      .number()
      .min(0)
      .max(1)
      .default(0.05)
      .describe("probability that a chain is restarted from noise")
      .meta(essential),
    temperature: z.number().positive().default(1).describe("T, of the chains: they sample exp(−E/T)").meta(essential),
    start: startOption,
  }),
  iteration(model, _batch, options) {
    const { chains, buffer: size, restart, temperature, start } = options;
    if (size % chains !== 0)
      throw new InputError(
        `objective replay: option buffer is ${size}, not a whole number of times the ${chains} chains; ` +
          `take ${chains * Math.max(1, Math.round(size / chains))}`,
      );
    const { event, energy } = model;
    const named = { ...options, local: localOf(energy, options.local) };
    const { name, needs } = localSampler(named.local);
    if (needs && temperature !== 1)
      throw new InputError(
        `objective replay: ${name} chains sample exp(−E), not exp(−E/${temperature}); set temperature to 1, or local to ${energy.support.kind === "real" ? "mala" : "gibbs-with-gradients"}`,
      );
    const places = size / chains;
    const walked = temperedModel(model, temperature);
    const local = { ...named, stepSize: options.stepSize * temperature };
    const augment = augmentation(model, chains, options, "replay");
    return {
      groups: ["energy"],
      noise: {
        ...withPrefix("walk.", walkNoise(model, chains, local)),
        ...withPrefix("augment.", augment.noise),
        place: { law: "uniform", shape: [chains] },
        restart: { law: "uniform", shape: [chains] },
        fresh: freshNoise(energy, chains),
      },
      carry: {
        buffer: { shape: [size, ...event], dtype: "float32" },
        age: { shape: [size], dtype: "float32" },
      },
      start: (key, data) => ({
        buffer: startingPoints(key, start, size, event, data, energy.support),
        age: tensor(allocate("float32", size)),
      }),
      step({ params, carry, batch: x, noise }) {
        const taken = onePlaceEach(noise.place!, places);
        const of = (e: Expr): Expr => reshape(e, [chains, places, ...e.shape.slice(1)]);
        const [stored, ages] = [of(carry.buffer!), of(carry.age!)];
        const old = augment.apply(sum(where(over(taken, stored), stored, 0), 1), underPrefix("augment.", noise));
        const anew = less(noise.restart!, restart);
        const begun = chooseRows(anew, freshPoints(energy, noise.fresh!), old);
        const { x: moved, metrics } = walk(walked, params.energy, begun, underPrefix("walk.", noise), local);
        const { loss, metrics: energies } = contrast(model.energy, params.energy, x, moved, options);
        const put = where(over(taken, stored), expandDims(moved, 1), stored);
        const age = where(and(taken, expandDims(anew, 1)), 0, add(ages, 1));
        return {
          losses: { energy: loss },
          carry: { buffer: reshape(put, [size, ...event]), age: reshape(age, [size]) },
          metrics: { ...energies, ...metrics, bufferAge: mean(age) },
        };
      },
    };
  },
});

/** `E/T`: with steps of length `εT` it is walked as `E` is at temperature T with steps of length ε. */
const temperedModel = (model: Model, temperature: number): Model =>
  temperature === 1
    ? model
    : {
        event: model.event,
        energy: makeEnergy({
          event: model.event,
          layout: model.energy.layout,
          support: model.energy.support,
          energy: (x, params) => mul(1 / temperature, model.energy(x, params)),
        }),
      };

/** One of `places` for each uniform number `(n)`, as a mask `(n, places)`. */
function onePlaceEach(uniform: Expr, places: number): Expr {
  // A uniform number below 1 may round to it when multiplied.
  const place = minimum(floor(mul(places, uniform)), places - 1);
  return equal(reshape(arange(places), [1, places]), expandDims(place, 1));
}

/** A mask `(chains, places)` over points `(chains, places, ...event)`. */
const over = (mask: Expr, points: Expr): Expr => reshape(mask, [...mask.shape, ...points.shape.slice(2).map(() => 1)]);
