/** What estimators that anneal share: the path they take, and how many weights they are worth. */

import { z } from "zod";
import { makeEnergy } from "../energies/energy.js";
import { energyOf } from "../energies/evaluate.js";
import { normaliseLogWeights } from "../metrics/log-z/log-weights.js";
import { roundingOf } from "../metrics/log-z/rounding.js";
import type { Key } from "../random/key.js";
import { type Annealed, anneal } from "../samplers/driver/anneal.js";
import type { SampleTarget } from "../samplers/driver/block.js";
import { type FloatTensor, sizeOf } from "../util/tensor.js";
import type { EstimatedModel } from "./estimator.js";
import { gaussianReference, uniformReference } from "./reference.js";

/** Options of every estimator that anneals. */
export const annealOptions = {
  chains: z.number().int().min(10).default(500).describe("chains, each with a weight of its own"),
  temperatures: z.number().int().min(3).default(60).describe("inverse temperatures, denser near the base"),
  steps: z.number().int().min(1).default(2).describe("steps of the sampler at each temperature"),
  scale: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .describe("standard deviation of the normal base; null: 1.5 times the root mean square of the rows, else 2"),
};

export type AnnealOptions = z.output<z.ZodObject<typeof annealOptions>>;

/** Where nothing is known of the model, the base is wider than standardised data. */
const WIDE = 2;

/** Columns that chains which start in a wide normal law arrive in, within some dozens of temperatures. */
const WITHIN_REACH = 40;

/**
 * Why a path from a wide normal law is not worth its time: of many columns its weights were never to be trusted, and where
 * there is a flow the others do not need it.
 */
export const outOfReach = ({ energy, flow }: EstimatedModel): string | null =>
  energy.support.kind === "real" && flow && sizeOf(energy.event) > WITHIN_REACH
    ? `a path of some dozens of temperatures from a wide normal law does not arrive in ${sizeOf(energy.event)} columns; it is tried where it is asked for by name`
    : null;

/** The standard deviation of the normal base about 0. */
export function baseScale({ rows }: EstimatedModel, scale: number | null): number {
  if (scale !== null) return scale;
  if (!rows || rows.data.length === 0) return WIDE;
  let squares = 0;
  for (let i = 0; i < rows.data.length; i++) squares += rows.data[i]! ** 2;
  const spread = 1.5 * Math.sqrt(squares / rows.data.length);
  return spread > 0 && Number.isFinite(spread) ? spread : WIDE;
}

/**
 * The energy that is annealed. The flow stays out of it: a path from a wide normal law knows nothing of what the flow
 * misses, and is evidence of another kind. Blocks of real points are not tempered, and stay out as well.
 */
export function annealedTarget({ energy, params }: EstimatedModel): SampleTarget {
  const { event, layout, init, support, blocks } = energy;
  if (support.kind !== "real" || !blocks) return { energy, params };
  return { energy: makeEnergy({ event, layout, init, support, energy: (x, theta) => energy(x, theta) }), params };
}

/** From the base to the model, or with `start` from draws of the model to the base. */
export function annealModel(
  model: EstimatedModel,
  { chains, temperatures, steps, scale }: AnnealOptions,
  key: Key,
  start?: FloatTensor,
): Promise<Annealed> {
  return anneal({
    ...annealedTarget(model),
    engine: model.engine,
    chains: start ? start.shape[0]! : chains,
    // Mean energies change fastest where the base begins to give way.
    temperatures: Array.from({ length: temperatures }, (_, k) => (k / (temperatures - 1)) ** 2),
    steps,
    scale: baseScale(model, scale),
    key,
    ...(start ? { reverse: true, start } : {}),
  });
}

/**
 * What rounding may have moved an estimate along the path by, told at points of the model: those of its weights, or
 * draws of it where there are none.
 */
export async function roundingOfPath(
  model: EstimatedModel,
  { scale }: Pick<AnnealOptions, "scale">,
  x: FloatTensor,
  logWeights?: ArrayLike<number>,
): Promise<number> {
  const energies = await energyOf(model.energy, "float32", model)(x, model.params);
  const { support, event } = model.energy;
  const base =
    support.kind === "real"
      ? gaussianReference(event, 0, baseScale(model, scale), model)
      : uniformReference(model.energy);
  const logDensities = await base.logProb(x);
  const weights = logWeights && normaliseLogWeights("annealing", logWeights).weights;
  return roundingOf(energies, logDensities, weights);
}
