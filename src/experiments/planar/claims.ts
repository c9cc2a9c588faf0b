/** Claims of experiments in the plane, as rules for any of them. */

import { median } from "../../util/moments.js";
import type { Budget, Claim } from "../experiment.js";
import { inMost } from "../in-most.js";
import { type FinishedRun, isFinished, type PlanarRun } from "./declaration.js";

type Size = Budget["budget"];

/** The claims that a rule makes of what was run: none where its method, or its budget, is not there. */
export type Rule = (runs: readonly PlanarRun[], budget: Budget) => readonly Claim[];

interface MostRuns {
  readonly method: string;
  readonly name: string;
  /** What holds, in words with the limit, such as `|w − 2/3| ≤ 0.01`. */
  says(limit: number): string;
  holds(run: FinishedRun, limit: number): boolean;
  /** By budget; nothing is claimed of a budget without. */
  readonly limit: Partial<Record<Size, number>>;
  /** In how many of ten runs; nine unless said, and seven of a negative control. */
  readonly tenths?: number;
  /** Whether the method is shown because it must fail, as the rule says it does. */
  readonly control?: boolean;
}

/**
 * Something holds in most runs of a method. A run that left the numbers is none of them, not even of a method that has to
 * fail: it has not failed in the way that the rule says.
 */
export function mostRuns({
  method,
  name,
  says,
  holds,
  limit,
  control = false,
  tenths = control ? 7 : 9,
}: MostRuns): Rule {
  return (all, { budget }) => {
    const [runs, bound] = [all.filter((run) => run.method === method), limit[budget]];
    if (bound === undefined || runs.length === 0) return [];
    const held = runs.map((run) => isFinished(run) && holds(run, bound));
    return [inMost({ name, says: says(bound), held, tenths, control })];
  };
}

/** Standard errors between two estimates of log Z: of ten sound runs one is beyond it 27 times in 1000. */
const LARGEST_SCORE = 3;

/** Shape of the tail of the weights beyond which their mean is not to be trusted: Vehtari et al. (2024). */
const UNEVEN = 0.7;

/**
 * Quadrature and importance sampling from the flow find the same log Z, in every run of a method whose weights are even
 * enough for the error to mean something, and these are nine of ten.
 */
export const logZAgrees =
  (method: string): Rule =>
  (all) => {
    const runs = all.filter((run) => run.method === method);
    if (runs.length === 0) return [];
    const judged = runs.flatMap(({ learnt }) => (learnt && learnt.logZ.paretoK <= UNEVEN ? [learnt.logZ] : []));
    // An estimate without an error agrees with nothing.
    const distances = judged.map(
      ({ grid, importance }) => Math.abs(grid - importance.value) / (importance.standardError ?? 0),
    );
    const worst = Math.max(...distances);
    const needed = Math.ceil(0.9 * runs.length);
    return [
      {
        name: `log Z of ${method} by quadrature and by importance sampling agree`,
        value: worst,
        interval: null,
        expected: `largest difference ≤ ${LARGEST_SCORE} standard errors, over the runs with Pareto k ≤ ${UNEVEN}, ${judged.length} of ${runs.length}, at least ${needed}`,
        passed: judged.length >= needed && worst <= LARGEST_SCORE,
      },
    ];
  };

/** The full budget's medians of a number, smallest best, put the methods in the paper's order. */
export const sameOrder =
  (methods: readonly string[], what: string, of: (run: FinishedRun) => number | null): Rule =>
  (all, { budget }) => {
    if (budget !== "full" || methods.some((name) => all.every(({ method }) => method !== name))) return [];
    const medians = methods.map((method) => {
      const own = all.filter((run) => run.method === method);
      return median(own.map((run) => (isFinished(run) ? (of(run) ?? Infinity) : Infinity)));
    });
    // What has no number has no place in an order.
    const pairs = medians.flatMap((a, i) => medians.slice(i + 1).map((b) => a < b && Number.isFinite(b)));
    const held = pairs.filter(Boolean).length;
    return [
      {
        name: `${what}: the order of the methods is the paper's`,
        value: held,
        interval: null,
        expected: `${methods.join(" < ")}: ${pairs.length} of ${pairs.length} pairs`,
        passed: held === pairs.length,
      },
    ];
  };

export const claimsBy =
  (rules: readonly Rule[]) =>
  (runs: readonly PlanarRun[], budget: Budget): Claim[] =>
    rules.flatMap((rule) => rule(runs, budget));
