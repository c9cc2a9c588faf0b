/**
 * Where each method stops: four unit Gaussians with weights .1, .2, .3, .4, in more and more dimensions and farther and
 * farther apart, and how wrong the weights of what was learned are.
 */

import { flowWeightError, roughWeightError } from "./corners/found.js";
import { gridClaims } from "./corners/grid-claims.js";
import { renderGrid } from "./corners/grid-report.js";
import { type GridResult, type GridRun, type GridUnit, gridSettings, runGridUnit } from "./corners/grid-unit.js";
import { type CornersMethodName, cornersMethods } from "./corners/methods.js";
import { type Budget, experiment } from "./experiment.js";

export interface GridNumbers {
  readonly runs: readonly GridRun[];
}

interface Size {
  readonly dimensions: readonly number[];
  readonly separations: readonly number[];
  readonly methods: readonly CornersMethodName[];
}

/** Fewer, and the weights of what fails have not drifted far yet. */
const STEPS = 1000;

/** Distances between neighbours in standard deviations: touching, apart, and with hardly a row in 10¹⁰ between them. */
const sizes: Readonly<Record<Budget["budget"], Size>> = {
  quick: { dimensions: [2, 16], separations: [4, 12], methods: ["balanced", "pcd"] },
  full: {
    dimensions: [2, 16, 64],
    separations: [4, 8, 12],
    methods: ["balanced", "nce", "nt-ebm-barker", "pcd"],
  },
};

function plan({ budget, seeds, seed: first }: Budget): GridUnit[] {
  const { dimensions, separations, methods } = sizes[budget];
  const all = dimensions.flatMap((dimension) =>
    separations.flatMap((separation) => methods.map((method) => ({ method, dimension, separation }))),
  );
  // The longest first, so that none is left alone at the end.
  return all.toReversed().flatMap((cell) =>
    Array.from({ length: seeds }, (_, i) => ({
      ...cell,
      ...{ weights: [0.1, 0.2, 0.3, 0.4], seed: first + i, steps: STEPS, rows: 20_000 },
    })),
  );
}

/** Dimension against separation. */
export const dimensionSeparation = experiment<GridUnit, GridResult, GridNumbers>({
  name: "dimension-separation",
  about: "Four modes in 2 to 64 dimensions, near and far: where each method stops getting their weights right.",
  cite: "After Grenioux, Moulines & Gabrié (2023), Balanced training of energy-based models with adaptive flow sampling",
  seeds: { quick: 1, full: 1 },
  plan,
  label: ({ method, dimension, separation, seed }) =>
    `${cornersMethods[method].label}, d ${dimension}, ${separation} sd apart, seed ${seed}`,
  settings: gridSettings,
  run: runGridUnit,
  conclude(finished, budget) {
    const runs = finished
      .map(({ unit, result }): GridRun => ({ ...unit, ...result }))
      .toSorted((a, b) => a.dimension - b.dimension || a.separation - b.separation);
    return {
      claims: gridClaims(runs, budget),
      table: {
        columns: ["method", "d", "sd apart", "seed", "weight error", "of its flow", "seconds"],
        rows: runs.map((run) => [
          cornersMethods[run.method].label,
          String(run.dimension),
          String(run.separation),
          String(run.seed),
          run.failure ? "diverged" : show(roughWeightError(run.measured)),
          show(flowWeightError(run.measured)),
          run.seconds.toFixed(0),
        ]),
      },
      numbers: { runs },
    };
  },
  report: renderGrid,
});

const show = (value: number): string => (Number.isFinite(value) ? value.toFixed(3) : "–");
