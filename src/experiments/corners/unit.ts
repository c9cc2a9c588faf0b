/** One training on four corners: a method, a dimension, a separation, weights and a seed; and what was found. */

import { type RunConfig, resolveConfig } from "../../config/config.js";
import { runKey } from "../../config/prepare.js";
import { trainedParameters } from "../../config/what-is-trained.js";
import { fold } from "../../random/key.js";
import type { TrainState } from "../../train/trainer.js";
import { NumericError } from "../../util/errors.js";
import { prepareTraining } from "../train-config.js";
import { type Bench, type Measured, measure, runChains } from "./measure.js";
import { type CornersMethodName, cornersMethods } from "./methods.js";

/** What is trained. */
export interface Training {
  readonly method: CornersMethodName;
  readonly dimension: number;
  /** a, the distance of the clouds from 0 in each coordinate; that of the paper unless given. */
  readonly offset?: number;
  readonly weights: readonly number[];
  readonly seed: number;
  readonly steps: number;
  /** Rows that are trained on. */
  readonly rows: number;
}

export interface CornersUnit extends Training {
  /** Draws that are kept of each chain after the training, at most. */
  readonly draws: number;
  /** How often chains are run during the training. */
  readonly watched: number;
}

/** Chains at a time of the training. */
export interface Look {
  readonly step: number;
  readonly seconds: number;
  readonly rhat: number;
}

export interface CornersResult {
  /** `null` where the training left the numbers. */
  readonly measured: Measured | null;
  readonly looks: readonly Look[];
  readonly seconds: number;
  readonly failure: string | null;
}

export type CornersRun = CornersUnit & CornersResult;

/** Share of the rows that is held out. */
const TEST = 0.2;
/** Draws that are kept of each chain during the training, at most. */
const LOOK_DRAWS = 200;

/** The configuration of a unit: the method's, on as many rows. */
export function configOf({ method, dimension, offset, weights, seed, steps, rows }: Training): RunConfig {
  return resolveConfig({
    ...cornersMethods[method].config(dimension),
    data: {
      dataset: "four-corners",
      options: { dimension, weights, ...(offset === undefined ? {} : { offset }) },
      points: Math.round(rows / (1 - TEST)),
      validation: 0,
      test: TEST,
    },
    ...{ steps, seed, select: "last" },
  });
}

/** What a result depends on beside its unit. */
export function settingsOf(unit: Training): unknown {
  const { sampler, ...chains } = cornersMethods[unit.method].chains;
  // A sampler is a function, which a ledger could not tell from another.
  return { config: configOf(unit), chains: { ...chains, sampler: sampler.name } };
}

/** Train one method once and measure it. A training that leaves the numbers is a result, not an error. */
export async function runCorners(unit: CornersUnit, tick: (done: number) => void): Promise<CornersResult> {
  const looks: Look[] = [];
  const between = unit.watched > 0 ? Math.ceil(unit.steps / unit.watched) : Number.POSITIVE_INFINITY;
  const look = async (step: number, seconds: number, bench: Bench): Promise<void> => {
    if (step % between !== 0) return;
    const key = fold(runKey(bench.config), `look ${step}`);
    const [{ rhat }] = await runChains(bench, key, Math.min(LOOK_DRAWS, unit.draws));
    looks.push({ step, seconds, rhat: rhat.rank });
  };
  const { bench, ...result } = await trainCorners(unit, tick, look);
  return { ...result, looks, measured: bench && (await measure(bench, unit.draws)) };
}

/**
 * Train one method.
 * @param look called after each step with the seconds of training so far: what it takes itself is not among them.
 * @returns what there is to measure, or `null` where the training left the numbers.
 */
export async function trainCorners(
  unit: Training,
  tick: (done: number) => void,
  look: (step: number, seconds: number, bench: Bench) => Promise<void> = async () => {},
): Promise<{ bench: Bench | null; seconds: number; failure: string | null }> {
  const config = configOf(unit);
  const { train, ...prepared } = await prepareTraining(config);
  const { chains } = cornersMethods[unit.method];
  const at = (state: TrainState): Bench => ({
    ...{ ...prepared, config, chains },
    learned: trainedParameters(config, state),
  });
  const every = Math.max(1, Math.floor(unit.steps / 50));
  const began = performance.now();
  let looking = 0;
  const seconds = (): number => (performance.now() - began - looking) / 1000;
  try {
    const state = await train(async (step, _metrics, now) => {
      if (step % every === 0) tick((0.9 * step) / unit.steps);
      const [time, from] = [seconds(), performance.now()];
      await look(step, time, at(now));
      looking += performance.now() - from;
    });
    return { bench: at(state), seconds: seconds(), failure: null };
  } catch (error) {
    if (!(error instanceof NumericError)) throw error;
    return { bench: null, seconds: seconds(), failure: error.message };
  }
}
