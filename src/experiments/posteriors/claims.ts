/** What is claimed of the suite. */

import { proportionEstimate } from "../../metrics/intervals/interval.js";
import { normalQuantile } from "../../random/normal-quantile.js";
import type { Claim, Finished } from "../experiment.js";
import { inMost } from "../in-most.js";
import type { PosteriorResult, PosteriorUnit } from "./unit.js";
import { posteriors } from "./unit.js";

export type Run = PosteriorUnit & PosteriorResult;

/** How often a suite of right draws has a score beyond the bound, over all of its scores. */
const FALSE_ALARM = 0.01;
/** In how many of ten runs. */
const MOST = 9.5;
/** Scores beyond this are counted. */
const FAR = 2;
/** `P(|z| > 2)`. */
const BY_CHANCE = 0.04550026389635842;

export const runsOf = (finished: readonly Finished<PosteriorUnit, PosteriorResult>[]): Run[] =>
  finished.map(({ unit, result }) => ({ ...unit, ...result }));

export const scoresOf = ({ scores }: Run): (number | null)[] => scores.flatMap(({ mean, sd }) => [mean, sd]);

/** `|z|` up to which a score is right, by Bonferroni over the scores of a suite. */
export function boundOf(runs: readonly Run[]): number {
  const count = runs.filter(({ part }) => part === "suite").flatMap(scoresOf).length;
  return normalQuantile(1 - FALSE_ALARM / (2 * Math.max(1, count)));
}

/** A score that is not known is none that is right. */
export const isRight = (run: Run, bound: number): boolean =>
  run.scores.length > 0 && scoresOf(run).every((z) => z !== null && Math.abs(z) <= bound);

/** Whether users are told that they may use the draws. */
export const isGreen = ({ mixed }: Run): boolean => mixed === true;

export const isHard = ({ posterior }: Run): boolean => posteriors[posterior]?.hard !== undefined;

function shareBeyond(runs: readonly Run[]): Claim {
  const counts = runs.map((run) => {
    const scores = scoresOf(run);
    return { far: scores.filter((z) => z === null || Math.abs(z) > FAR).length, of: scores.length };
  });
  const of = counts.reduce((s, c) => s + c.of, 0);
  const far = counts.reduce((s, c) => s + c.far, 0);
  const share = far / Math.max(1, of);
  // Coordinates of one run are correlated: the spread between runs says how many scores they are worth.
  const spread = counts.reduce((s, c) => s + (c.far - share * c.of) ** 2, 0);
  const worth = of / Math.max(1, spread / Math.max(1e-9, of * BY_CHANCE * (1 - BY_CHANCE)));
  const reach = normalQuantile(0.995) * Math.sqrt((BY_CHANCE * (1 - BY_CHANCE)) / Math.max(1, worth));
  const [low, high] = [Math.max(0, BY_CHANCE - reach), BY_CHANCE + reach];
  return {
    name: `scores beyond ${FAR} are as many as by chance`,
    value: share,
    count: [far, of],
    interval: proportionEstimate(share, worth).interval,
    expected: `a share of ${BY_CHANCE.toFixed(3)}, between ${low.toFixed(3)} and ${high.toFixed(3)} in 99 of 100 suites (worth ${Math.round(worth)} independent scores)`,
    passed: of > 0 && share >= low && share <= high,
  };
}

export function claimsOf(all: readonly Run[]): Claim[] {
  const bound = boundOf(all);
  const limit = `|z| ≤ ${bound.toFixed(2)}`;
  const good = (run: Run): boolean => isGreen(run) && isRight(run, bound);
  const suite = all.filter(({ part }) => part === "suite");
  const usual = suite.filter((run) => !isHard(run));
  const falselyGreen = all.filter((run) => run.part !== "control" && isGreen(run) && !isRight(run, bound));
  const most = (name: string, runs: readonly Run[]): Claim =>
    inMost({
      name,
      says: `a green verdict and ${limit} for every mean and log deviation`,
      held: runs.map(good),
      tenths: MOST,
    });
  const shortest = all.filter(
    ({ part, posterior }) => part === "repeat" || (part === "suite" && posterior === SHORTEST),
  );
  return [
    most("usual posteriors are sampled", usual),
    most(
      "usual posteriors of the held half are sampled",
      usual.filter(({ posterior }) => posteriors[posterior]?.half === "held"),
    ),
    {
      name: "no run is green and wrong",
      value: falselyGreen.length,
      interval: null,
      expected: `0 runs, hard posteriors included`,
      passed: falselyGreen.length === 0,
    },
    shareBeyond(usual.filter(isGreen)),
    inMost({
      name: "location and scale, far from the start",
      says: `a green verdict and ${limit}`,
      held: shortest.map(good),
      tenths: 10,
      of: "keys",
    }),
    ...all
      .filter(({ part }) => part === "control")
      .map((run): Claim => {
        const largest = Math.max(...scoresOf(run).map((z) => Math.abs(z ?? Number.POSITIVE_INFINITY)));
        return {
          name: `${run.posterior}: found out`,
          value: largest,
          interval: null,
          expected: `not green, or some |z| > ${bound.toFixed(2)} (negative control)`,
          passed: !good(run),
          negativeControl: true,
        };
      }),
  ];
}

/** The posterior on which every key has to do. */
export const SHORTEST = "locationScale";
