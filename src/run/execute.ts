/** Training a run in its folder, from wherever it stands, until its last step. */

import { buildIteration, buildOptimizers, runKey, trainingLabels } from "../config/prepare.js";
import { validatorOf } from "../evaluation/validate.js";
import { learned } from "../model/learned.js";
import { trainedModel, trainedParameters } from "../model/trained.js";
import type { Group } from "../objectives/objective.js";
import { fold } from "../random/key.js";
import { removeStale } from "../store/atomic.js";
import { latestCheckpoint, listCheckpoints, saveCheckpoint } from "../store/checkpoint.js";
import { openJournal, readJournal } from "../store/journal.js";
import { lockRunDirectory } from "../store/run-lock.js";
import { TrainingDiverged, trainLoop } from "../train/loop.js";
import { compileTrainer, type Trainer, type TrainState } from "../train/trainer.js";
import { InputError, NumericError } from "../util/errors.js";
import { sameShape } from "../util/tensor.js";
import { watchRun } from "./health.js";
import { bestFolder, type OpenRun } from "./open.js";
import type { RunSummary } from "./run-summary.js";
import { type Rollbacks, setBack } from "./set-back.js";
import { summarize } from "./summarize.js";

/** What a run tells while it runs. */
export type RunEvent =
  | {
      readonly type: "stage";
      readonly stage: "compiling" | "pretraining" | "training" | "evaluating";
      readonly from: number;
      readonly steps: number;
    }
  | { readonly type: "notice"; readonly text: string }
  | {
      readonly type: "progress";
      readonly step: number;
      readonly steps: number;
      readonly metrics: Readonly<Record<string, number>>;
    }
  | {
      readonly type: "evaluated";
      readonly step: number;
      readonly validation: number;
      readonly standardError: number | null;
      readonly best: boolean;
    };

export interface RunHooks {
  readonly emit: (event: RunEvent) => void;
  /** Asked after every step: `true` saves a checkpoint and ends the run there. */
  readonly stopped: () => boolean;
}

export interface RunOutcome {
  readonly step: number;
  /** `null` when the run was stopped before its last step. */
  readonly summary: RunSummary | null;
}

/** The best validation log-likelihood so far. */
interface Best {
  readonly step: number;
  readonly value: number;
}

/**
 * Train from the newest valid checkpoint, or from the start. Interrupted at any moment and continued, a run arrives at
 * the same bytes. @throws TrainingDiverged with a checkpoint of the last good state saved.
 */
export async function executeRun(run: OpenRun, hooks: RunHooks): Promise<RunOutcome> {
  const { directory, config, data, model } = run;
  const { emit } = hooks;
  const release = lockRunDirectory(directory.path);
  try {
    for (const folder of [directory.path, directory.files.checkpoints]) removeStale(folder);
    emit({ type: "stage", stage: "compiling", from: 0, steps: config.steps });
    const trainer = await compileTrainer({
      model,
      iteration: buildIteration(config, model),
      optimizers: buildOptimizers(config, config.steps),
      batch: config.batch,
      average: config.average,
      slowable: config.onDivergence === "rollback",
    });
    const fresh = trainer.start(runKey(config), data.train);
    let outcome: Stretch;
    do {
      const resumed = resumePoint(run, fresh, emit);
      const state = resumed?.state ?? (await firstState(run, trainer, fresh, hooks));
      if (!state) return { step: 0, summary: null };
      outcome = await trainStretch(run, trainer, { step: 0, best: null, rollbacks: 0, ...resumed, state }, hooks);
    } while (outcome === "set back");
    if (outcome.step < config.steps) return { step: outcome.step, summary: null };
    emit({ type: "stage", stage: "evaluating", from: config.steps, steps: config.steps });
    return { step: config.steps, summary: await summarize(run, { notice: (text) => emit({ type: "notice", text }) }) };
  } finally {
    release();
  }
}

/** Where a run stands. */
interface Standing {
  readonly state: TrainState;
  readonly step: number;
  readonly best: Best | null;
  /** How often it was set back. */
  readonly rollbacks: number;
}

/** How far a stretch of training came; a run that was set back has another before it. */
type Stretch = { readonly step: number } | "set back";

/** Train from where the run stands until its last step, a stop, or a divergence. */
async function trainStretch(
  run: OpenRun,
  trainer: Trainer,
  { state, step: from, best: known, rollbacks }: Standing,
  { emit, stopped }: RunHooks,
): Promise<Stretch> {
  const { directory, config, data } = run;
  const folder = directory.files.checkpoints;
  const key = runKey(config);
  let best = known;
  const journal = openJournal(directory.files.metrics, { afterStep: from });
  const health = watchRun(run, readJournal(directory.files.metrics), (text) => emit({ type: "notice", text }));
  const save = (step: number, at: TrainState): void => {
    journal.flush();
    saveCheckpoint(folder, {
      step,
      tensors: { ...at },
      meta: { best, ...(rollbacks > 0 ? { rollbacks } : {}) },
    });
  };
  const judge = judgeOf(run);
  const validate = async (step: number, at: TrainState): Promise<void> => {
    if (config.data.validation === 0) return;
    const { value, standardError, record } = await judge(at);
    const isBest = Number.isFinite(value) && (best === null || value > best.value);
    journal.append({ step, validation: value, validationError: standardError, ...record });
    if (isBest) {
      best = { step, value };
      saveCheckpoint(bestFolder(directory), { step, tensors: { ...at }, meta: {} }, 1);
    }
    emit({ type: "evaluated", step, validation: value, standardError, best: isBest });
  };
  try {
    if (from === 0 && listCheckpoints(folder).length === 0) save(0, state);
    emit({ type: "stage", stage: "training", from, steps: config.steps });
    return await trainLoop(
      {
        ...{
          trainer,
          data: data.train,
          batch: config.batch,
          steps: config.steps,
          key: fold(key, "train"),
          state,
          from,
        },
        ...trainingLabels(trainer, data),
      },
      {
        after: async (step, metrics, at) => {
          const isLast = step === config.steps;
          if (step % config.logEvery === 0 || isLast) journal.append({ step, ...metrics });
          emit({ type: "progress", step, steps: config.steps, metrics });
          health.after(step, metrics);
          if (step % config.evaluateEvery === 0 || isLast) await validate(step, at);
          const stop = stopped() && !isLast;
          if (step % config.checkpointEvery === 0 || isLast || stop) save(step, at);
          return stop ? false : undefined;
        },
      },
    );
  } catch (error) {
    if (!(error instanceof TrainingDiverged)) throw error;
    health.diverged();
    const back = config.onDivergence === "rollback" ? setBack(folder, best) : null;
    if (back === null) {
      save(error.step - 1, error.state);
      throw error;
    }
    journal.append({ step: back.step, rate: back.rate, divergedAt: error.step });
    const told = `${error.message}; rolled back to step ${back.step}, going on at ${back.rate} of the learning rate`;
    emit({ type: "notice", text: told });
    return "set back";
  } finally {
    journal.close();
  }
}

/** The mean log-likelihood of the validation rows under the averaged parameters of a state. */
function judgeOf({ config, data, model }: OpenRun) {
  const key = fold(runKey(config), "validation");
  const validate = validatorOf(trainedModel(config, model), data, { key, draws: config.draws });
  return async (at: TrainState) => {
    const { likelihood, logZ } = await validate(trainedParameters(config, at));
    return { ...likelihood.mean, record: { logZ: logZ.logZ.value, paretoK: logZ.pareto.k } };
  };
}

/** Where a run left off; `fresh` is what its state must look like. */
function resumePoint({ directory }: OpenRun, fresh: TrainState, emit: RunHooks["emit"]): Standing | null {
  if (listCheckpoints(directory.files.checkpoints).length === 0) return null;
  const { checkpoint, file, skipped } = latestCheckpoint(directory.files.checkpoints);
  const { step, tensors, meta } = checkpoint;
  for (const { reason } of skipped)
    emit({ type: "notice", text: `passed over a checkpoint: ${reason}; continuing from step ${step}` });
  const names = new Set([...Object.keys(fresh), ...Object.keys(tensors)]);
  const wrong = [...names].find((name) => !sameShape(fresh[name]?.shape ?? [-1], tensors[name]?.shape ?? [-1]));
  if (wrong !== undefined)
    throw new InputError(
      `${file} does not fit ${directory.files.config}: ${wrong} differs; was the configuration changed? Undo that, or train anew`,
    );
  const { rollbacks = 0 } = meta as Rollbacks;
  return { state: tensors, step, best: (meta.best as Best | null) ?? null, rollbacks };
}

/** The state before the first step; a flow that is a base, or a proposal to start from, is fitted to the data first. */
async function firstState(
  { config, data, model }: OpenRun,
  trainer: Trainer,
  fresh: TrainState,
  { emit, stopped }: RunHooks,
): Promise<TrainState | null> {
  const key = runKey(config);
  if (config.pretrain === 0 || !model.flow) return fresh;
  emit({ type: "stage", stage: "pretraining", from: 0, steps: config.pretrain });
  const fit = await compileTrainer({
    model,
    iteration: buildIteration(config, model, { name: "flow-likelihood" }),
    optimizers: buildOptimizers(config, config.pretrain),
    batch: config.batch,
    average: config.average,
  });
  const spec = {
    trainer: fit,
    data: data.train,
    batch: config.batch,
    steps: config.pretrain,
    key: fold(key, "pretrain"),
  };
  const result = await trainLoop(
    { ...spec, state: fit.start(key, data.train) },
    {
      after: (step, metrics) => {
        emit({ type: "progress", step, steps: config.pretrain, metrics });
        return stopped() ? false : undefined;
      },
    },
  ).catch((error: unknown) => {
    // Of this stage there is nothing to save.
    throw error instanceof TrainingDiverged ? new NumericError(`fitting the flow first, ${error.message}`) : error;
  });
  if (!result.finished) return null;
  return trainer.start(key, data.train, fittedParameters(fresh, result.state, config.energy.base === "flow"));
}

/** The fitted flow as the flow's start and, for an energy that tilts it, as the frozen first part of the energy's. */
function fittedParameters(
  fresh: TrainState,
  fitted: TrainState,
  isBase: boolean,
): Partial<Record<Group, Float32Array>> {
  const flow = Float32Array.from(learned(fitted, "flow")!.data);
  if (!isBase) return { flow };
  const energy = Float32Array.from(fresh["params.energy"]!.data as Float32Array);
  energy.set(flow, 0);
  return { flow, energy };
}
