/** What both lines of table 1 of the paper share: methods, numbers and claims. */

import { halfL1 } from "../../metrics/goodness/total-variation.js";
import { claimsBy, logZAgrees, mostRuns, type Rule, sameOrder } from "./claims.js";
import type { FinishedRun, Planar } from "./declaration.js";
import { errorOverDraws, errorOverGrid, weightError } from "./measures.js";
import { balanced, each, gaussian, ofThePaper, others, walkers } from "./methods.js";

/** One line of the table. */
export interface TableLine extends Pick<Planar, "name" | "title" | "zones" | "line"> {
  /** The data, in words. */
  readonly what: string;
  readonly data: Readonly<Record<string, unknown>> & { readonly dataset: string };
  /** Of a coordinate. */
  readonly variance: number;
  /** The paper's number by method. */
  readonly paper: Readonly<Record<"paper" | "ula-ebm" | "nt-ebm" | "coop-flow", number>>;
  /** Of the paper's methods in the full budget. */
  readonly steps: number;
  /** What the quick budget, which stops much earlier, is held to; it leaves out a method that has learned nothing by then. */
  readonly quick: { readonly paper?: number; readonly balanced: number };
}

const errorOf = ({ learnt }: FinishedRun): number => learnt.logDensityError.draws;

const below = (method: string, limit: { quick?: number; full: number }): Rule =>
  mostRuns({
    method,
    name: `${method} gets the log-density right`,
    says: (bound) => `median (log p − log p*)² ≤ ${bound}`,
    holds: (run, bound) => errorOf(run) <= bound,
    limit,
  });

/** An experiment from a line. */
export function tableOne({ what, data, variance, paper, steps, quick, ...line }: TableLine): Planar {
  const { paper: theirs, ...baselines } = ofThePaper(variance);
  return {
    ...line,
    about: `The log-density of ${what}: how far off it is at a typical point, by method.`,
    cite: "Grenioux, Moulines & Gabrié (2023), Balanced training of energy-based models with adaptive flow sampling, figure 2 and table 1",
    intro: `Energy-based models of ${what}, as in figure 2 and table 1 of the paper. The number is the median of (log p − log p*)², p normalised by quadrature. The paper does not say over which points, nor over how many seeds; here it is over fresh draws of the law of the data, and beside it over a grid weighted by that law. The paper trains for 23,400 iterations, the methods at its settings here for fewer, as the table says. In the full budget these are held to what it reports of its method, and the usual settings to a tenth of that. A fitted Gaussian stands beside them for scale.`,
    seeds: { quick: 1, full: 10 },
    data: { points: 60_000, ...data },
    methods: {
      ...each({ balanced: balanced.balanced }, { steps: { quick: 2000, full: 4000 } }),
      ...each({ paper: theirs }, { steps: { ...(quick.paper === undefined ? {} : { quick: 300 }), full: steps } }),
      ...each(baselines, { steps: { full: steps }, seeds: 1 }),
      ...each(others, { steps: { full: 4000 }, seeds: 2 }),
      ...each(walkers, { steps: { full: 500 }, seeds: 1 }),
      ...each(gaussian, { steps: { quick: 1, full: 1 }, seeds: 1 }),
    },
    trace: {
      title: "Error of the zones' weights",
      label: "total variation",
      of: halfL1,
      truth: 0,
      truthName: "no error",
    },
    measures: [{ ...errorOverDraws, paper }, errorOverGrid, weightError],
    claims: claimsBy([
      below("paper", {
        ...(quick.paper === undefined ? {} : { quick: quick.paper }),
        full: paper.paper,
      }),
      below("balanced", {
        quick: quick.balanced,
        full: paper.paper / 10,
      }),
      sameOrder(["paper", "nt-ebm", "ula-ebm", "coop-flow"], "median (log p − log p*)²", errorOf),
      logZAgrees("balanced"),
    ]),
  };
}
