/** The units of the experiment with restricted Boltzmann machines, and what is measured of each. */

import { digits } from "../data/digits.js";
import { splitRows } from "../data/split-rows.js";
import { rbmDraws } from "../energies/rbm-exact.js";
import { adam } from "../optim/adam.js";
import { sgd } from "../optim/sgd.js";
import { normal } from "../random/draw.js";
import { fold, makeKey } from "../random/key.js";
import type { FloatTensor } from "../util/tensor.js";
import { expectedUpdate, follow, visibleLaw } from "./rbm-bias.js";
import {
  type AnnealSizes,
  type Bracket,
  bracketLogZ,
  exactLosses,
  machineOf,
  patternRows,
  type RbmMethod,
  trainMachine,
} from "./rbm-machine.js";

/** A machine trained on all bars and stripes. */
export interface PatternsUnit {
  readonly kind: "patterns";
  readonly side: 3 | 4;
  readonly hidden: number;
  readonly method: RbmMethod;
  readonly seed: number;
  readonly steps: number;
  /** How log Z is bracketed at the end, if it is. */
  readonly anneal: AnnealSizes | null;
}

/** A machine trained on handwritten digits. */
export interface DigitsUnit {
  readonly kind: "digits";
  readonly hidden: number;
  readonly method: RbmMethod;
  readonly seed: number;
  readonly epochs: number;
  readonly learningRate: number;
  readonly anneal: AnnealSizes;
}

/** Updates in expectation, without any noise, followed from one start. */
export interface BiasUnit {
  readonly kind: "bias";
  readonly hidden: number;
  readonly decay: number;
  readonly seed: number;
  readonly steps: number;
}

export type RbmUnit = PatternsUnit | DigitsUnit | BiasUnit;

export interface PatternsResult {
  readonly kind: "patterns";
  /** Nats between the mean negative log-likelihood and its floor, the logarithm of the number of images. */
  readonly gap: number;
  readonly curve: readonly { readonly step: number; readonly gap: number }[];
  readonly bracket: Bracket | null;
  readonly seconds: number;
}

export interface DigitsResult {
  readonly kind: "digits";
  /** Exact mean log-likelihood of training and held-out rows, nats. */
  readonly curve: readonly { readonly epoch: number; readonly train: number; readonly test: number }[];
  readonly train: number;
  readonly test: number;
  /** The same of pixels that are independent of one another. */
  readonly independent: { readonly train: number; readonly test: number };
  readonly bracket: Bracket;
  /** Weights of each hidden unit, exact draws, and rows, for the figures. */
  readonly filters: readonly (readonly number[])[];
  readonly draws: readonly (readonly number[])[];
  readonly rows: readonly (readonly number[])[];
  readonly seconds: number;
}

export interface BiasResult {
  readonly kind: "bias";
  /** Where each rule comes to rest with decay: nats above the floor, and what is left of the update. */
  readonly rest: readonly { readonly sweeps: number | null; readonly gap: number; readonly residual: number }[];
  /** Nats above the floor along the way without decay. */
  readonly drift: readonly { readonly step: number; readonly exact: number; readonly cd1: number }[];
  /** Length of CD-1's update where the data have the law of the machine itself. */
  readonly atTruth: number;
  readonly seconds: number;
}

export type RbmResult = PatternsResult | DigitsResult | BiasResult;

/** Of steps 1 to n so many, denser at the beginning. */
export const denser = (n: number, count: number): number[] => [
  ...new Set(Array.from({ length: count }, (_, i) => Math.max(1, Math.round(n ** ((i + 1) / count))))),
];

const seconds = (began: number): number => (performance.now() - began) / 1000;

async function runPatterns(unit: PatternsUnit, tick: (done: number) => void): Promise<PatternsResult> {
  const { side, hidden, method, seed, steps, anneal } = unit;
  const began = performance.now();
  const sizes = { visible: side * side, hidden };
  const model = machineOf(sizes, 0.1);
  const once = patternRows(side, 1);
  // The likelihood needs every image once; chains are more with a batch of all images several times.
  const data = method === "likelihood" ? once : patternRows(side, side === 3 ? 8 : 4);
  const losses = await exactLosses(model, once);
  const floor = Math.log(once.shape[0]!);
  const curve: { step: number; gap: number }[] = [];
  const key = fold(makeKey(seed), `bars and stripes ${side} ${hidden} ${method}`);
  const params = await trainMachine({
    ...{ model, method, data, batch: data.shape[0]!, steps, key, tick },
    optimizer: adam.make({ learningRate: 0.02, schedule: "cosine" }, steps),
    marks: denser(steps, 20),
    at: async (step, at) => {
      curve.push({ step, gap: (await losses(at))[0]! - floor });
    },
  });
  const bracket = anneal && (await bracketLogZ(model, params, sizes, anneal, fold(key, "bracket")));
  return { kind: "patterns", gap: curve.at(-1)!.gap, curve, bracket, seconds: seconds(began) };
}

const BATCH = 100;
/** The rows held out are the same for every seed. */
const SPLIT = makeKey(0);

/** As lists of numbers with four digits. */
function listOf({ data, shape }: FloatTensor, n = shape[0]!): number[][] {
  const d = data.length / shape[0]!;
  return Array.from({ length: n }, (_, i) =>
    Array.from(data.subarray(i * d, i * d + d), (v) => Number(v.toPrecision(4))),
  );
}

async function runDigits(unit: DigitsUnit, tick: (done: number) => void): Promise<DigitsResult> {
  const { hidden, method, seed, epochs, learningRate, anneal } = unit;
  const began = performance.now();
  const { train, test } = splitRows(SPLIT, (await digits()).binary, { validation: 0, test: 1 / 6 });
  const sizes = { visible: 64, hidden };
  const model = machineOf(sizes, 0.01);
  const losses = await exactLosses(model, train, test);
  const likelihoods = async (at: FloatTensor): Promise<{ train: number; test: number }> => {
    const [ofTrain, ofTest] = (await losses(at)) as [number, number];
    return { train: -ofTrain, test: -ofTest };
  };
  const perEpoch = Math.floor(train.shape[0]! / BATCH);
  const marks = [...new Set([...denser(epochs, 12), epochs / 10])].sort((a, b) => a - b);
  const curve: DigitsResult["curve"][number][] = [];
  const key = fold(makeKey(seed), `digits ${method}`);
  const steps = epochs * perEpoch;
  const params = await trainMachine({
    ...{ model, method, data: train, batch: BATCH, steps, key, tick },
    optimizer: sgd.make({ learningRate, schedule: "cosine" }, steps),
    marks: marks.map((epoch) => epoch * perEpoch),
    at: async (step, at) => {
      curve.push({ epoch: step / perEpoch, ...(await likelihoods(at)) });
    },
  });
  // The biases a machine starts with are those of independent pixels.
  const independent = model.energy.init(key, train).fill(0, 0, 64 * hidden);
  const filters = Array.from({ length: hidden }, (_, j) =>
    Array.from({ length: 64 }, (__, i) => Number(params.data[i * hidden + j]!.toPrecision(4))),
  );
  return {
    kind: "digits",
    curve,
    train: curve.at(-1)!.train,
    test: curve.at(-1)!.test,
    independent: await likelihoods({ dtype: "float32", shape: [independent.length], data: independent }),
    bracket: await bracketLogZ(model, params, sizes, anneal, fold(key, "bracket")),
    filters,
    draws: listOf(rbmDraws(params.data, sizes, fold(key, "shown"), 16)),
    rows: listOf(train, 16),
    seconds: seconds(began),
  };
}

/** Gibbs sweeps of the rules that are compared; `null` is the exact gradient. */
const RULES = [null, 1, 2, 10] as const;

async function runBias({ hidden, decay, seed, steps }: BiasUnit, tick: (done: number) => void): Promise<BiasResult> {
  const began = performance.now();
  const model = machineOf({ visible: 9, hidden }, 0.1);
  const rows = patternRows(3, 1);
  const floor = Math.log(rows.shape[0]!);
  const law = new Float64Array(512);
  for (let i = 0; i < rows.shape[0]!; i++)
    law[rows.data.subarray(9 * i, 9 * i + 9).reduce((s, bit) => 2 * s + bit, 0)] = 1 / rows.shape[0]!;
  const key = fold(makeKey(seed), "bias");
  const way = { start: Float64Array.from(model.energy.init(key)), steps, rate: 0.2, momentum: 0.9 };
  const jobs = RULES.length + 2;
  let done = 0;
  const finished = (): void => tick(++done / jobs);

  const rest: BiasResult["rest"][number][] = [];
  for (const sweeps of RULES) {
    const rule = await expectedUpdate(model, { law, decay, sweeps: sweeps ?? Number.POSITIVE_INFINITY });
    const { loss, residual } = await follow(rule, way);
    rest.push({ sweeps, gap: loss - floor, residual });
    finished();
  }
  const marks = denser(steps, 40);
  const free = async (sweeps: number): Promise<number[]> => {
    const losses: number[] = [];
    const rule = await expectedUpdate(model, { law, decay: 0, sweeps });
    await follow(rule, { ...way, seen: (_, loss) => losses.push(loss - floor) });
    finished();
    return marks.map((step) => losses[step]!);
  };
  const [exact, cd1] = [await free(Number.POSITIVE_INFINITY), await free(1)];
  return {
    kind: "bias",
    rest,
    drift: marks.map((step, i) => ({ step, exact: exact[i]!, cd1: cd1[i]! })),
    atTruth: await updateAtTruth(hidden, seed),
    seconds: seconds(began),
  };
}

/** The length of CD-1's update where the data have the law of the machine itself: nothing is left to learn. */
async function updateAtTruth(hidden: number, seed: number): Promise<number> {
  const model = machineOf({ visible: 9, hidden }, 0.1);
  const truth = normal(fold(makeKey(seed), "truth"), [model.energy.layout.size], "float64").data;
  const rule = await expectedUpdate(model, { law: await visibleLaw(model, truth), decay: 0, sweeps: 1 });
  return Math.hypot(...(await rule(truth)).update);
}

/** Do one unit. */
export function runUnit(unit: RbmUnit, tick: (done: number) => void): Promise<RbmResult> {
  if (unit.kind === "patterns") return runPatterns(unit, tick);
  return unit.kind === "digits" ? runDigits(unit, tick) : runBias(unit, tick);
}
