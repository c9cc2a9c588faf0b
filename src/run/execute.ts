/** Training a run in its folder, from wherever it stands, until its last step: a session, and what is kept of it. */

import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Checkpoint } from "../formats/checkpoint.js";
import { checkpointFile } from "../formats/checkpoint.js";
import { readCheckpoints } from "../model/checkpoints.js";
import { folderAt } from "../model/files.node.js";
import { useEngine } from "../runtime/program.js";
import { listCheckpoints, removeOlder, saveCheckpoint } from "../store/checkpoint.js";
import { type Journal, openJournal } from "../store/journal.js";
import { lockRunDirectory } from "../store/run-lock.js";
import type { SessionCheckpoint, SessionMeta } from "../train/checkpoint.js";
import { showFinding } from "../train/health.js";
import { TrainingDiverged } from "../train/loop.js";
import { largestThatFits } from "../train/memory.js";
import type { Resumed, SessionEvent } from "../train/session.js";
import { startSession } from "../train/start.js";
import { InputError } from "../util/errors.js";
import { engineOf, tellEngine } from "./engine.js";
import { historyOf } from "./history.js";
import { bestFolder, type OpenRun } from "./open.js";
import type { RunSummary } from "./run-summary.js";
import { summarize } from "./summarize.js";
import { tellMemory } from "./tell-memory.js";
import { trainingClock } from "./training-clock.js";

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
  /** Asked after every step, and before the evaluation: `true` saves a checkpoint and ends the run there. */
  readonly stopped: () => boolean;
}

export interface RunOutcome {
  readonly step: number;
  /** `null` when the run was stopped before it was evaluated. */
  readonly summary: RunSummary | null;
}

/**
 * Train from the newest valid checkpoint, or from the start. Interrupted at any moment and continued, a run arrives at
 * the same bytes. @throws TrainingDiverged with a checkpoint of the last good state saved.
 */
export async function executeRun(run: OpenRun, hooks: RunHooks): Promise<RunOutcome> {
  const { directory, config } = run;
  const { emit } = hooks;
  const release = lockRunDirectory(directory.path);
  try {
    emit({ type: "stage", stage: "compiling", from: 0, steps: config.steps });
    const { step, finished } = await train(run, hooks);
    if (!finished || hooks.stopped()) return { step, summary: null };
    emit({ type: "stage", stage: "evaluating", from: step, steps: step });
    return { step, summary: await summarize(run, { notice: (text) => emit({ type: "notice", text }) }) };
  } finally {
    release();
  }
}

/** Train until the end or a stop, keeping what the session tells. */
async function train(run: OpenRun, { emit, stopped }: RunHooks): Promise<{ step: number; finished: boolean }> {
  const { directory, config, data } = run;
  const resume = await resumePoint(run, emit);
  const keeper = keeperOf(run, resume?.checkpoints ?? [], emit);
  try {
    const engine = await useEngine(engineOf(directory));
    const options = { engine, tell: keeper.keep, ...(resume ? { resume } : {}) };
    const session = await startSession(config, data, options).catch((error: unknown) => {
      throw error instanceof InputError ? new InputError(`${directory.path}: ${error.message}`, error.path) : error;
    });
    while (session.at().stage !== "finished") {
      await session.step().catch((error: unknown) => {
        if (error instanceof TrainingDiverged) keeper.save(session.checkpoint());
        throw error;
      });
      const { stage, step } = session.at();
      if (stage !== "pretraining") keeper.look(step, session.state());
      if (stage === "finished" || !stopped()) continue;
      // Of a flow that is being fitted nothing is kept: that begins again.
      if (stage === "pretraining") return { step: 0, finished: false };
      keeper.save(session.checkpoint());
      return { step, finished: false };
    }
    return { step: session.at().step, finished: true };
  } finally {
    keeper.close();
  }
}

/** Checkpoints of a run that are kept. */
const KEPT = 3;

type Keeper = { readonly [Type in SessionEvent["type"]]: (event: Extract<SessionEvent, { type: Type }>) => void };

/** Writes what a session tells into the folder of a run, and passes it on. */
function keeperOf({ directory, config, data }: OpenRun, there: readonly SessionCheckpoint[], emit: RunHooks["emit"]) {
  const { metrics: file, checkpoints: folder, times } = directory.files;
  let journal: Journal = openJournal(file, { afterStep: there[0]?.step ?? -1 });
  const clock = trainingClock(times, there[0]?.step ?? null);
  const history = historyOf(directory.files.history, config.keepEvery);
  history.setBack(there[0]?.step ?? -1);
  // One that was saved at a stop takes no other's place, and goes with the next: the folder is as if there was none.
  let passing = there.filter(({ meta }) => meta.between).map(({ step }) => step);
  let stage: (SessionEvent & { type: "stage" })["stage"];
  const save = (checkpoint: SessionCheckpoint): void => {
    journal.flush();
    saveCheckpoint(folder, asFile(checkpoint), KEPT + passing.length + (checkpoint.meta.between ? 1 : 0));
    for (const step of passing)
      if (step !== checkpoint.step) rmSync(join(folder, checkpointFile(step)), { force: true });
    passing = checkpoint.meta.between ? [checkpoint.step] : [];
  };
  const kept: Keeper = {
    memory({ bytes }) {
      const text = tellMemory(bytes, (there) => largestThatFits(config, data, there));
      if (text) emit({ type: "notice", text });
    },
    engine({ engine, began }) {
      if (there.length === 0 || engine !== began) journal.append({ step: there[0]?.step ?? 0, engine });
      const text = tellEngine(engine, began, engineOf(directory));
      if (text) emit({ type: "notice", text });
    },
    stage(event) {
      stage = event.stage;
      if (stage !== "finished") emit({ ...event, stage });
    },
    step({ step, steps, metrics }) {
      if (stage === "training" && (step % config.logEvery === 0 || step === steps)) {
        journal.append({ step, ...metrics });
        clock?.mark(step);
      }
      emit({ type: "progress", step, steps, metrics });
    },
    ended: ({ step, best }) =>
      emit({
        type: "notice",
        text: `ending at step ${step} of ${config.steps}: validation rows were best at step ${best} and not since (patience)`,
      }),
    finding: ({ finding }) => emit({ type: "notice", text: showFinding(finding) }),
    judged({ step, value, standardError, best, record, state }) {
      // At the first step this comes after the checkpoint that a killed run goes on from.
      journal.appendOnce({ step, validation: value, validationError: standardError, ...record });
      if (best) saveBest(bestFolder(directory), { step, tensors: { ...state }, meta: {} });
      emit({ type: "evaluated", step, validation: value, standardError, best });
    },
    checkpoint({ checkpoint }) {
      // A run that goes on from here has no other look at it.
      if (!checkpoint.meta.pretraining) history.keep(checkpoint.step, checkpoint.tensors);
      save(checkpoint);
    },
    setBack({ checkpoint, rate, error }) {
      const { step } = checkpoint;
      // What is said of it is there before it is: a run that goes on from a later step comes here again.
      journal.close();
      journal = openJournal(file, { afterStep: step });
      journal.appendOnce({ step, rate, divergedAt: error.step });
      journal.flush();
      history.setBack(step);
      history.keep(step, checkpoint.tensors);
      // Of two files that are there only one is newest at any moment, and a run may go on from either.
      saveCheckpoint(folder, asFile(checkpoint));
      for (const later of listCheckpoints(folder)) if (later.step > step) rmSync(later.file);
      clock?.setBack(step);
      const text = `${error.message}; rolled back to step ${step}, going on at ${rate} of the learning rate`;
      emit({ type: "notice", text });
      emit({ type: "stage", stage: "training", from: step, steps: config.steps });
    },
  };
  // Every type has its own way to be kept.
  const keep = (event: SessionEvent): void => (kept[event.type] as (event: SessionEvent) => void)(event);
  const close = (): void => {
    journal.close();
    clock?.close();
  };
  return { keep, save, look: history.keep, close };
}

/** Keep the best parameters, and no others: after a rollback the best may be of an earlier step than that before. */
function saveBest(folder: string, checkpoint: Checkpoint): void {
  const file = saveCheckpoint(folder, checkpoint, 1);
  for (const other of listCheckpoints(folder)) if (other.file !== file) rmSync(other.file);
}

/** Where a run left off: its checkpoints that are whole, newest first. */
async function resumePoint({ directory }: OpenRun, emit: RunHooks["emit"]): Promise<Resumed | undefined> {
  const notice = (text: string): void => emit({ type: "notice", text });
  const most = Number.POSITIVE_INFINITY;
  const whole = await readCheckpoints(folderAt(directory.path), "checkpoints", { notice, most });
  const [newest, ...others] = whole.map(asSession);
  if (!newest) return undefined;
  const there = [newest, ...others];
  const passing = there.filter(({ meta }) => meta.between).length;
  // A kill may have come after the newest was there and before the oldest was removed.
  removeOlder(directory.files.checkpoints, newest.step, KEPT + passing - 1);
  return { checkpoints: there };
}

const asFile = ({ step, tensors, meta }: SessionCheckpoint): Checkpoint => ({
  ...{ step, tensors: { ...tensors }, meta: { ...meta } },
});

// Written by `asFile`, and whole by its checksum; one of before knows less.
const asSession = ({ step, tensors, meta }: Checkpoint): SessionCheckpoint => ({
  ...{ step, tensors, meta: { best: null, ...(meta as unknown as Partial<SessionMeta>) } },
});
