/** A trained model of modes in many dimensions against the law of its data: weights, log Z, likelihood, chains. */

import type { RunConfig } from "../../config/config.js";
import { runKey } from "../../config/prepare.js";
import type { Distribution } from "../../data/dataset.js";
import { gaussianMixture } from "../../data/gaussian-mixture.js";
import { energyOf } from "../../energies/evaluate.js";
import { ais } from "../../estimators/ais.js";
import { bridge } from "../../estimators/bridge.js";
import type { EstimatedModel } from "../../estimators/estimator.js";
import { drawFlow } from "../../flows/draw-flow.js";
import type { Learned } from "../../inference/learned.js";
import { chainsOf } from "../../metrics/chains/chains.js";
import { splitRhat } from "../../metrics/chains/split-rhat.js";
import { labelFrequencies } from "../../metrics/goodness/label-frequencies.js";
import { logLikelihood } from "../../metrics/goodness/log-likelihood.js";
import { importanceModeWeights } from "../../metrics/goodness/mode-weights.js";
import { agreement, type Opinion } from "../../metrics/log-z/agreement.js";
import { importance } from "../../metrics/log-z/importance.js";
import type { Estimate } from "../../metrics/metric.js";
import { normal } from "../../random/draw.js";
import { fold, type Key } from "../../random/key.js";
import { sample } from "../../samplers/driver/sample.js";
import type { Samples } from "../../samplers/driver/samples.js";
import { mean } from "../../util/moments.js";
import { cast, type FloatTensor } from "../../util/tensor.js";
import type { Prepared } from "../train-config.js";
import type { ChainsOfMethod } from "./methods.js";

/** Chains that R-hat compares. */
const CHAINS = 128;
/** Draws of a proposal, each with a weight. */
const DRAWS = 100_000;

/** What draws of one proposal with weights say of a model. */
export interface Weighed {
  /** Weights of the modes. */
  readonly weights: readonly Estimate[];
  readonly logZ: Estimate;
  readonly paretoK: number;
  /** Why it is not to be trusted; `null` when nothing speaks against it. */
  readonly note: string | null;
}

/** Whether 128 chains agree: the largest value over the coordinates. */
export interface ChainsFound {
  /** Rank-normalised split R-hat, and the classical split one. */
  readonly rhat: { readonly rank: number; readonly plain: number };
  /** Mean probability of leaving a point by a jump, where there are jumps. */
  readonly jumps: number | null;
  readonly weights: readonly number[];
}

/** Shares of the modes' regions under each: the training rows, the flow, and the model by two proposals. */
export interface WeightsFound {
  readonly data: readonly number[];
  readonly flow: readonly number[] | null;
  readonly byFlow: Weighed | null;
  readonly byClouds: Weighed;
}

export interface Measured extends WeightsFound {
  readonly chains: ChainsFound;
  readonly logZ: {
    readonly estimates: readonly { readonly name: string; readonly estimate: Estimate; readonly note: string | null }[];
    /** Whether they agree; `null` where fewer than two are to be trusted. */
    readonly agree: boolean | null;
    readonly verdict: string;
    readonly combined: Estimate | null;
  };
  /** Mean log-likelihood of held-out rows under the model minus that under the truth, paired row by row, nats. */
  readonly gap: Estimate;
}

/** What a measurement is of. */
export interface Bench extends Prepared {
  readonly config: RunConfig;
  readonly learned: Learned;
  readonly chains: ChainsOfMethod;
}

const inUnits = ({ data }: Bench, x: FloatTensor): FloatTensor => data.coordinates.decode(x);

const regionsOf = (bench: Bench, x: FloatTensor): Int32Array => bench.distribution.modes!.assign(inUnits(bench, x));

/** Log-density of a law of rows in the coordinates of the model. */
const densityAt = (bench: Bench, law: Distribution, x: FloatTensor): Float64Array => {
  const shift = bench.data.coordinates.logVolume;
  return law.logDensity(inUnits(bench, x)).map((v) => v + shift);
};

/**
 * Clouds at the modes, of equal weight and somewhat broader than the truth's, whose variance is 1, and one as broad as
 * all rows (Hesterberg 1995): a proposal that needs no flow and covers what a model has beside the modes.
 */
function cloudsAround({ distribution, data }: Bench): Distribution {
  const d = distribution.event[0]!;
  const { mean, scale } = data.coordinates.affine!;
  return gaussianMixture({
    components: [
      ...distribution.modes!.centers.map((center) => ({ mean: [...center], covariance: 1 + 1 / Math.sqrt(d) })),
      { mean: [...mean], covariance: Array.from(scale, (s) => s ** 2) },
    ],
  });
}

function weighed(bench: Bench, x: FloatTensor, logWeights: Float64Array): Weighed {
  const modes = bench.distribution.modes!.weights.length;
  const { weights } = importanceModeWeights({ labels: regionsOf(bench, x), logWeights }, { modes });
  const { logZ, pareto, note } = importance(logWeights);
  return { weights, logZ, paretoK: pareto.k, note };
}

/** Where the chains start, run, and whether they end up as one. */
export async function runChains(bench: Bench, key: Key, most: number): Promise<[ChainsFound, Samples]> {
  const { model, learned, distribution } = bench;
  const { start, sampler, options, dropped } = bench.chains;
  const kept = Math.min(most, bench.chains.kept);
  const d = distribution.event[0]!;
  const from =
    start === "flow"
      ? (await drawFlow(model.flow!, learned.flow!, fold(key, "start"), CHAINS)).x
      : normal(fold(key, "start"), [CHAINS, d], "float32");
  const samples = await sample({
    ...{
      energy: model.energy,
      params: learned.energy,
      start: from,
      sampler,
      options,
      warmup: Math.min(dropped, kept),
      draws: kept,
    },
    ...(model.flow && learned.flow ? { flow: model.flow, flowParams: learned.flow } : {}),
    key: fold(key, "chains"),
  });
  const worst = (method: "rank" | "plain"): number =>
    Math.max(...Array.from({ length: d }, (_, j) => splitRhat(chainsOf(samples.x, j), { method })));
  const jumps = samples.info.globalAcceptance;
  const [, , ...event] = samples.x.shape;
  const all = { ...samples.x, shape: [CHAINS * kept, ...event] };
  return [
    {
      rhat: { rank: worst("rank"), plain: worst("plain") },
      jumps: jumps ? mean(jumps.data) : null,
      weights: Array.from(labelFrequencies(regionsOf(bench, all), distribution.modes!.weights.length)),
    },
    samples,
  ];
}

/** Log Z by every proposal, by bridge sampling where chains start at draws of a flow, and by annealing where there is none. */
async function normaliser(
  bench: Bench,
  { byFlow, byClouds }: WeightsFound,
  chains: FloatTensor,
  key: Key,
): Promise<Measured["logZ"]> {
  const { model, learned, data } = bench;
  const target: EstimatedModel = { energy: model.energy, params: learned.energy, rows: data.test };
  const other =
    byFlow && model.flow && learned.flow
      ? await bridge({ ...target, flow: model.flow, flowParams: learned.flow, chains }, fold(key, "bridge"))
      : await ais({ ...target }, fold(key, "ais"));
  const opinions: Record<string, Opinion> = {
    ...(byFlow ? { "draws of the flow": opinionOf(byFlow) } : {}),
    "draws around the modes": opinionOf(byClouds),
    [byFlow ? "bridge" : "ais"]: { ...other.logZ, degrees: other.degrees, note: other.note },
  };
  const { agree, verdict, combined } = agreement(opinions);
  return {
    estimates: Object.entries(opinions).map(([name, { value, standardError, note = null }]) => ({
      name,
      estimate: { value, standardError, interval: null },
      note,
    })),
    ...{ agree, verdict, combined },
  };
}

const opinionOf = ({ logZ: { value, standardError }, note }: Weighed): Opinion => ({
  ...{ value, standardError, note },
  bound: "lower",
  trap: "is too low where its proposal misses a mode",
});

/** Minus the energy of the model, row by row. */
async function unnormalised({ model, learned }: Bench, x: FloatTensor): Promise<Float64Array> {
  return (await energyOf(model.energy)(x, learned.energy)).map((e) => -e);
}

/** The weights of the modes alone. */
export async function measureWeights(bench: Bench): Promise<WeightsFound> {
  const { model, learned, data, distribution, config } = bench;
  const key = fold(runKey(config), "measure");
  const clouds = cloudsAround(bench);
  const around = cast(data.coordinates.encode(clouds.draw(fold(key, "clouds"), DRAWS)), "float32");
  const by = async (x: FloatTensor, logProb: Float64Array): Promise<Weighed> =>
    weighed(
      bench,
      x,
      (await unnormalised(bench, x)).map((v, i) => v - logProb[i]!),
    );
  const drawn = model.flow && learned.flow ? await drawFlow(model.flow, learned.flow, fold(key, "flow"), DRAWS) : null;
  const shares = (x: FloatTensor): number[] =>
    Array.from(labelFrequencies(regionsOf(bench, x), distribution.modes!.weights.length));
  return {
    data: shares(data.train),
    flow: drawn && shares(drawn.x),
    byFlow: drawn && (await by(drawn.x, drawn.logProb)),
    byClouds: await by(around, densityAt(bench, clouds, around)),
  };
}

/**
 * Everything that is found out about a trained model.
 * @param most draws that are kept of each of the 128 chains, at most.
 */
export async function measure(bench: Bench, most: number): Promise<Measured> {
  const key = fold(runKey(bench.config), "measure");
  const weights = await measureWeights(bench);
  const [chains, samples] = await runChains(bench, key, most);
  const logZ = await normaliser(bench, weights, samples.x, key);
  const { test } = bench.data;
  const logTruth = densityAt(bench, bench.distribution, test);
  const ahead = (await unnormalised(bench, test)).map((v, i) => v - logTruth[i]!);
  return {
    ...{ ...weights, chains, logZ },
    // Without a normaliser that estimates agree on, the likelihood is not known.
    gap: logLikelihood({ logDensity: ahead, logZ: logZ.combined ?? UNKNOWN }).mean,
  };
}

const UNKNOWN: Estimate = { value: Number.NaN, standardError: null, interval: null };
