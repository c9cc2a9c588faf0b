/** A session from a configuration and its rows. */

import type { RunConfig } from "../config/config.js";
import { buildModel, classCount, type RunData, runKey, trainingLabels } from "../config/prepare.js";
import { needsOf, startsFitted } from "../config/registries.js";
import { settingsOf } from "../config/settings.js";
import { closingSteps, trainedModel, trainedParameters } from "../config/what-is-trained.js";
import { replaced } from "../data/columns/dequantise.js";
import { mirrored } from "../data/images/mirror.js";
import { type Evaluation, evaluateModel } from "../evaluation/evaluate.js";
import { validatorOf } from "../evaluation/validate.js";
import { learned } from "../inference/learned.js";
import { partsOf } from "../model/parts.js";
import { makeTrained, type Trained } from "../model/trained.js";
import type { Group, Model } from "../objectives/objective.js";
import { fold, type Key } from "../random/key.js";
import type { Where } from "../runtime/program.js";
import { InputError } from "../util/errors.js";
import { type FloatTensor, sameShape } from "../util/tensor.js";
import type { SessionCheckpoint } from "./checkpoint.js";
import { closingOf } from "./closing.js";
import { memoryOf } from "./memory.js";
import { newSession, type Resumed, type SessionEvent, type SessionSpec, type TrainingSession } from "./session.js";
import { fitOf, stepOf } from "./step-spec.js";
import { compileTrainer, type Trainer, type TrainState } from "./trainer.js";

export interface StartOptions extends Where {
  /** All randomness of the training comes from it; that of the configuration's seed unless given. */
  readonly key?: Key;
  /** Called with everything that happens, at once. */
  readonly tell?: (event: SessionEvent) => void;
  /** Where an earlier session of the same configuration and rows stood. */
  readonly resume?: Resumed;
  /** A gap between energies of data and chains beyond which the training has diverged; 10 000 nats unless said. */
  readonly largestGap?: number;
}

/** A session with what it was made of. */
export interface ConfiguredSession extends TrainingSession {
  readonly config: RunConfig;
  readonly data: RunData;
  readonly model: Model;
  /** The model as it stands, by the parameters that the configuration selects, judged on the rows held out. */
  trained(): Promise<Trained & { readonly evaluation: Evaluation }>;
}

/**
 * Start the training of a configuration on its rows, or go on where another session stood: interrupted at any moment and
 * continued, a training arrives at the same bytes.
 *
 * `const session = await startSession(config, data); while (session.at().stage !== "finished") await session.step();`
 * @throws InputError when they make no training, or what is to be resumed is of another configuration.
 */
export async function startSession(
  config: RunConfig,
  data: RunData,
  { key = runKey(config), tell, resume, largestGap, engine, by }: StartOptions = {},
): Promise<ConfiguredSession> {
  const { batch, steps } = config;
  const model = buildModel(config, data.train.shape.slice(1), classCount(data));
  const newest = resume?.checkpoints[0];
  const began = newest && (newest.meta.engine ?? "onnx");
  const step = { ...stepOf(config, model), engine, by: by ?? began };
  tell?.({ type: "memory", bytes: memoryOf(config, data) });
  const trainer = await compileTrainer(step);
  tell?.({ type: "engine", engine: trainer.engine, began: began ?? trainer.engine });
  // One for all stages: what a part of the training takes is not what its checkpoints say.
  const where = { engine, by: trainer.engine };
  const start = startOf(config, data, model, trainer, key);
  const closing = closingSteps(config);
  if (newest && !newest.meta.pretraining) expectLike(start, newest);
  const spec: SessionSpec = {
    training: {
      ...{ trainer, data: data.train, ...trainingLabels(trainer, data), batch, steps, start },
      ...freshFor(config, data),
      ...(closing > 0
        ? {
            closing: {
              step: steps,
              of: closingOf(config, data, model, {
                ...{ key: fold(key, "closing"), steps: closing, ...where },
                ...freshFor(config, data),
              }),
            },
          }
        : {}),
      ...{ key: fold(key, "train"), ...(largestGap === undefined ? {} : { largestGap }) },
    },
    ...(await pretrainingOf(config, data, model, trainer, key, where)),
    ...judgeOf(config, data, model, key, { engine }),
    ...{ checkpointEvery: config.checkpointEvery, engine: trainer.engine },
    health: { every: config.logEvery, dimension: data.coordinates.width, settings: settingsOf(config) },
    rollback: config.onDivergence === "rollback",
  };
  const session = newSession(spec, { ...(tell ? { tell } : {}), ...(resume ? { resume } : {}) });
  return {
    ...{ ...session, config, data, model },
    async trained() {
      const now = { step: session.at().step, state: session.state() };
      const { step, state } = config.select === "best" ? session.best() : now;
      const params = trainedParameters(config, state);
      const judging = { key: fold(key, "evaluate"), draws: config.draws, engine };
      const evaluation = await evaluateModel(trainedModel(config, model), params, data, judging);
      const parts = partsOf({ config, model, data, params, step, evaluation }, { engine });
      return { ...makeTrained(parts, { engine }), evaluation };
    },
  };
}

/** @throws InputError naming the first tensor of a checkpoint that is missing, too many, or of another shape. */
function expectLike(fresh: TrainState, { tensors }: SessionCheckpoint): void {
  const names = new Set([...Object.keys(fresh), ...Object.keys(tensors)]);
  const wrong = [...names].find((name) => !sameShape(fresh[name]?.shape ?? [-1], tensors[name]?.shape ?? [-1]));
  if (wrong !== undefined)
    throw new InputError(
      `the checkpoint does not fit the configuration: ${wrong} differs; was the configuration changed? Undo that, or train anew`,
    );
}

/** The mean log-likelihood of the validation rows under the averaged parameters of a state. */
function judgeOf(config: RunConfig, data: RunData, model: Model, key: Key, where: Where): Pick<SessionSpec, "judge"> {
  if (config.data.validation === 0) return {};
  const options = { key: fold(key, "validation"), draws: config.draws, ...where };
  const validate = validatorOf(trainedModel(config, model), data, options);
  return {
    judge: {
      every: config.evaluateEvery,
      start: standsOnFlow(config),
      patience: config.patience ?? undefined,
      async of(state) {
        const { likelihood, logZ, look } = await validate(trainedParameters(config, state));
        const { value, standardError } = likelihood.mean;
        const record = { logZ: logZ.logZ.value, paretoK: logZ.pareto.k };
        return { value, standardError, record, ...(look ? { look } : {}) };
      },
    },
  };
}

/** Cells that stand for intervals are somewhere else in them at every step, and images may be mirrored. */
function freshFor(
  { data: { flips, image } }: RunConfig,
  { coordinates }: RunData,
): Pick<SessionSpec["training"], "fresh"> {
  if (coordinates.noisy.length === 0 && !flips) return {};
  return {
    fresh: (rows, key) => replaced(coordinates, flips ? mirrored(rows, image!, fold(key, "flips")) : rows, key),
  };
}

/** A flow that is a base, or a proposal to start from, is fitted first. */
async function pretrainingOf(
  config: RunConfig,
  data: RunData,
  model: Model,
  trainer: Trainer,
  key: Key,
  where: Where,
): Promise<Pick<SessionSpec, "pretraining">> {
  const spec = fitOf(config, model);
  if (!spec) return {};
  const { batch, pretrain: steps } = config;
  const fit = await compileTrainer({ ...spec, ...where });
  return {
    pretraining: {
      ...{ trainer: fit, data: data.train, batch, steps, key: fold(key, "pretrain"), ...freshFor(config, data) },
      start: fit.start(key, data.train),
      into(last) {
        const fresh = trainer.start(key, data.train);
        return trainer.start(key, data.train, fittedParameters(fresh, learned(last, "flow")!, standsOnFlow(config)));
      },
    },
  };
}

/** Whether the energy tilts the flow. */
const standsOnFlow = ({ energy }: RunConfig): boolean => needsOf("energies", energy).includes("base");

/** The first state; a flow that starts fitted, and an energy that tilts it, start at the same fit, which is made once. */
function startOf(
  config: RunConfig,
  { train }: RunData,
  { energy, flow }: Model,
  trainer: Trainer,
  key: Key,
): TrainState {
  if (!flow || !startsFitted(config) || !standsOnFlow(config)) return trainer.start(key, train);
  const fit = flow.init(fold(key, "fit"), train);
  const given = energy.init(fold(key, "init.energy"));
  given.set(fit, 0);
  return trainer.start(key, train, { flow: fit, energy: given });
}

/** The fitted flow as the flow's start and, for an energy that tilts it, as the frozen first part of the energy's. */
function fittedParameters(
  fresh: TrainState,
  fitted: FloatTensor,
  isBase: boolean,
): Partial<Record<Group, Float32Array>> {
  const flow = Float32Array.from(fitted.data);
  if (!isBase) return { flow };
  const energy = Float32Array.from(fresh["params.energy"]!.data as Float32Array);
  energy.set(flow, 0);
  return { flow, energy };
}
