/** When a training is judged, and what its validation rows say of its course: that it over-fits, or is not done. */

import { studentQuantile } from "../metrics/intervals/beta-quantile.js";
import { mean, variance } from "../util/moments.js";
import { show } from "../util/words.js";
import { findingOf, type HealthFinding } from "./health.js";
import type { Pathology } from "./health-rule.js";
import type { Settings } from "./remedy.js";

/** The first look, at twice whose steps is the second, and so on up to the interval between the others. */
const FIRST = 10;

/** Steps of the looks: every so many and the last, and sooner at the start, where few rows are over-fitted at once. */
export function looksOf(every: number, steps: number): readonly number[] {
  const early: number[] = [];
  for (let step = FIRST; step < Math.min(every, steps); step *= 2) early.push(step);
  const regular = Array.from({ length: Math.floor((steps - 1) / every) }, (_, i) => (i + 1) * every);
  return [...early, ...regular, steps];
}

/** What rows said of the parameters at a step; plain data. */
export interface Look {
  readonly step: number;
  /** Log-densities of validation rows, which choose the best look, nats, normalised. */
  readonly validation: readonly number[];
  /** Of test rows, which choose nothing. */
  readonly test: readonly number[];
  /** Of rows that are trained on. */
  readonly training: readonly number[];
  /** Standard error of the log Z in them. */
  readonly error: number;
}

/** What the course of a training is judged by, and what it shows; plain data. */
export interface Course {
  /** The look that was best. */
  readonly best: Look | null;
  /** The last one of the first three quarters. */
  readonly earlier: Look | null;
  readonly finding: HealthFinding | null;
}

export const noCourse: Course = { best: null, earlier: null, finding: null };

/** What is known of a run when its course is judged. */
export interface CourseSpec {
  readonly steps: number;
  /** How many looks there are in the whole run. */
  readonly looks: number;
  readonly settings?: Settings | undefined;
  /** Whether it ends by itself where it over-fits, and keeps what was best: then that is nothing to be told. */
  readonly keepsBest?: boolean;
}

/** Rows of a look. */
type Part = (look: Look) => readonly number[];
const validation: Part = (look) => look.validation;
const test: Part = (look) => look.test;
const heldOut: Part = (look) => [...look.validation, ...look.test];
const training: Part = (look) => look.training;

/** How often a training without fault may be said to have one of them. */
const FALSE_ALARM = 0.01;
/** A difference that matters, nats a row: the likelihood of a row changes by a hundredth. */
const MATTERS = 0.01;
/** What a row counts for at most, nats: a density that over-fits loses tens of them on single rows, which are the whole mean. */
const COUNTS = 3;
/** Rows from which on something is said. */
const LEAST = 10;

interface Difference {
  readonly value: number;
  readonly error: number;
}

interface Gain extends Difference {
  readonly rows: number;
  /** Of rows that count for three nats at most: no more than it is, and known well where a few rows make up all of it. */
  readonly atLeast: Difference;
}

/** How much more likely rows are at one look than at another, paired row by row. */
function gained(from: Look, to: Look, of: Part): Gain {
  const [before, after] = [of(from), of(to)];
  const ahead = after.map((v, i) => v - before[i]!);
  const rows = ahead.length;
  const estimate = (values: readonly number[]): Difference => ({
    value: mean(values),
    error: Math.hypot(Math.sqrt(variance(values) / rows), from.error, to.error),
  });
  return { ...estimate(ahead), rows, atLeast: estimate(ahead.map((v) => Math.min(v, COUNTS))) };
}

/** Whether validation rows are more likely at a look than at another by more than the error of the difference. */
export function beats(look: Look, other: Look): boolean {
  const { value, error } = gained(other, look, validation);
  return value > error;
}

/** Whether a gain is above what matters, where so many such questions share the rate of false alarms. */
const isClear = ({ atLeast: { value, error }, rows }: Gain, questions: number): boolean =>
  rows >= LEAST && value - MATTERS > error * studentQuantile(1 - FALSE_ALARM / questions, rows - 1);

/** Pairs of so many looks: as many questions, since any of them might have been the best and a later one below it. */
const pairsOf = (looks: number): number => (looks * (looks - 1)) / 2;

/**
 * Whether validation rows are clearly less likely at a look than at the best of a run of so many: of a training that
 * loses nothing that is said once in a hundred runs at most.
 */
export const isBelow = (look: Look, best: Look, looks: number): boolean =>
  isClear(gained(look, best, validation), QUESTIONS * pairsOf(looks));

/** Whether the best of all looks is above later ones, on its rows and on others, and whether the last is above earlier ones. */
const QUESTIONS = 3;

const overFitted: Pathology = {
  name: "over-fitted",
  about: "The training over-fits: rows that it does not see become less likely, rows that it sees do not.",
  level: "warn",
  remedies: [
    {
      words: "end the training when validation rows have not been better for some looks",
      key: "patience",
      way: "on",
      on: 4,
    },
    { words: "keep the parameters that are best on them", key: "select", way: { to: "best" } },
    { words: "let weights decay, by adamw", key: "optimizer.energy.name", way: { to: "adamw" } },
    { words: "train on more rows" },
    { words: "take a smaller network" },
  ],
};

const fellBack: Pathology = {
  name: "fell-back",
  about: "The training falls back: rows become less likely, those that it sees as well.",
  level: "warn",
  remedies: [
    { words: "take a smaller learning rate", key: "optimizer.energy.learningRate", way: "down" },
    { words: "average over more steps", key: "average", way: "up", most: 0.9999 },
    { words: "keep the parameters that are best on validation rows", key: "select", way: { to: "best" } },
  ],
};

const unfinished: Pathology = {
  name: "unfinished",
  about: "The training still improves at its last step.",
  level: "warn",
  remedies: [{ words: "train for longer, twice the steps", key: "steps", by: 2 }],
};

export const coursePathologies: readonly Pathology[] = [overFitted, fellBack, unfinished];

const about = (from: Look, to: Look, of: Part): string => `${mean(of(from)).toFixed(3)} to ${mean(of(to)).toFixed(3)}`;

const nats = ({ value, error }: Gain): string => `${show(Math.abs(value))} ± ${show(error)} nats a row`;

/**
 * That a look is below the best so far: on validation rows, of any two of all looks of a run (Bonferroni), since they
 * chose the best; at the end on test rows, which choose nothing, so that it is one question.
 */
function fallOf(
  best: Look,
  look: Look,
  isEnd: boolean,
  { steps, looks, settings, keepsBest }: CourseSpec,
): HealthFinding | null {
  const questions = [
    ...(isEnd ? [{ of: test, name: "test rows", count: 1 }] : []),
    { of: validation, name: "validation rows", count: pairsOf(looks) },
  ];
  for (const { of, name, count } of questions) {
    const fall = gained(look, best, of);
    if (!isClear(fall, QUESTIONS * count)) continue;
    const learned = gained(best, look, training);
    const seen = `Best at step ${best.step} of ${steps}; from there to step ${look.step} ${name} went from ${about(best, look, of)}, by ${nats(fall)}, rows of the training from ${about(best, look, training)}`;
    // Of what rows that are not seen have lost, those that are have lost less than half.
    const fault = learned.value > -fall.value / 2 ? overFitted : fellBack;
    return fault === overFitted && keepsBest ? null : findingOf(fault, seen, best.step, settings);
  }
  return null;
}

/** That the last look is above what it was after three quarters of the steps. */
function riseOf(earlier: Look, look: Look, { steps, settings }: CourseSpec): HealthFinding | null {
  const rise = gained(earlier, look, heldOut);
  if (!isClear(rise, QUESTIONS)) return null;
  const seen = `From step ${earlier.step} to ${steps} rows held out went from ${about(earlier, look, heldOut)}, by ${nats(rise)}`;
  return findingOf(unfinished, seen, earlier.step, settings);
}

/**
 * The course with another look, and what it shows by differences of the same rows at two looks. Something is said of a
 * training that neither gains nor loses at most once in a hundred runs, by Student's law of the mean difference, in which
 * a row counts for three nats at most; differences below 0.01 nats a row are none. What was lost and is found again is
 * forgotten.
 * @param isBest whether no look before was as good on validation rows. @param isEnd whether the training ends here.
 */
export function addLook(
  { best, earlier, finding }: Course,
  look: Look,
  { isBest, isEnd }: { readonly isBest: boolean; readonly isEnd: boolean },
  spec: CourseSpec,
): Course {
  const fallen = isBest || !best ? null : (fallOf(best, look, isEnd, spec) ?? finding);
  return {
    best: isBest ? look : best,
    earlier: look.step <= 0.75 * spec.steps ? look : earlier,
    finding: fallen ?? (look.step === spec.steps && earlier ? riseOf(earlier, look, spec) : null),
  };
}
