/** What is true of a trained model: log Z, held-out likelihood, mode weights, each with its error. */

import type { RunData } from "../config/prepare.js";
import { unitEnergies } from "../data/columns/dequantise.js";
import type { Distribution } from "../data/dataset.js";
import { energyOf, type RowFunction } from "../energies/evaluate.js";
import type { LogZTable } from "../estimators/estimate-log-z.js";
import type { EstimatedModel } from "../estimators/estimator.js";
import type { Learned } from "../inference/learned.js";
import { type LogLikelihood, logLikelihood } from "../metrics/goodness/log-likelihood.js";
import { bare, normalEstimate } from "../metrics/intervals/interval.js";
import { importance, type WeightQuality } from "../metrics/log-z/importance.js";
import { atLeast } from "../metrics/log-z/rounding.js";
import type { Estimate } from "../metrics/metric.js";
import type { Model } from "../objectives/objective.js";
import { fold, type Key } from "../random/key.js";
import type { Where } from "../runtime/program.js";
import { type FloatTensor, sizeOf } from "../util/tensor.js";
import { type Baseline, type BaselineLaw, baselineLaws } from "./baseline.js";
import { type ClassScores, classScores } from "./class-scores.js";
import { type FoundModes, findModes } from "./found-modes.js";
import { type EstimatingWhere, estimateTrained, type WeightedDraws, weighDraws } from "./log-z.js";
import { atMost, doubtOf, normaliserOf, verdictOn } from "./normaliser.js";
import { compareWithTruth, type TruthComparison } from "./truth.js";

/** An importance estimate of `log Z`, from draws of the flow or, without one, of a wide Gaussian; of discrete points exact where a sum over states or a layer is, or by annealing. */
export interface LogZEstimate extends WeightQuality {
  readonly logZ: Estimate;
  readonly proposal: WeightedDraws["proposal"];
  /** Draws with a weight of their own. */
  readonly draws: number;
}

export interface Evaluation {
  readonly logZ: LogZEstimate;
  /** Log Z by every estimator that applies, and whether they agree; `null` where they were not asked. */
  readonly estimates: LogZTable | null;
  /**
   * The log Z of the likelihoods: what the estimators say together; else the middle of the interval in which it is known
   * to lie, or what it is known to be at least, without an error; where they were not asked the importance estimate.
   */
  readonly normaliser: Estimate;
  /** Mean log-likelihood of held-out rows, nats a row, in the original units of the data. */
  readonly model: LogLikelihood;
  readonly flow: LogLikelihood | null;
  /** Of the Gaussian fitted to the training rows, where points are real. */
  readonly gaussian: LogLikelihood | null;
  /** Of independent columns fitted to the training rows, where points are discrete; absent in summaries of before. */
  readonly independent?: LogLikelihood | null;
  /** Every law fitted to the training rows that the model was compared with; absent in summaries of before. */
  readonly baselines?: readonly Baseline[];
  /** How many nats a row the model is ahead of the baseline that explains the rows best, paired over rows. */
  readonly gain: Estimate;
  /** Set where log Z is only known from below: likelihood and gain of the model are then no more than is said. */
  readonly atMost?: true;
  /** Which of the model and the best baseline explains held-out rows better, in words. */
  readonly verdict: string;
  /** Against the known distribution, where there is one. */
  readonly truth: TruthComparison | null;
  /**
   * Whether the modes of the rows have their weights in the model; `null` where there are not two, or estimators were not
   * asked; absent in summaries of before.
   */
  readonly modes?: FoundModes | null;
  /** How well it tells the classes of held-out rows, where it knows classes; absent in summaries of before. */
  readonly classes?: ClassScores | null;
}

/** A model at the parameters it is evaluated with. */
const given = ({ energy, flow }: Model, learned: Learned): EstimatedModel => ({
  energy,
  params: learned.energy,
  ...(flow && learned.flow ? { flow, flowParams: learned.flow } : {}),
});

export interface HeldOutOptions extends Where {
  readonly key: Key;
  /** Draws of the importance estimate. */
  readonly draws: number;
  /** The model's energy, where it is compiled already. */
  readonly energy?: RowFunction;
}

/** One weight that is Z itself. */
const noTail: WeightQuality["pareto"] = { k: Number.NEGATIVE_INFINITY, threshold: 0.7, reliable: true, tail: 0 };

/** `log Z`, held-out likelihood and log-densities without log Z alone, for the validation rows while training. */
export async function heldOut(
  model: Model,
  learned: Learned,
  rows: FloatTensor,
  { key, draws, engine, energy = energyOf(model.energy, "float32", { engine }) }: HeldOutOptions,
): Promise<{ logZ: LogZEstimate; likelihood: LogLikelihood; logDensity: Float64Array; weighted: WeightedDraws }> {
  const weighted = await weighDraws({ ...given(model, learned), rows, engine }, key, draws, energy);
  const { proposal, logWeights, rounding } = weighted;
  const found = importance(logWeights);
  // Every state once is no sample: its sum has the error of rounding alone.
  const exact = { logZ: normalEstimate(found.logZ.value, 0), note: null };
  const own = proposal === "layer" ? { ...exact, pareto: noTail } : proposal === "enumeration" ? exact : found;
  const logZ = { ...found, ...own, logZ: atLeast(own.logZ, rounding), proposal, draws: logWeights.length };
  const logDensity = (await energy(rows, learned.energy)).map((v) => -v);
  const likelihood = logLikelihood({ logDensity, logZ: logZ.logZ }, { dimension: sizeOf(model.event) });
  return { logZ, likelihood, logDensity, weighted };
}

export interface EvaluateOptions extends EstimatingWhere {
  readonly key: Key;
  /** Draws of the importance estimate. */
  readonly draws: number;
  /** The distribution the data came from, if it is known. */
  readonly distribution?: Distribution | undefined;
  /** Whether every estimator of log Z is asked, which takes some seconds. */
  readonly estimators?: boolean;
  /** Laws fitted to the training rows that it is compared with; the simplest unless given. */
  readonly laws?: readonly BaselineLaw[];
}

/** Everything at once, on test rows. Where log Z is not known, likelihoods and verdict say no more than what is known of it. */
export async function evaluateModel(
  model: Model,
  learned: Learned,
  data: RunData,
  options: EvaluateOptions,
): Promise<Evaluation> {
  const { key, draws, distribution, estimators = false, engine, engines } = options;
  const energy = energyOf(model.energy, "float32", { engine });
  const ofLogZ = fold(key, "log Z");
  const { support } = model.energy;
  const { laws = baselineLaws(support, data.train, { further: false, key }) } = options;
  // The key that the estimator of that name derives: both name the same draws.
  const ofWeights = fold(ofLogZ, support.kind === "real" ? "importance" : "ais");
  const { logZ, weighted } = await heldOut(model, learned, data.test, { key: ofWeights, draws, energy, engine });
  // What the other engines do, if there are any, is done beside the modes.
  const [estimates, modes] = estimators
    ? await Promise.all([
        estimateTrained(model, learned, data, { key: ofLogZ, draws, engine, engines }),
        findModes({ ...given(model, learned), engine }, data, { key: fold(key, "modes"), draws, energy }),
      ])
    : [null, null];
  const normaliser = normaliserOf(logZ, estimates);
  const known = atMost(estimates);
  const shift = -data.coordinates.logVolume;
  const dimension = sizeOf(model.event);
  const inUnits = (logDensity: Float64Array, z?: Estimate): LogLikelihood =>
    shiftLikelihood(logLikelihood(z ? { logDensity, logZ: z } : { logDensity }, { dimension }), shift, dimension);
  const ofRows = async (energies: (points: FloatTensor) => Promise<Float64Array>): Promise<Float64Array> =>
    (await unitEnergies(data.coordinates, { points: data.test }, energies)).map((e) => -e);
  const ofFlow = model.flow && energyOf(model.flow, "float32", { engine });
  const flowDensity = ofFlow && learned.flow ? await ofRows((points) => ofFlow(points, learned.flow)) : null;
  const density = await ofRows((points) => energy(points, learned.energy));
  const judged = async ({ name, words, logDensity }: BaselineLaw): Promise<Baseline> => {
    const own = await ofRows(async (points) => logDensity(points).map((v) => -v));
    // Paired, row by row: the rows' common spread cancels.
    const { mean } = logLikelihood({ logDensity: density.map((v, i) => v - own[i]!), logZ: normaliser });
    return { name, words, likelihood: inUnits(own), gain: mean };
  };
  const rivals: Baseline[] = [];
  for (const law of laws) rivals.push(await judged(law));
  const said = (ahead: Estimate): Estimate => (known === null ? ahead : bare(ahead.value));
  const { words, gain } = rivals.reduce((a, b) => (b.likelihood.mean.value > a.likelihood.mean.value ? b : a));
  return {
    logZ,
    estimates,
    normaliser,
    model: noted(inUnits(density, normaliser), known),
    flow: flowDensity && inUnits(flowDensity),
    gaussian: support.kind === "real" ? rivals[0]!.likelihood : null,
    independent: support.kind === "real" ? null : rivals[0]!.likelihood,
    baselines: rivals.map((rival) => ({ ...rival, gain: said(rival.gain) })),
    gain: said(gain),
    ...(known === null ? {} : { atMost: true as const }),
    verdict:
      data.test.shape[0] === 0
        ? "Not decided: no rows were held out."
        : verdictOn({ gain, atMost: known !== null }, doubtOf({ logZ, estimates }), words),
    truth: distribution ? await compareWithTruth({ model, learned, data, energy, weighted, distribution }) : null,
    modes,
    classes: await classScores(model, learned, data, fold(key, "classes"), { engine }),
  };
}

const noted = (likelihood: LogLikelihood, note: string | null): LogLikelihood =>
  note === null ? likelihood : { ...likelihood, note };

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
