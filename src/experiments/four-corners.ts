/**
 * Table 2 and figure 6 of the paper: four unit Gaussians in 16, 32 and 64 coordinates, and whether 128 chains of what
 * was learned agree. Beside what the paper reports, what it does not: the weights of the modes, log Z by several
 * estimators, the likelihood of held-out rows against that of the truth; with equal weights, which hide errors of
 * weights, and with unequal ones.
 */

import { cornersClaims } from "./corners/claims.js";
import { type CornersMethodName, cornersMethods } from "./corners/methods.js";
import { renderCorners } from "./corners/report.js";
import { cornersTable } from "./corners/table.js";
import { type CornersResult, type CornersRun, type CornersUnit, runCorners, settingsOf } from "./corners/unit.js";
import { type Budget, experiment } from "./experiment.js";

export interface CornersNumbers {
  readonly runs: readonly CornersRun[];
}

/** Steps of balanced training by dimension, the longest first. */
const steps: Readonly<Record<number, number>> = { 16: 2000, 32: 3000, 64: 4000 };
const DIMENSIONS = [64, 32, 16];
const EQUAL = [1, 1, 1, 1];
const UNEQUAL = [0.1, 0.2, 0.3, 0.4];

/** Rows that are trained on: as many as the paper's. */
const ROWS = 50_000;

/** Draws of each chain once it is trained. */
const DRAWS = 1000;

/** Steps of the methods that are shown once. */
const once: Readonly<Partial<Record<CornersMethodName, number>>> = {
  ...{ paper: 100, "ula-ebm": 200, "nt-ebm": 200, "coop-flow": 400 },
};

function plan({ budget, seeds, seed: first }: Budget): CornersUnit[] {
  const following = Array.from({ length: seeds }, (_, i) => first + i);
  const unit = (method: CornersMethodName, dimension: number, seed: number, steps: number, weights = EQUAL) => ({
    ...{ method, dimension, weights, seed, steps },
    ...{ rows: ROWS, draws: DRAWS, watched: seed === first ? 4 : 0 },
  });
  if (budget === "quick")
    return following.flatMap((seed) => [
      unit("balanced", 16, seed, 1000, UNEQUAL),
      unit("ula-ebm", 16, seed, 50, UNEQUAL),
    ]);
  // The longest first, so that none is left alone at the end.
  return DIMENSIONS.flatMap((d) => [
    ...following.flatMap((seed) => [EQUAL, UNEQUAL].map((weights) => unit("balanced", d, seed, steps[d]!, weights))),
    ...(Object.entries(once) as [CornersMethodName, number][]).map(([method, n]) => unit(method, d, first, n)),
  ]);
}

/** Modes in many dimensions. */
export const fourCorners = experiment<CornersUnit, CornersResult, CornersNumbers>({
  name: "four-corners",
  about: "Four modes in 16, 32 and 64 dimensions: whether chains agree, and weights, log Z and likelihood with them.",
  cite: "Grenioux, Moulines & Gabrié (2023), Balanced training of energy-based models with adaptive flow sampling, table 2 and figure 6",
  seeds: { quick: 1, full: 5 },
  plan,
  label: ({ method, dimension, weights, seed }) =>
    `${cornersMethods[method].label}, d ${dimension}, ${new Set(weights).size > 1 ? "unequal" : "equal"} weights, seed ${seed}`,
  settings: settingsOf,
  run: runCorners,
  conclude(finished, budget) {
    const runs = finished.map(({ unit, result }) => ({ ...unit, ...result }));
    return { claims: cornersClaims(runs, budget), table: cornersTable(runs), numbers: { runs } };
  },
  report: renderCorners,
});
