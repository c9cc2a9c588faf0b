/** Posteriors of the kinds that people fit, with known means and deviations: whether default chains are right, and say so. */

import { type Budget, experiment } from "./experiment.js";
import { claimsOf, runsOf, SHORTEST } from "./posteriors/claims.js";
import { controls } from "./posteriors/controls.js";
import { type PosteriorNumbers, renderPosteriors, tableOf } from "./posteriors/report.js";
import { type PosteriorResult, type PosteriorUnit, runPosterior, posteriors as suite } from "./posteriors/unit.js";

/** Keys of the shortest case with the full budget. */
const REPEATS = 20;

function plan({ budget, seeds, seed }: Budget): PosteriorUnit[] {
  const keys = (from: number, to: number): number[] =>
    Array.from({ length: Math.max(0, to - from) }, (_, i) => seed + from + i);
  const names = Object.keys(suite).filter((name) => budget === "full" || suite[name]!.quick);
  return [
    ...names.flatMap((posterior) => keys(0, seeds).map((key): PosteriorUnit => ({ posterior, key, part: "suite" }))),
    ...keys(seeds, budget === "full" ? REPEATS : 0).map(
      (key): PosteriorUnit => ({ posterior: SHORTEST, key, part: "repeat" }),
    ),
    ...Object.keys(controls).map((posterior): PosteriorUnit => ({ posterior, key: seed, part: "control" })),
  ];
}

/** The suite. */
export const posteriors = experiment<PosteriorUnit, PosteriorResult, PosteriorNumbers>({
  name: "posteriors",
  about:
    "Posteriors with known means and deviations, sampled by default: green and right, or red, never green and wrong.",
  cite: "Magnusson, Bürkner & Vehtari (2022), posteriordb; Vehtari et al. (2021), Rank-normalization, folding, and localization",
  seeds: { quick: 1, full: 4 },
  plan,
  label: ({ posterior, key }) => `${suite[posterior]?.name ?? posterior}, key ${key}`,
  // What it is held against.
  settings: ({ posterior }) => (suite[posterior] ?? controls[posterior]!.posterior).coordinates,
  run: runPosterior,
  conclude(finished) {
    const runs = runsOf(finished);
    return { claims: claimsOf(runs), table: tableOf(runs), numbers: { runs } };
  },
  report: renderPosteriors,
});
