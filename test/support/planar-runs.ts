/** Finished trainings of experiments in the plane, made up: what claims say of them is what is tested. */

import type { Budget, Experiment, Finished } from "../../src/experiments/experiment.js";
import type {
  CurvePoint,
  Learnt,
  PlanarNumbers,
  PlanarResult,
  PlanarUnit,
} from "../../src/experiments/planar/declaration.js";

export type PlanarExperiment = Experiment<PlanarUnit, PlanarResult, PlanarNumbers>;
export type Done = Finished<PlanarUnit, PlanarResult>;

/** What a made-up training found, where it is not sound. */
export interface Found extends Partial<Omit<Learnt, "weights">> {
  readonly weights?: readonly number[];
  readonly curve?: readonly CurvePoint[];
  readonly failure?: string;
}

const SIDE = 8;

/** A training with the true weights, a small error, and log Z by two ways that agree, but for what is said. */
export function resultWith(truth: readonly number[], found: Found = {}): PlanarResult {
  const { weights: model = truth, curve, failure = null, ...other } = found;
  const weights = { model, chains: truth, flow: truth };
  const flat = new Array<number>(SIDE * SIDE).fill(0);
  const box = [
    [-5, 5],
    [-5, 5],
  ] as const;
  const point = { ...weights, localAcceptance: 0.57, globalAcceptance: 0.5 };
  const learnt: Learnt = {
    weights: { ...weights, data: truth },
    ...{ kl: 0.001, totalVariation: 0.01, edgeMass: 0 },
    logDensityError: { draws: 0.001, grid: 0.001 },
    logZ: { grid: 1, importance: { value: 1.01, standardError: 0.01, interval: null }, paretoK: 0.2 },
    zones: { start: truth, negatives: truth, model },
    pictures: {
      field: { side: SIDE, box, model: flat, flow: flat },
      line: { model: new Array<number>(300).fill(0.1), flow: null },
      ...{
        negatives: [[0, 0]] as const,
        latent: {
          side: SIDE,
          box,
          model: flat,
          paths: [
            [
              [0, 0],
              [1, 1],
            ] as const,
          ],
        },
      },
      paths: [
        [
          [0, 0],
          [1, 1],
        ],
      ],
    },
    ...other,
  };
  return {
    truth,
    curve: curve ?? Array.from({ length: 4 }, (_, i) => ({ step: 10 * (i + 1), ...point })),
    learnt: failure === null ? learnt : null,
    failure,
    seconds: 1,
  };
}

/** Every unit of a plan with what a method is said to find, sound where nothing is said. */
export const planned = (
  experiment: PlanarExperiment,
  budget: Budget,
  truth: readonly number[],
  found: Readonly<Record<string, Found>> = {},
): Done[] => experiment.plan(budget).map((unit) => ({ unit, result: resultWith(truth, found[unit.method]) }));

/** The same runs, but for the first so many of a method. */
export const spoiled = (runs: readonly Done[], method: string, count: number, found: Found): Done[] => {
  const own = runs.filter(({ unit }) => unit.method === method).slice(0, count);
  return runs.map((run) => (own.includes(run) ? { ...run, result: resultWith(run.result.truth, found) } : run));
};

/** What failed, by name. */
export const failed = (experiment: PlanarExperiment, runs: readonly Done[], budget: Budget): string[] =>
  experiment
    .conclude(runs, budget)
    .claims.filter(({ passed }) => !passed)
    .map(({ name }) => name);
