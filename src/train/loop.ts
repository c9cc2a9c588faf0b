/** Steps of a training: batches and noise from the key, one run of the program a step. */

import { batchIndices } from "../data/batch-indices.js";
import { takeRows } from "../data/take-rows.js";
import { fold, type Key } from "../random/key.js";
import { NumericError } from "../util/errors.js";
import { isFiniteArray } from "../util/moments.js";
import { cast, type FloatTensor, floats } from "../util/tensor.js";
import type { Trainer, TrainState } from "./trainer.js";
import { byMeaning } from "./training-metrics.js";

/** What every step of a training shares. */
export interface StepSpec {
  readonly trainer: Trainer;
  /** Training rows `(n, ...event)` in the coordinates the model sees. */
  readonly data: FloatTensor;
  /** Classes of the rows, one-hot `(n, classes)`, where the iteration needs them. */
  readonly labels?: FloatTensor;
  readonly batch: number;
  /** What a batch is before a step takes it, where rows stand for more than one point each. */
  readonly fresh?: (rows: FloatTensor, key: Key) => FloatTensor;
  readonly key: Key;
  /** What the state after one of the steps, the last, is followed by. */
  readonly closing?: { readonly step: number; of(state: TrainState): Promise<TrainState> };
  /** A gap between energies of model and data beyond which the run has diverged. */
  readonly largestGap?: number;
}

/** What a step leaves. */
export interface Stepped {
  readonly state: TrainState;
  readonly metrics: Readonly<Record<string, number>>;
}

/** How long steps may keep a thread to themselves, in milliseconds, before messages and timers get their turn. */
const TURN = 50;

/**
 * A function from a state and the number of steps done to the state after the next one. Equal arguments give equal
 * states, bit for bit, wherever the training was interrupted.
 * It throws TrainingDiverged, naming the step and the quantity that left the numbers or diverged.
 */
export function stepper(spec: StepSpec): (state: TrainState, done: number) => Promise<Stepped> {
  const { trainer, batch, key, largestGap = 1e4, labels, closing, fresh } = spec;
  const data = cast(spec.data, "float32");
  const batchKey = fold(key, "batches");
  const noiseKey = fold(key, "noise");
  const cellsKey = fold(key, "cells");
  let rested = performance.now();
  return async (state, done) => {
    const rows = batchIndices(batchKey, done, data.shape[0]!, batch);
    const taken = takeRows(data, rows);
    const next = await trainer.step(
      state,
      fresh ? cast(fresh(taken, fold(cellsKey, done)), "float32") : taken,
      fold(noiseKey, done),
      labels && takeRows(labels, rows),
    );
    expectHealthy(done + 1, next, largestGap, state);
    if (performance.now() - rested > TURN) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      rested = performance.now();
    }
    if (closing?.step === done + 1) return { ...next, state: await closing.of(next.state) };
    return next;
  };
}

export interface LoopSpec extends StepSpec {
  /** The step at which the training is complete. */
  readonly steps: number;
  readonly state: TrainState;
  /** Steps already done: the number of the first step. */
  readonly from?: number;
}

/** What a caller may do along the way; each may be slow, and the training waits. */
export interface LoopHooks {
  /** After every step. Returning `false` ends the training before the next one. */
  readonly after?: (
    step: number,
    metrics: Readonly<Record<string, number>>,
    state: TrainState,
  ) => boolean | undefined | Promise<boolean | undefined>;
}

export interface LoopResult {
  readonly state: TrainState;
  /** Steps done in all. */
  readonly step: number;
  readonly finished: boolean;
}

/**
 * The plain loop, without validation, checkpoints or a second try: `TrainingSession` has those.
 * @throws TrainingDiverged; its `state` is the last good one.
 */
export async function trainLoop(spec: LoopSpec, hooks: LoopHooks = {}): Promise<LoopResult> {
  const { steps } = spec;
  const next = stepper(spec);
  let { state } = spec;
  for (let step = spec.from ?? 0; step < steps; step++) {
    const stepped = await next(state, step);
    state = stepped.state;
    if ((await hooks.after?.(step + 1, stepped.metrics, state)) === false)
      return { state, step: step + 1, finished: step + 1 >= steps };
  }
  return { state, step: steps, finished: true };
}

/** A training that left the numbers, with what there is to save: the state before the step that failed. */
export class TrainingDiverged extends NumericError {
  override readonly name = "TrainingDiverged";
  constructor(
    message: string,
    readonly step: number,
    readonly quantity: string,
    readonly state: TrainState,
  ) {
    super(message);
  }
}

function expectHealthy(step: number, { metrics, state }: Stepped, largestGap: number, good: TrainState): void {
  const bad = Object.entries(metrics).find(([, value]) => !Number.isFinite(value));
  if (bad) throw new TrainingDiverged(`step ${step}: ${bad[0]} is ${bad[1]}`, step, bad[0], good);
  // Metrics are of the parameters before the update: after it they may have left the numbers.
  const lost = Object.entries(state).find(([name, t]) => name.startsWith("params.") && !isFiniteArray(floats(t)));
  if (lost) throw new TrainingDiverged(`step ${step}: ${lost[0]} is not finite any more`, step, lost[0], good);
  const gap = byMeaning(metrics).energyGap;
  if (gap !== undefined && Math.abs(gap) > largestGap)
    throw new TrainingDiverged(
      `step ${step}: energyGap is ${gap.toPrecision(4)}, beyond ±${largestGap}: the energy diverged`,
      step,
      "energyGap",
      good,
    );
}
