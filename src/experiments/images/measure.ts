/** What is true of a model of images: bits per dimension, weights of classes, energies, jumps. */

import { dequantised, unitEnergies } from "../../data/columns/dequantise.js";
import { energyOf } from "../../energies/evaluate.js";
import { weightedDraws } from "../../estimators/importance.js";
import { simplestLaw } from "../../evaluation/baseline.js";
import { meanOfChains } from "../../metrics/chains/mean-of-chains.js";
import { meanEstimate, normalEstimate, proportionEstimate } from "../../metrics/intervals/interval.js";
import { importance } from "../../metrics/log-z/importance.js";
import { normaliseLogWeights } from "../../metrics/log-z/log-weights.js";
import type { Estimate } from "../../metrics/metric.js";
import type { Trained } from "../../model/trained.js";
import type { Key } from "../../random/key.js";
import type { FloatTensor } from "../../util/tensor.js";
import type { Judge } from "./judge.js";

/** Log-densities of rows by a law of the points of a model, in nats of the levels. */
export async function densitiesBy(
  { data: { coordinates } }: Trained,
  rows: FloatTensor,
  logDensity: (points: FloatTensor) => Promise<Float64Array> | Float64Array,
): Promise<Float64Array> {
  const energies = async (points: FloatTensor): Promise<Float64Array> => (await logDensity(points)).map((v) => -v);
  const e = await unitEnergies(coordinates, { rows, points: coordinates.encode(rows) }, energies);
  return e.map((v) => -v - coordinates.logVolume);
}

/** By the flow of a model alone. */
export function flowDensities(model: Trained, rows: FloatTensor): Promise<Float64Array> {
  const flow = energyOf(model.flow!, "float32");
  return densitiesBy(model, rows, async (points) => (await flow(points, model.params.flow)).map((e) => -e));
}

/** By the simplest law fitted to the rows that a model was trained on, somewhere in the intervals of their cells. */
export const gaussianDensities = (
  model: Trained,
  train: FloatTensor,
  key: Key,
  rows: FloatTensor,
): Promise<Float64Array> => {
  const law = simplestLaw(model.energy.support, dequantised(model.data.coordinates, train, key));
  return densitiesBy(model, rows, (points) => law.logDensity(points));
};

/** Bits per dimension by the log-densities of rows, and how many fewer than another's, paired over rows. */
export const bitsOf = (logDensity: Float64Array, d: number): Estimate =>
  meanEstimate(logDensity.map((v) => -v / (d * Math.LN2)));
export const bitsBelow = (own: Float64Array, others: Float64Array, d: number): Estimate =>
  meanEstimate(own.map((v, i) => (v - others[i]!) / (d * Math.LN2)));

/** The share of each class in draws, by a judge. */
export interface ClassWeights {
  readonly shares: Readonly<Record<string, Estimate>>;
  /** Draws, and the independent ones that they are worth for the class that they are worth least for. */
  readonly draws: number;
  readonly worth: number;
}

/** Of chains `(chains, draws)` whose images lie in that order. */
export async function weightsByChains(
  judge: Judge,
  rows: FloatTensor,
  [chains, draws]: readonly [number, number],
  classes: readonly string[],
): Promise<ClassWeights> {
  const found = await judge.classesOf(rows);
  const of = classes.map((name) => {
    const data = Float64Array.from(found, (own) => Number(own === name));
    const share = data.reduce((s, v) => s + v, 0) / data.length;
    const { worth } = meanOfChains({ shape: [chains, draws], data });
    return { name, worth, share: proportionEstimate(share, worth) };
  });
  return {
    shares: Object.fromEntries(of.map(({ name, share }) => [name, share])),
    draws: found.length,
    worth: Math.min(...of.map(({ worth }) => worth)),
  };
}

/** Of draws of the flow, and of the same draws weighted into those of the model. */
export async function weightsByFlow(
  judge: Judge,
  model: Trained,
  n: number,
  classes: readonly string[],
  key: Key,
): Promise<{ readonly flow: ClassWeights; readonly weighted: ClassWeights; readonly note: string | null }> {
  const { energy, flow, params, data } = model;
  const given = { energy, params: params.energy, flow: flow!, flowParams: params.flow! };
  const { x, logWeights } = await weightedDraws(given, key, n);
  const found = await judge.classesOf(data.coordinates.decode(x));
  const { weights } = normaliseLogWeights("class weights", logWeights);
  const { effectiveSampleSize: worth, note } = importance(logWeights);
  const by = (of: (i: number) => number, size: number): ClassWeights => ({
    shares: Object.fromEntries(
      classes.map((name) => {
        const share = found.reduce((s, own, i) => s + (own === name ? of(i) : 0), 0);
        return [name, proportionEstimate(Math.min(1, share), size)];
      }),
    ),
    draws: n,
    worth: size,
  });
  return { flow: by(() => 1 / n, n), weighted: by((i) => weights[i]!, worth), note };
}

/** The mean over chains of what a run reports of its steps, with an error that knows their correlation. */
export function meanInfo({ shape, data }: FloatTensor): Estimate {
  const values = Float64Array.from(data);
  const mean = values.reduce((s, v) => s + v, 0) / values.length;
  const { relativeVariance } = meanOfChains({ shape: [shape[0]!, shape[1]!], data: values });
  return normalEstimate(mean, mean * Math.sqrt(relativeVariance));
}
