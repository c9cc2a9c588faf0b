/**
 * A training under way: one step at a time, with its validation, checkpoints, health and second tries. It knows no files
 * and no clock, so it is the same in a thread, in a page and in a folder; who holds it decides what is kept.
 */

import type { Computes } from "../runtime/engine.js";
import { NumericError } from "../util/errors.js";
import { inTurn } from "../util/in-turn.js";
import { floats } from "../util/tensor.js";
import type { Best, SessionCheckpoint } from "./checkpoint.js";
import type { HealthFinding, HealthMemory } from "./health.js";
import { addLook, type Course, type Look, looksOf, noCourse } from "./looks.js";
import { type StepSpec, stepper, TrainingDiverged } from "./loop.js";
import { addJudged } from "./patience.js";
import { setBack } from "./set-back.js";
import type { TrainState } from "./trainer.js";
import { newWatch, type Watch, type WatchSpec } from "./watch.js";

/** What validation found: how well the parameters of a state explain rows that are not trained on. */
export interface Judged {
  /** What the best parameters have most of, such as nats a row. */
  readonly value: number;
  readonly standardError: number | null;
  /** Whatever else was found, to be kept beside it. */
  readonly record?: Readonly<Record<string, number>>;
  /** Row by row, where looks can be compared: to say that the training over-fits, or is not done. */
  readonly look?: Omit<Look, "step">;
}

/** A part of a training: its steps, and the state before the first. */
export interface StageSpec extends StepSpec {
  readonly steps: number;
  readonly start: TrainState;
}

export interface SessionSpec {
  readonly training: StageSpec;
  /** What is trained before, and the first state of the training from the last of that. */
  readonly pretraining?: Omit<StageSpec, "labels"> & { into(last: TrainState): TrainState };
  /** Where some rows choose the best parameters: what judges a state, every so many steps, sooner at first, and after the last. */
  readonly judge?: {
    readonly every: number;
    /**
     * Whether the state before the first step is judged as well, as a fit of its own: it is the best until one is better by
     * more than the error of the difference.
     */
    readonly start?: boolean;
    /**
     * Looks in a row that are not the best, after which the training ends; it never does by itself unless given. One at
     * which validation rows are clearly less likely than at the best counts for two, and so does one of a training that
     * starts as a fit at which log Z is not to be trusted: it has left what it tilts.
     */
    readonly patience?: number | undefined;
    of(state: TrainState): Promise<Judged>;
  };
  /** Steps between checkpoints; then there is one before the first step as well, and one after the last. */
  readonly checkpointEvery?: number;
  /** How its health is watched, where it is. */
  readonly health?: WatchSpec;
  /** What computes its steps, for its checkpoints. */
  readonly engine?: Computes;
  /** A training that diverges is set back to a checkpoint and goes on at half the rate; its trainer must be slowable. */
  readonly rollback?: boolean;
}

export type Stage = "pretraining" | "training" | "finished";

/** What a session tells, in order. */
export type SessionEvent =
  /** Before anything is compiled: bytes that its programs will hold at most, about, and those of its rows. */
  | { readonly type: "memory"; readonly bytes: number }
  /** What computes the steps, and what did when the training began. */
  | { readonly type: "engine"; readonly engine: Computes; readonly began: Computes }
  | { readonly type: "stage"; readonly stage: Stage; readonly from: number; readonly steps: number }
  | {
      readonly type: "step";
      readonly stage: Stage;
      readonly step: number;
      readonly steps: number;
      readonly metrics: Readonly<Record<string, number>>;
    }
  | ({ readonly type: "judged"; readonly step: number; readonly best: boolean; readonly state: TrainState } & Judged)
  | { readonly type: "finding"; readonly finding: HealthFinding }
  /** The training ends before its last step: validation rows were best at an earlier one. */
  | { readonly type: "ended"; readonly step: number; readonly best: number }
  | { readonly type: "checkpoint"; readonly checkpoint: SessionCheckpoint }
  | {
      readonly type: "setBack";
      readonly checkpoint: SessionCheckpoint;
      readonly rate: number;
      readonly error: TrainingDiverged;
    };

/** Where a session goes on. */
export interface Resumed {
  /** Checkpoints of the training, newest first; the first is where it goes on, the others are for rollbacks. */
  readonly checkpoints: readonly SessionCheckpoint[];
  /** The state at the best step, where it is known. */
  readonly best?: TrainState;
}

export interface TrainingSession {
  /** Where it stands: steps of its stage that are done, and how many there are. */
  at(): { readonly stage: Stage; readonly step: number; readonly steps: number };
  state(): TrainState;
  /** The state that was judged best, or the present one where none was or it is not known any more. */
  best(): { readonly step: number; readonly state: TrainState };
  /**
   * One step, after those that were asked for before. A session that is finished stays as it is.
   * @returns the metrics of the step; `null` where none was taken: the training was set back instead, or is finished.
   * @throws TrainingDiverged; the session then stands at the last good state.
   */
  step(): Promise<Readonly<Record<string, number>> | null>;
  /** Judge the present state; `null` where nothing judges. */
  evaluate(): Promise<Judged | null>;
  /** Where it stands now. To be resumed as if nothing had happened, give those that were told as well, behind it. */
  checkpoint(): SessionCheckpoint;
  /** Every pathology that was seen. */
  findings(): readonly HealthFinding[];
}

/** Checkpoints that a session keeps to be set back to. */
const KEPT = 3;

/** Where a session stands. */
interface Standing {
  stage: Stage;
  /** Steps of the stage that are done. */
  done: number;
  state: TrainState;
  best: Best | null;
  bestState: TrainState | undefined;
  rollbacks: number;
  course: Course;
  /** Whether it ends before its last step. */
  ended: boolean;
  /** Its last checkpoints, newest first. */
  saved: readonly SessionCheckpoint[];
}

/** Where it begins, or goes on. */
function startingPoint({ training, pretraining }: SessionSpec, resume: Resumed | undefined): Standing {
  const from = resume?.checkpoints[0];
  const stage = (from ? from.meta.pretraining : pretraining) ? "pretraining" : "training";
  const start = stage === "pretraining" ? pretraining!.start : training.start;
  const none = { best: null, bestState: undefined, rollbacks: 0, course: noCourse, ended: false, saved: [] };
  if (!from) return { ...none, stage, done: 0, state: start };
  const { step: done, tensors: state, meta } = from;
  return {
    ...{ done, state, best: meta.best, bestState: resume.best, rollbacks: meta.rollbacks ?? 0 },
    ...{ course: meta.course ?? noCourse, ended: meta.ended ?? false },
    stage: stage === "training" && (meta.ended || done >= training.steps) ? "finished" : stage,
    saved: stage === "pretraining" ? [] : resume.checkpoints.filter(({ meta: { between } }) => !between),
  };
}

const checkpointOf = (
  { stage, done, state, best, rollbacks, course, ended }: Standing,
  watch: Watch,
  engine: Computes | undefined,
): SessionCheckpoint => ({
  step: done,
  tensors: { ...state },
  meta: {
    ...{ best, health: watch.memory() },
    ...(course.best || course.earlier ? { course } : {}),
    ...(ended ? { ended } : {}),
    ...(engine ? { engine } : {}),
    ...(stage === "pretraining" ? { pretraining: true } : {}),
    ...(rollbacks > 0 ? { rollbacks } : {}),
  },
});

/** The same, told from those that the training saves by itself. */
function askedFor(at: Standing, watch: Watch, engine: Computes | undefined): SessionCheckpoint {
  const { meta, ...rest } = checkpointOf(at, watch, engine);
  const own = at.saved.some(({ step }) => step === at.done);
  return { ...rest, meta: { ...meta, ...(own ? {} : { between: true }) } };
}

/** Have the state judged; the best is kept, what the course shows is told, and patience may end the training. */
async function lookAt(
  at: Standing,
  { training: { steps }, judge, health }: SessionSpec,
  looks: readonly number[],
  tell: (event: SessionEvent) => void,
): Promise<void> {
  const judged = await judge!.of(at.state);
  const { done, course } = at;
  const { start: isFit = false, patience = Number.POSITIVE_INFINITY } = judge!;
  const spec = { looks: looks.length, isFit };
  const { isBest, best } = addJudged(at.best, { step: done, ...judged }, course.best, spec);
  Object.assign(at, { best, ...(isBest ? { bestState: at.state } : {}) });
  tell({ type: "judged", step: done, best: isBest, state: at.state, ...judged });
  at.ended = done < steps && best !== null && best.since >= patience;
  if (judged.look) {
    const where = { isBest, isEnd: at.ended || done === steps };
    const settings = health?.settings;
    const keepsBest = judge!.patience !== undefined && settings?.value("select") !== "last";
    const about = { steps, looks: looks.length, settings, keepsBest };
    at.course = addLook(course, { step: done, ...judged.look }, where, about);
    const { finding } = at.course;
    if (finding && finding.rule !== course.finding?.rule) tell({ type: "finding", finding });
  }
  if (at.ended && best) tell({ type: "ended", step: done, best: best.step });
}

/** A session from its start, or from where another stood. @param tell is called with everything that happens, at once. */
export function newSession(
  spec: SessionSpec,
  { tell = () => {}, resume }: { readonly tell?: (event: SessionEvent) => void; readonly resume?: Resumed } = {},
): TrainingSession {
  const {
    training,
    pretraining,
    judge,
    checkpointEvery,
    health = { every: Number.POSITIVE_INFINITY, dimension: 1 },
  } = spec;
  const at = startingPoint(spec, resume);
  const next = { training: stepper(training), pretraining: pretraining && stepper(pretraining) };
  const steps = (): number => (at.stage === "pretraining" ? pretraining! : training).steps;
  const watching = (memory?: HealthMemory) => newWatch(health, (finding) => tell({ type: "finding", finding }), memory);
  let watch = watching(resume?.checkpoints[0]?.meta.health);
  let entered: Stage | undefined;

  const save = (): void => {
    const saved = checkpointOf(at, watch, spec.engine);
    at.saved = [saved, ...at.saved.filter(({ step }) => step !== at.done)].slice(0, KEPT);
    tell({ type: "checkpoint", checkpoint: saved });
  };
  const enter = (): void => {
    if (entered === at.stage) return;
    entered = at.stage;
    tell({ type: "stage", stage: at.stage, from: at.done, steps: steps() });
    if (checkpointEvery && at.stage === "training" && at.saved.length === 0) save();
  };
  const looks = judge ? looksOf(judge.every, training.steps) : [];
  const goBack = (error: TrainingDiverged): void => {
    watch.diverged();
    const saved = spec.rollback ? setBack(at.saved, at.best, at.course) : null;
    if (!saved) throw error;
    const [{ step: done, tensors: state, meta }] = saved;
    const { best, rollbacks, course = noCourse } = meta;
    Object.assign(at, { saved, done, state, best, rollbacks, course });
    watch = watching(meta.health);
    tell({ type: "setBack", checkpoint: saved[0], rate: floats(state.rate!)[0]!, error });
  };
  const step = async (): Promise<Readonly<Record<string, number>> | null> => {
    const { stage } = at;
    if (stage === "finished") return null;
    enter();
    if (judge?.start && stage === "training" && at.best === null && at.done === 0) await lookAt(at, spec, looks, tell);
    const stepped = await next[stage]!(at.state, at.done).catch((error: unknown) => {
      if (!(error instanceof TrainingDiverged)) throw error;
      // Of this stage there is nothing to go back to.
      if (stage === "pretraining") throw new NumericError(`fitting the flow first, ${error.message}`);
      goBack(error);
    });
    if (!stepped) return null;
    const { state, metrics } = stepped;
    const last = at.done + 1 === steps();
    Object.assign(at, { state, done: at.done + 1 });
    tell({ type: "step", stage, step: at.done, steps: steps(), metrics });
    if (stage === "pretraining") {
      if (last) Object.assign(at, { stage: "training", done: 0, state: pretraining!.into(state) });
      return metrics;
    }
    watch.after(at.done, metrics);
    if (judge && looks.includes(at.done)) await lookAt(at, spec, looks, tell);
    const over = last || at.ended;
    if (checkpointEvery && (at.done % checkpointEvery === 0 || over)) save();
    at.stage = over ? "finished" : stage;
    return metrics;
  };
  return {
    at: () => ({ stage: at.stage, step: at.done, steps: steps() }),
    state: () => at.state,
    best: () =>
      at.best && at.bestState ? { step: at.best.step, state: at.bestState } : { step: at.done, state: at.state },
    evaluate: async () => (judge ? judge.of(at.state) : null),
    checkpoint: () => askedFor(at, watch, spec.engine),
    findings: () => [...watch.findings(), ...(at.course.finding ? [at.course.finding] : [])],
    step: inTurn(step),
  };
}
