/** Train a model of images, and ask it. */

import { estimateLogZ } from "../../estimators/estimate-log-z.js";
import { drawFlow } from "../../flows/draw-flow.js";
import { rocArea } from "../../metrics/goodness/roc-area.js";
import { meanEstimate } from "../../metrics/intervals/interval.js";
import type { Estimate } from "../../metrics/metric.js";
import type { Trained } from "../../model/trained.js";
import { fold, type Key, makeKey } from "../../random/key.js";
import { fit as learn } from "../../train/fit.js";
import { type FloatTensor, tensor } from "../../util/tensor.js";
import type { ReadData } from "../data-files.js";
import { type ClassedRows, chooseImages } from "./choose.js";
import { trainJudge } from "./judge.js";
import {
  bitsBelow,
  bitsOf,
  flowDensities,
  gaussianDensities,
  meanInfo,
  weightsByChains,
  weightsByFlow,
} from "./measure.js";
import { principalGaussian } from "./principal-gaussian.js";
import type { ImageStudy } from "./study.js";
import type { AnomalyResult, ImagesResult, ImagesUnit, Pictures, TrainedFacts, WeightsResult } from "./unit.js";

/** Images of a kind in a picture, chains whose draws are shown, and draws of each. */
const [SHOWN, STRIPS, LENGTH] = [32, 4, 8] as const;
/** Draws of the flow that log Z is told by. */
const FLOW_DRAWS = 2000;
/** Principal components that a Gaussian is fitted to. */
const COMPONENTS = 32;
/** Of a class as many images for its judge, at most. */
const JUDGED = 1000;

const picturesOf = ({ data, shape: [, d = 0] }: FloatTensor, which: readonly number[]): Pictures =>
  which.map((i) => Array.from(data.subarray(i * d, (i + 1) * d), Math.round));

const first = (n: number): number[] => [...Array(n).keys()];

interface Prepared {
  readonly study: ImageStudy;
  readonly unit: ImagesUnit;
  readonly key: Key;
  readonly train: ClassedRows;
  readonly test: ClassedRows;
  readonly shape: WeightsResult["shape"];
  readonly model: Trained;
  facts(): TrainedFacts;
}

async function prepare(
  study: ImageStudy,
  unit: ImagesUnit,
  {
    shares,
    testShares,
    tick,
    read,
  }: {
    shares: Readonly<Record<string, number>>;
    testShares: Readonly<Record<string, number>>;
    tick: (done: number) => void;
    read: ReadData;
  },
): Promise<Prepared> {
  const began = performance.now();
  const setting = study.settings[unit.budget];
  const key = fold(makeKey(unit.seed), study.name);
  const [from, held] = [await study.load("train", unit.data, read), await study.load("test", unit.data, read)];
  const train = chooseImages(from, { shares, most: setting.train, key: fold(key, "train") });
  const test = chooseImages(held, { shares: testShares, most: setting.test, key: fold(key, "test") });
  const { pretrain = 0, steps = 1 } = setting.model;
  const model = await learn(train.rows, {
    ...setting.model,
    ...{ image: from.shape, levels: study.levels, seed: unit.seed, test: 0 },
    progress: (step) => {
      tick((0.8 * step) / steps);
      return true;
    },
  });
  const training = (performance.now() - began) / 1000;
  const [begin, to] = model.energy.tilting!.baseParams;
  return {
    ...{ study, unit, key, train, test, shape: from.shape, model },
    facts: () => ({
      images: { train: train.labels.length, test: test.labels.length },
      shape: from.shape,
      parameters: { energy: model.energy.layout.size - (to - begin), flow: model.flow!.layout.size },
      ...{ pretrain, steps, kept: model.step },
      seconds: { training, all: (performance.now() - began) / 1000 },
    }),
  };
}

/** The classes in their shares: what the model makes of them. */
async function askWeights(prepared: Prepared, judged: ClassedRows): Promise<WeightsResult> {
  const { study, unit, key, train, test, shape, model } = prepared;
  const setting = study.settings[unit.budget];
  const d = train.rows.shape[1]!;
  const classes = Object.keys(study.shares);
  const size = { draws: FLOW_DRAWS };
  const judge = await trainJudge(judged, {
    ...{ image: shape, levels: study.levels, steps: setting.judge, seed: unit.seed },
  });
  const known = await judge.classesOf(test.rows);
  const [own, ofFlow] = [await model.logDensity(test.rows), await flowDensities(model, test.rows)];
  const fitted = await gaussianDensities(model, train.rows, fold(key, "places"), test.rows);
  const { chains, draws } = setting;
  const run = await model.draws({ n: chains * draws, chains, key: fold(key, "chains") });
  // Chain by chain, as the run keeps them.
  const inOrder = model.data.coordinates.decode(tensor(run.chains.x.data as Float32Array, [chains * draws, d]));
  const estimates = await estimateLogZ(
    {
      ...{ energy: model.energy, params: model.params.energy, flow: model.flow!, flowParams: model.params.flow! },
      chains: run.chains.x,
    },
    { key: fold(key, "log Z"), only: ["bridge", "importance"], options: { bridge: size, importance: size } },
  );
  const weights = await weightsByFlow(judge, model, setting.proposed, classes, fold(key, "weights"));
  const flowDrawn = await drawFlow(model.flow!, model.params.flow!, fold(key, "flow"), SHOWN);
  const spread = first(SHOWN).map((i) => (i % chains) * draws + draws - 1 - Math.floor(i / chains));
  return {
    kind: "weights",
    ...prepared.facts(),
    bits: {
      model: bitsOf(own, d),
      flow: bitsOf(ofFlow, d),
      gaussian: bitsOf(fitted, d),
      gained: bitsBelow(own, ofFlow, d),
    },
    logZ: await model.logZ(),
    estimates: {
      rows: estimates.rows.map(({ name, logZ, note }) => ({ name, logZ, note })),
      verdict: estimates.agreement.verdict,
    },
    accuracy: meanEstimate(known.map((name, i) => Number(name === test.labels[i]))),
    weights: { chains: await weightsByChains(judge, inOrder, [chains, draws], classes), ...weights },
    jumps: meanInfo(run.chains.info.globalAcceptance!),
    local: meanInfo(run.chains.info.localAcceptance!),
    densities: { data: Array.from(own), model: Array.from(await model.logDensity(inOrder)) },
    pictures: {
      data: picturesOf(test.rows, first(Math.min(SHOWN, test.labels.length))),
      model: picturesOf(inOrder, spread),
      flow: picturesOf(model.data.coordinates.decode(flowDrawn.x), first(SHOWN)),
      strips: first(Math.min(STRIPS, chains)).map((c) =>
        picturesOf(
          inOrder,
          first(Math.min(LENGTH, draws)).map((i) => c * draws + Math.floor((i * draws) / LENGTH)),
        ),
      ),
    },
  };
}

/** How well scores tell images of another class. */
async function askAnomaly({ study, test, train, model, facts }: Prepared): Promise<AnomalyResult> {
  const other = study.anomaly!.other;
  const scores = {
    model: await model.logDensity(test.rows),
    flow: await flowDensities(model, test.rows),
    gaussian: principalGaussian(train.rows, COMPONENTS)(test.rows),
  };
  const tilt = scores.model.map((v, i) => v - scores.flow[i]!);
  const area = (density: Float64Array): Estimate => {
    const of = (isOther: boolean): number[] =>
      Array.from(density)
        .filter((_, i) => (test.labels[i] === other) === isOther)
        .map((v) => -v);
    return rocArea({ positive: of(true), negative: of(false) });
  };
  const order = first(test.labels.length).sort((a, b) => scores.model[b]! - scores.model[a]!);
  return {
    kind: "anomaly",
    ...facts(),
    areas: { model: area(scores.model), flow: area(scores.flow), tilt: area(tilt), gaussian: area(scores.gaussian) },
    pictures: { likely: picturesOf(test.rows, order.slice(0, 16)), unlikely: picturesOf(test.rows, order.slice(-16)) },
  };
}

export async function runImages(
  study: ImageStudy,
  unit: ImagesUnit,
  tick: (done: number) => void,
  read: ReadData,
): Promise<ImagesResult> {
  const { shares, anomaly } = study;
  if (unit.kind === "anomaly") {
    const { normal, other } = anomaly!;
    return askAnomaly(
      await prepare(study, unit, { shares: { [normal]: 1 }, testShares: { [normal]: 1, [other]: 1 }, tick, read }),
    );
  }
  const prepared = await prepare(study, unit, { shares, testShares: shares, tick, read });
  const alike = Object.fromEntries(Object.keys(shares).map((name) => [name, 1]));
  const judged = chooseImages(await study.load("train", unit.data, read), {
    shares: alike,
    most: JUDGED * Object.keys(shares).length,
    key: fold(prepared.key, "judge"),
  });
  return askWeights(prepared, judged);
}
