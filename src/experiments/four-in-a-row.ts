/** Figures 3 to 5 and table 3 of the paper: four Gaussians in a row, whose weights are those of four vertical strips. */

import { mapValues } from "../util/records.js";
import { claimsBy, logZAgrees, mostRuns, sameOrder } from "./planar/claims.js";
import type { FinishedRun } from "./planar/declaration.js";
import { modelAgainstTruth, negativesAgainstModel, startsAgainstModel, weightError } from "./planar/measures.js";
import { balanced, each, gaussian, ofThePaper, others, type Way, walkers } from "./planar/methods.js";
import { planar } from "./planar/planar.js";

/** Table 3, by column. */
const paper = {
  start: { paper: 5.19e-4, "nt-ebm": 9.27e-4, "ula-ebm": 1.19e-3, "coop-flow": 1.21e-1 },
  negatives: { paper: 3.12e-5, "nt-ebm": 3.85e-4, "ula-ebm": 1.79e-3, "coop-flow": 1.11e-1 },
  model: { paper: 4.29e-4, "nt-ebm": 9.87e-4, "ula-ebm": 1.24e-3, "coop-flow": 1.24e-1 },
};

/** All coordinates are divided by the larger standard deviation, as the paper's base has one for both. */
const isotropic = (way: Way, objective: Readonly<Record<string, unknown>> = {}): Way => ({
  ...way,
  config: { ...way.config, data: { standardize: "together" }, objective: { ...way.config.objective, ...objective } },
});

const { paper: theirs, ...baselines } = mapValues(ofThePaper(4.05), (way) => isotropic(way));

const errorOf = (run: FinishedRun): number => modelAgainstTruth.of(run.learnt, run)!;

const below = (method: string, limit: { quick?: number; full: number }) =>
  mostRuns({
    ...{ method, limit },
    name: `${method} gets the weights of the strips right`,
    says: (bound) => `mean squared error of the strips' weights ≤ ${bound}`,
    holds: (run, bound) => errorOf(run) <= bound,
  });

/** Table 3. */
export const fourInARow = planar({
  name: "four-in-a-row",
  title: "Four Gaussians in a row",
  about: "Four Gaussians in a row with weights .1 .2 .3 .4: the weights of four strips, by chains and by the model.",
  cite: "Grenioux, Moulines & Gabrié (2023), Balanced training of energy-based models with adaptive flow sampling, figures 3 to 5 and table 3",
  intro:
    "Energy-based models of four Gaussians in a row, with weights .1 .2 .3 .4, as in figures 3 to 5 and table 3 of the paper. Each of four vertical strips holds one of them. The numbers are mean squared differences of the strips' weights: between the points at which chains start and the energy they see, between the points at which the energy is raised and that energy, both over the last 32 iterations, and between the model that was learned and the truth. Points are counted, so the first two have a floor of about 0.17 over their number; the last is by quadrature. The paper trains for 23,400 iterations, the methods at its settings here for fewer, as the table says; a fitted Gaussian stands beside them for scale.",
  seeds: { quick: 1, full: 10 },
  data: { dataset: "four-in-a-row", points: 60_000 },
  zones: ["strip 1", "strip 2", "strip 3", "strip 4"],
  methods: {
    ...each({ balanced: balanced.balanced }, { steps: { quick: 1500, full: 4000 } }),
    // One jump by i-SIR in 25 moves, as in table 4, and 125 moves in all; there 128.
    ...each(
      { paper: isotropic(theirs!, { rounds: 5, localSteps: 12, localStepsAfter: 12 }) },
      { steps: { quick: 300, full: 1000 } },
    ),
    ...each(baselines, { steps: { full: 1000 }, seeds: 2 }),
    ...each(others, { steps: { full: 4000 }, seeds: 2 }),
    ...each(walkers, { steps: { full: 500 }, seeds: 1 }),
    ...each(gaussian, { steps: { quick: 1, full: 1 }, seeds: 1 }),
  },
  line: { from: [-4.2, 0], to: [4.2, 0], title: "along the row" },
  trace: {
    title: "Weight of the heaviest strip",
    label: "weight",
    of: (weights) => weights[3]!,
    truth: 0.4,
    truthName: "truth 0.4",
  },
  measures: [
    { ...startsAgainstModel, paper: paper.start },
    { ...negativesAgainstModel, paper: paper.negatives },
    { ...modelAgainstTruth, paper: paper.model },
    weightError,
  ],
  claims: claimsBy([
    below("paper", {
      quick: 0.002,
      full: 4.29e-4,
    }),
    below("balanced", { quick: 1e-4, full: 2e-5 }),
    sameOrder(["paper", "nt-ebm", "ula-ebm", "coop-flow"], "E vs p*", errorOf),
    logZAgrees("balanced"),
  ]),
});
