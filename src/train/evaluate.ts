/** What is true of a trained model: log Z, held-out likelihood, mode weights, each with its error. */

import type { Distribution } from "../data/dataset.js";
import { logDetScale } from "../data/standardize.js";
import { energyOf, type RowFunction } from "../energies/evaluate.js";
import { gaussianEnergy } from "../energies/gaussian.js";
import { drawFlow } from "../flows/draw-flow.js";
import { fitGaussian, gaussianLogDensity } from "../metrics/gaussian-fit.js";
import { importance, type WeightQuality } from "../metrics/importance.js";
import { type LogLikelihood, logLikelihood } from "../metrics/log-likelihood.js";
import type { Estimate } from "../metrics/metric.js";
import type { Model } from "../objectives/objective.js";
import { fold, type Key } from "../random/key.js";
import { type FloatTensor, sizeOf } from "../util/tensor.js";
import type { RunData } from "./prepare.js";
import { compareWithTruth, type TruthComparison } from "./truth.js";

/** Parameters to evaluate with. */
export interface Learned {
  readonly energy: FloatTensor | undefined;
  readonly flow: FloatTensor | undefined;
}

/** An importance estimate of `log Z`, from draws of the flow or, without one, of a wide Gaussian. */
export interface LogZEstimate extends WeightQuality {
  readonly logZ: Estimate;
  readonly proposal: "flow" | "gaussian";
  readonly draws: number;
}

export interface Evaluation {
  readonly logZ: LogZEstimate;
  /** Mean log-likelihood of held-out rows, nats a row, in the original units of the data. */
  readonly model: LogLikelihood;
  readonly flow: LogLikelihood | null;
  readonly gaussian: LogLikelihood;
  /** How many nats a row the model is ahead of a fitted Gaussian, paired over rows. */
  readonly gain: Estimate;
  /** Which of the model and the fitted Gaussian explains held-out rows better, in words. */
  readonly verdict: string;
  /** Against the known distribution, where there is one. */
  readonly truth: TruthComparison | null;
}

/** Draws of a proposal with what they weigh under the model. */
export interface Weighted {
  readonly x: FloatTensor;
  readonly logProb: Float64Array;
  readonly logWeights: Float64Array;
  readonly proposal: "flow" | "gaussian";
}

/** Standard deviation of the proposal when there is no flow: wider than standardised data. */
const WIDE = 1.5;

/** Draws of the proposal with their importance weights `−E(x) − log q(x)`. */
async function weightedDraws(
  model: Model,
  energy: RowFunction,
  learned: Learned,
  key: Key,
  n: number,
): Promise<Weighted> {
  const { flow } = model;
  if (flow && learned.flow) {
    const { x, logProb } = await drawFlow(flow, learned.flow, key, n);
    const e = await energy(x, learned.energy);
    return { x, logProb, logWeights: e.map((v, i) => -v - logProb[i]!), proposal: "flow" };
  }
  const wide = gaussianEnergy(model.event, 0, WIDE);
  const x = wide.exact!.sample!(key, n);
  const logProb = (await energyOf(wide)(x, undefined)).map((v) => -v);
  const e = await energy(x, learned.energy);
  return { x, logProb, logWeights: e.map((v, i) => -v - logProb[i]!), proposal: "gaussian" };
}

/** `log Z` and held-out likelihood alone, for the validation rows while training. */
export async function heldOut(
  model: Model,
  learned: Learned,
  rows: FloatTensor,
  key: Key,
  draws: number,
  energy: RowFunction = energyOf(model.energy),
): Promise<{ logZ: LogZEstimate; likelihood: LogLikelihood; weighted: Weighted }> {
  const weighted = await weightedDraws(model, energy, learned, key, draws);
  const logZ = { ...importance(weighted.logWeights), proposal: weighted.proposal, draws };
  const e = await energy(rows, learned.energy);
  const likelihood = logLikelihood(
    { logDensity: e.map((v) => -v), logZ: logZ.logZ },
    { dimension: sizeOf(model.event) },
  );
  return { logZ, likelihood, weighted };
}

export interface EvaluateOptions {
  readonly key: Key;
  /** Draws of the importance estimate. */
  readonly draws: number;
  /** The distribution the data came from, if it is known. */
  readonly distribution?: Distribution | undefined;
}

/** Everything at once, on test rows. */
export async function evaluateModel(
  model: Model,
  learned: Learned,
  data: RunData,
  { key, draws, distribution }: EvaluateOptions,
): Promise<Evaluation> {
  const energy = energyOf(model.energy);
  const { logZ, likelihood, weighted } = await heldOut(model, learned, data.test, fold(key, "proposal"), draws, energy);
  const shift = -logDetScale(data.standardizer);
  const dimension = sizeOf(model.event);
  const inUnits = (l: LogLikelihood): LogLikelihood => shiftLikelihood(l, shift, dimension);
  const flowDensity = model.flow && learned.flow ? await energyOf(model.flow)(data.test, learned.flow) : null;
  const shifted = inUnits(likelihood);
  const baseline = gaussianLogDensity(fitGaussian(data.train), data.test);
  const ahead = (await energy(data.test, learned.energy)).map((e, i) => -e - baseline[i]!);
  // Paired, row by row: the rows' common spread cancels.
  const gain = logLikelihood({ logDensity: ahead, logZ: logZ.logZ }).mean;
  return {
    logZ,
    model: shifted,
    flow: flowDensity && inUnits(logLikelihood({ logDensity: flowDensity.map((v) => -v) }, { dimension })),
    gaussian: inUnits(logLikelihood({ logDensity: baseline }, { dimension })),
    gain,
    verdict: data.test.shape[0] === 0 ? "Not decided: no rows were held out." : verdictOn(gain, logZ.note),
    truth: distribution ? await compareWithTruth({ model, learned, data, energy, weighted, distribution }) : null,
  };
}

/** Nats a row change by a constant when coordinates are rescaled; bits per dimension with them. */
function shiftLikelihood(l: LogLikelihood, shift: number, dimension: number): LogLikelihood {
  const move = (e: Estimate, by: number): Estimate => ({
    ...e,
    value: e.value + by,
    interval: e.interval && [e.interval[0] + by, e.interval[1] + by],
  });
  const bits = l.bitsPerDimension && move(l.bitsPerDimension, -shift / (dimension * Math.LN2));
  return { ...l, mean: move(l.mean, shift), bitsPerDimension: bits };
}

function verdictOn({ value, interval }: Estimate, note: string | null): string {
  const by = `${Math.abs(value).toFixed(3)} nats a row`;
  const range = interval ? ` (95 % interval ${interval[0].toFixed(3)} to ${interval[1].toFixed(3)})` : "";
  if (note) return `Not decided: the estimate of log Z is not to be trusted (${note}).`;
  if (interval && interval[0] > 0)
    return `The model explains held-out rows better than a fitted Gaussian, by ${by}${range}.`;
  if (interval && interval[1] < 0)
    return `A fitted Gaussian explains held-out rows better than the model, by ${by} (95 % interval ${(-interval[1]).toFixed(3)} to ${(-interval[0]).toFixed(3)}).`;
  return `Held-out rows do not tell the model and a fitted Gaussian apart: the difference is ${value.toFixed(3)} nats a row${range}.`;
}
