/**
 * A training under way: one step at a time, with its validation, checkpoints, health and second tries. It knows no files
 * and no clock, so it is the same in a thread, in a page and in a folder; who holds it decides what is kept.
 */

import { NumericError } from "../util/errors.js";
import { floats } from "../util/tensor.js";
import type { Best, SessionCheckpoint } from "./checkpoint.js";
import { type HealthFinding, type HealthMemory, newHealth } from "./health.js";
import { type StepSpec, stepper, TrainingDiverged } from "./loop.js";
import { setBack } from "./set-back.js";
import type { TrainState } from "./trainer.js";

/** What validation found: how well the parameters of a state explain rows that are not trained on. */
export interface Judged {
  /** What the best parameters have most of, such as nats a row. */
  readonly value: number;
  readonly standardError: number | null;
  /** Whatever else was found, to be kept beside it. */
  readonly record?: Readonly<Record<string, number>>;
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
  /** Where some rows choose the best parameters: what judges a state, every so many steps and after the last. */
  readonly judge?: { readonly every: number; of(state: TrainState): Promise<Judged> };
  /** Steps between checkpoints; then there is one before the first step as well, and one after the last. */
  readonly checkpointEvery?: number;
  /** Where its health is watched: steps between observations, and the coordinates of a point, by which it is measured. */
  readonly health?: { readonly every: number; readonly dimension: number };
  /** A training that diverges is set back to a checkpoint and goes on at half the rate; its trainer must be slowable. */
  readonly rollback?: boolean;
}

export type Stage = "pretraining" | "training" | "finished";

/** What a session tells, in order. */
export type SessionEvent =
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
   * One step. A session that is finished stays as it is.
   * @returns the metrics of the step; none where the training was set back instead.
   * @throws TrainingDiverged; the session then stands at the last good state.
   */
  step(): Promise<Readonly<Record<string, number>>>;
  /** Judge the present state; `null` where nothing judges. */
  evaluate(): Promise<Judged | null>;
  checkpoint(): SessionCheckpoint;
  /** Every pathology that was seen. */
  findings(): readonly HealthFinding[];
}

/** Checkpoints that a session keeps to be set back to. */
const KEPT = 3;

/** A session from its start, or from where another stood. @param tell is called with everything that happens, at once. */
export function newSession(
  spec: SessionSpec,
  { tell = () => {}, resume }: { readonly tell?: (event: SessionEvent) => void; readonly resume?: Resumed } = {},
): TrainingSession {
  const { training, pretraining, judge, checkpointEvery = Number.POSITIVE_INFINITY } = spec;
  const { every = 1, dimension = 1 } = spec.health ?? {};
  const from = resume?.checkpoints[0];
  let stage: Stage = (from ? from.meta.pretraining : pretraining) ? "pretraining" : "training";
  let saved: readonly SessionCheckpoint[] = stage === "training" ? (resume?.checkpoints ?? []) : [];
  let [done, state]: [number, TrainState] = [0, (stage === "pretraining" ? pretraining! : training).start];
  let [best, bestState]: [Best | null, TrainState | undefined] = [from?.meta.best ?? null, resume?.best];
  let rollbacks = 0;
  const newWatch = (memory?: HealthMemory) => newHealth({ dimension, ...(memory ? { memory } : {}) });
  let [health, close] = [newWatch(), newWatch()];
  const next = { training: stepper(training), pretraining: pretraining && stepper(pretraining) };

  const stand = ({ step, tensors, meta }: SessionCheckpoint): void => {
    [done, state] = [step, tensors];
    rollbacks = meta.rollbacks ?? 0;
    [health, close] = [newWatch(meta.health), newWatch()];
  };
  if (from) stand(from);
  const steps = (): number => (stage === "pretraining" ? pretraining! : training).steps;
  if (stage === "training" && done >= training.steps) stage = "finished";

  const checkpoint = (): SessionCheckpoint => ({
    step: done,
    tensors: { ...state },
    meta: {
      best,
      health: health.memory(),
      ...(stage === "pretraining" ? { pretraining: true } : {}),
      ...(rollbacks > 0 ? { rollbacks } : {}),
    },
  });
  const save = (): void => {
    saved = [checkpoint(), ...saved.filter(({ step }) => step !== done)].slice(0, KEPT);
    tell({ type: "checkpoint", checkpoint: saved[0]! });
  };
  let told: Stage | undefined;
  const enter = (): void => {
    if (told === stage) return;
    told = stage;
    tell({ type: "stage", stage, from: done, steps: steps() });
    if (stage === "training" && saved.length === 0 && spec.checkpointEvery) save();
  };

  const watch = (metrics: Readonly<Record<string, number>>): void => {
    if (!spec.health) return;
    close.observe(done, metrics);
    if (done % every !== 0) return;
    for (const finding of health.observe(done, metrics)) tell({ type: "finding", finding });
  };
  const validate = async (): Promise<void> => {
    if (!judge) return;
    const judged = await judge.of(state);
    const isBest = Number.isFinite(judged.value) && (best === null || judged.value > best.value);
    if (isBest) [best, bestState] = [{ step: done, value: judged.value }, state];
    tell({ type: "judged", step: done, best: isBest, state, ...judged });
  };
  const diverged = (error: TrainingDiverged): void => {
    // What the last steps showed: a training may diverge between two observations.
    const known = new Set(health.findings().map(({ rule }) => rule));
    for (const finding of close.findings()) if (!known.has(finding.rule)) tell({ type: "finding", finding });
    const back = spec.rollback ? setBack(saved, best) : null;
    if (!back) throw error;
    saved = back;
    stand(back[0]);
    tell({ type: "setBack", checkpoint: back[0], rate: floats(state.rate!)[0]!, error });
  };

  return {
    at: () => ({ stage, step: done, steps: steps() }),
    state: () => state,
    best: () => (best && bestState ? { step: best.step, state: bestState } : { step: done, state }),
    evaluate: async () => (judge ? judge.of(state) : null),
    checkpoint,
    findings: () => health.findings(),
    async step() {
      if (stage === "finished") return {};
      enter();
      const stepped = await next[stage]!(state, done).catch((error: unknown) => {
        if (!(error instanceof TrainingDiverged)) throw error;
        // Of this stage there is nothing to go back to.
        if (stage === "pretraining") throw new NumericError(`fitting the flow first, ${error.message}`);
        diverged(error);
        return null;
      });
      if (!stepped) return {};
      [done, state] = [done + 1, stepped.state];
      const { metrics } = stepped;
      tell({ type: "step", stage, step: done, steps: steps(), metrics });
      const last = done === steps();
      if (stage === "pretraining") {
        if (last) [stage, done, state] = ["training", 0, pretraining!.into(state)];
        return metrics;
      }
      watch(metrics);
      if (judge && (done % judge.every === 0 || last)) await validate();
      if (done % checkpointEvery === 0 || (last && spec.checkpointEvery)) save();
      if (last) stage = "finished";
      return metrics;
    },
  };
}

/** Called after every step; the training waits, and ends early where the answer is `false`. */
export type AfterStep = (
  step: number,
  metrics: Readonly<Record<string, number>>,
  state: TrainState,
) => unknown | Promise<unknown>;

/** Step until a session is finished, or told to end; returns the session. */
export async function runSession<Session extends TrainingSession>(
  session: Session,
  after?: AfterStep,
): Promise<Session> {
  while (session.at().stage !== "finished") {
    const metrics = await session.step();
    const { stage, step } = session.at();
    if (stage !== "pretraining" && step > 0 && (await after?.(step, metrics, session.state())) === false) break;
  }
  return session;
}
