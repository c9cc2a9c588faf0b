/**
 * How a training closes: by the likelihood of many rows and many weighted draws at once.
 *
 * Minibatches and chains hold two or three points of a mode of 1 %, and an energy that follows them gives the mode a
 * log-weight that swings by nats. What they say is right on average, of the weight; the parameters that are kept are an
 * average of the log-weight, which is less, `E log w < log E w`: rare modes come out too light. Draws of Gaussians around
 * the modes, beside those of the flow, know the weight of every mode to a few per cent, and take that noise away.
 */

import type { Member, RunConfig } from "../config/config.js";
import { buildOptimizers, type RunData } from "../config/prepare.js";
import { trains } from "../config/what-is-trained.js";
import { energyOf, type RowFunction } from "../energies/evaluate.js";
import { drawAround, gaussiansOf } from "../estimators/around-modes.js";
import { referenceFor } from "../estimators/reference.js";
import { modesOfRows } from "../evaluation/modes-of-rows.js";
import { learned } from "../inference/learned.js";
import { importance } from "../metrics/log-z/importance.js";
import type { Group, Iteration, Model } from "../objectives/objective.js";
import { add, exp, mul, neg, sub } from "../ops/arithmetic.js";
import { stopGradient } from "../ops/leaf.js";
import { concat, slice, sum } from "../ops/shape.js";
import { logMeanExp, logSumExp, mean } from "../ops/special.js";
import { fold, type Key } from "../random/key.js";
import type { Where } from "../runtime/program.js";
import { mean as average } from "../util/moments.js";
import { mapValues } from "../util/records.js";
import { cast, type FloatTensor, tensor } from "../util/tensor.js";
import { type StepSpec, TrainingDiverged, trainLoop } from "./loop.js";
import { compileTrainer, stepMemory, type TrainerSpec, type TrainState } from "./trainer.js";

/** Rows and draws of one step. */
const BATCH = 2048;
/** Draws that steps are made of, at most: each is seen once or twice, so that none is learned by heart. */
const MOST = 64 * BATCH;
/** Draws that what was reached is judged by. */
const JUDGING = 8 * BATCH;
/** The first rate, as a part of that of the training: it falls to nothing. */
const RATE = 0.1;
/** Decay of the moving average. */
const AVERAGE = 0.9;

/** Draws with the log-density of their law. */
interface Drawn {
  readonly x: FloatTensor;
  readonly logProb: Float64Array;
}

/**
 * `mean E(x⁺) + log mean e^{−E(y)}/q(y)` over weighted draws y, some of them after the others; a flow follows the same
 * draws, `−Σ w̃ log q(y)`, and so keeps up with the energy.
 */
function likelihoodBy(model: Model, groups: readonly Group[], { x: draws, logProb }: Drawn, batch: number): Iteration {
  const n = draws.shape[0]!;
  return {
    groups,
    noise: {},
    carry: {
      draws: { shape: [n, ...model.event], dtype: "float32" },
      logProb: { shape: [n], dtype: "float32" },
    },
    start: () => ({ draws: cast(draws, "float32"), logProb: tensor(Float32Array.from(logProb)) }),
    step({ params, carry: { draws: x, logProb: q }, batch: rows }) {
      const some = slice(x!, 0, 0, BATCH);
      const both = model.energy(concat([rows, some], 0), params.energy);
      const weights = neg(add(slice(both, 0, batch, batch + BATCH), slice(q!, 0, 0, BATCH)));
      const turned = (all: typeof x): NonNullable<typeof x> =>
        concat([slice(all!, 0, BATCH, n), slice(all!, 0, 0, BATCH)], 0);
      const shares = stopGradient(exp(sub(weights, logSumExp(weights))));
      const flow = groups.includes("flow")
        ? { flow: neg(sum(mul(shares, model.flow!.logProb(some, params.flow)))) }
        : {};
      return {
        losses: { energy: add(mean(slice(both, 0, 0, batch)), logMeanExp(weights)), ...flow },
        carry: { draws: turned(x), logProb: turned(q) },
        metrics: {},
      };
    },
  };
}

/** The least share of the draws that they may be worth. */
const WORTH = 0.1;

/**
 * A function from the last state of a training to the state it closes with, whose averaged parameters are others. A state
 * stays as it is where the weights of the draws cannot be trusted, and where the energy that was reached does not explain
 * the rows better, by the log Z of other draws than those it was reached by.
 */
export function closingOf(
  config: RunConfig,
  { train }: RunData,
  model: Model,
  { key, steps, fresh, engine, by }: { readonly key: Key; readonly steps: number } & Pick<StepSpec, "fresh"> & Where,
): (state: TrainState) => Promise<TrainState> {
  return async (state) => {
    const [params, flowParams] = [learned(state, "energy")!, learned(state, "flow")];
    const energy = energyOf(model.energy, "float32", { engine });
    const around = await drawsAround({ model, params, flowParams, engine }, train, energy, key);
    const others = await around("others", JUDGING);
    const likelihood = async (p: FloatTensor): Promise<number> => {
      const logWeights = (await energy(others.x, p)).map((e, i) => -e - others.logProb[i]!);
      const { logZ, note, effectiveSampleSize } = importance(logWeights);
      if (note !== null || effectiveSampleSize < WORTH * logWeights.length) return Number.NEGATIVE_INFINITY;
      return -average(await energy(train, p)) - logZ.value;
    };
    const before = await likelihood(params);
    if (before === Number.NEGATIVE_INFINITY) return state;
    const drawn = await around("draws", drawsOf(steps));
    const found = await follow(config, model, train, drawn, { state, key, steps, fresh, engine, by }).catch(
      (error: unknown) => {
        if (error instanceof TrainingDiverged) return state;
        throw error;
      },
    );
    return (await likelihood(learned(found, "energy")!)) > before ? found : state;
  };
}

/** Draws of the flow and of Gaussians around the modes that the energy parts the rows into. */
async function drawsAround(
  given: { readonly model: Model; readonly params: FloatTensor; readonly flowParams: FloatTensor | undefined } & Where,
  rows: FloatTensor,
  energy: RowFunction,
  key: Key,
): Promise<(name: string, n: number) => Promise<Drawn>> {
  const { model, params, flowParams, engine } = given;
  const { finders, labels, modes } = await modesOfRows(rows, { energy, params, key: fold(key, "finders") });
  const flow = model.flow && flowParams ? { flow: model.flow, flowParams } : {};
  const { reference } = referenceFor({ energy: model.energy, params, ...flow, rows: finders, engine });
  const gaussians = gaussiansOf(finders, labels, modes);
  return (name, n) => drawAround(reference, gaussians, fold(key, name), n);
}

/** One of so many steps by draws. */
function stepOf(config: RunConfig, model: Model, train: FloatTensor, drawn: Drawn, steps: number): TrainerSpec {
  const n = train.shape[0]!;
  // An epoch leaves no rows over: those of a rare mode among them would be missed.
  const batch = Math.floor(n / Math.ceil(n / BATCH));
  const groups = ["energy", "flow"].filter((group) => trains(config, group));
  const slow = ({ learningRate, ...optimizer }: Member): Member => ({
    ...optimizer,
    ...{ schedule: "cosine", learningRate: RATE * (learningRate as number) },
  });
  return {
    ...{ model, iteration: likelihoodBy(model, groups, drawn, batch), batch, average: AVERAGE },
    optimizers: buildOptimizers({ ...config, optimizer: mapValues(config.optimizer, slow) }, steps),
  };
}

const drawsOf = (steps: number): number => Math.min(MOST, steps * BATCH);

/** Bytes that closing holds at most, about. */
export function closingMemory(config: RunConfig, { train }: RunData, model: Model, steps: number): number {
  const x = { dtype: "float32", shape: [drawsOf(steps), ...model.event], data: new Float32Array(0) } as const;
  return stepMemory(stepOf(config, model, train, { x, logProb: new Float64Array(0) }, steps));
}

/** The state whose averaged parameters are those that some steps lead to. */
async function follow(
  config: RunConfig,
  model: Model,
  train: FloatTensor,
  drawn: Drawn,
  {
    state,
    key,
    steps,
    fresh,
    engine,
    by,
  }: { state: TrainState; key: Key; steps: number; fresh: StepSpec["fresh"] } & Where,
): Promise<TrainState> {
  const spec = stepOf(config, model, train, drawn, steps);
  const { batch } = spec;
  const { groups } = spec.iteration;
  const trainer = await compileTrainer({ ...spec, engine, by });
  const given = (group: Group) => [group, Float32Array.from(learned(state, group)!.data)] as const;
  const start = trainer.start(fold(key, "start"), train, Object.fromEntries(groups.map(given)));
  const { state: last } = await trainLoop({
    ...{ trainer, data: train, batch, steps, key: fold(key, "steps"), state: start, ...(fresh ? { fresh } : {}) },
    largestGap: Number.POSITIVE_INFINITY,
  });
  return { ...state, ...Object.fromEntries(groups.map((g) => [`average.${g}`, learned(last, g)!])) };
}
