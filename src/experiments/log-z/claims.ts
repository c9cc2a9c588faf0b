/** What is claimed of the answers. */

import { proportionEstimate } from "../../metrics/intervals/interval.js";
import type { Claim, Finished } from "../experiment.js";
import { counted, judge, planted, type Repetition, rowHolds, scoreOf } from "./judge.js";
import type { LogZResult, LogZUnit } from "./unit.js";

/** How often an interval of 95 % has to hold, that allows for estimators that share draws and for bounds that hold more often. */
const LEAST = 0.92;
/** Errors beyond which a number is wrong, how often at most it may be, and by how many a bias is planted. */
const [FAR, SELDOM, PLANTED] = [3, 0.01, 3];

/** Estimates that count, below which a bias of that size in them is not sure to be found. */
const ENOUGH = 10;

/** Estimators of which each is claimed by itself that its interval holds, where nothing speaks against it. */
export const judged = ["ais", "bridge", "importance", "smc", "thermodynamic-integration"] as const;

/** A share of repetitions, with its interval. */
function share(name: string, held: readonly boolean[], expected: string, right: (value: number) => boolean): Claim {
  const [n, count] = [held.length, held.filter(Boolean).length];
  const value = n === 0 ? Number.NaN : count / n;
  return {
    name,
    value,
    count: [count, n],
    interval: proportionEstimate(value, n).interval,
    expected,
    passed: right(value),
  };
}

const holding = (name: string, repetitions: readonly Repetition[]): Claim =>
  share(
    name,
    repetitions.flatMap(({ holds }) => (holds === null ? [] : [holds])),
    `at least ${LEAST} of what says anything`,
    (value) => value >= LEAST,
  );

/** Whether it is said that estimators agree, and the truth is far from what they say. */
export const isFalselySure = (repetition: Repetition): boolean =>
  repetition.kind === "agree" && Math.abs(scoreOf(repetition)!) > FAR;

/** Of few estimates that count the share itself says little: its interval has to reach as far. */
function ofEstimator(name: string, repetitions: readonly Repetition[]): Claim {
  const held = repetitions.flatMap(({ rows, truth }) => {
    const row = counted(rows, name);
    return row ? [rowHolds(row, truth)] : [];
  });
  const claim = share(`${name}, where nothing speaks against it, holds the truth`, held, "", () => true);
  return { ...claim, expected: `${LEAST} or more within the interval`, passed: !((claim.interval?.[1] ?? 1) < LEAST) };
}

const control = ({ name, passed, expected, ...rest }: Claim): Claim => ({
  ...rest,
  name: `${name}: ${PLANTED} errors too high`,
  expected: `not ${expected} (negative control)`,
  passed: !passed,
  negativeControl: true,
});

export function claimsOf(finished: readonly Finished<LogZUnit, LogZResult>[]): Claim[] {
  const all = finished.map(judge);
  const biased = (names?: readonly string[]): Repetition[] =>
    finished.map((one) => judge(planted(one, PLANTED, names)));
  const held = all.filter(({ half }) => half === "held");
  const answers = "what is printed holds the truth";
  const withNumbers = judged.filter((name) => all.filter(({ rows }) => counted(rows, name)).length >= ENOUGH);
  return [
    holding(answers, all),
    holding(`${answers}, targets of the held half`, held),
    share(
      `"agree" with the truth beyond ${FAR} errors`,
      all.map(isFalselySure),
      `at most ${SELDOM} of all repetitions`,
      (value) => value <= SELDOM,
    ),
    ...withNumbers.map((name) => ofEstimator(name, all)),
    control(holding(answers, biased())),
    ...withNumbers.map((name) => control(ofEstimator(name, biased([name])))),
  ];
}
