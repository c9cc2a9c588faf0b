/**
 * Restricted Boltzmann machines small enough to be known exactly: what contrastive divergence, persistent chains and the
 * exact likelihood make of them, on bars and stripes and on handwritten digits, and whether annealing finds their log Z.
 */

import { median } from "../util/moments.js";
import { type Budget, experiment, type Outcome } from "./experiment.js";
import { claimsOf, LARGE, type RbmRuns, runsOf } from "./rbm-claims.js";
import type { AnnealSizes, RbmMethod } from "./rbm-machine.js";
import { renderRbm } from "./rbm-report.js";
import {
  type BiasUnit,
  type DigitsUnit,
  type PatternsUnit,
  type RbmResult,
  type RbmUnit,
  runUnit,
} from "./rbm-units.js";

export type RbmNumbers = RbmRuns;

interface Size {
  /** Hidden units on bars and stripes. */
  readonly hidden: readonly number[];
  readonly patternSteps: number;
  readonly epochs: number;
  readonly learningRate: number;
  readonly biasSteps: number;
  readonly anneal: AnnealSizes;
}

const sizes: Readonly<Record<Budget["budget"], Size>> = {
  quick: {
    ...{ hidden: [1, 2, 4, 8, 12, 16, 20], patternSteps: 1500, epochs: 300, learningRate: 0.3, biasSteps: 4000 },
    anneal: { chains: 200, temperatures: 200 },
  },
  full: {
    hidden: Array.from({ length: 20 }, (_, i) => i + 1),
    ...{ patternSteps: 3000, epochs: 1000, learningRate: 0.1, biasSteps: 8000 },
    anneal: { chains: 500, temperatures: 1000 },
  },
};

/** Machines of 4×4 images up to this size are trained by the exact likelihood as well: beyond it takes long. */
const CHEAP = LARGE;
/** Sizes at which CD-1 is shown, and every seed is run. */
const CONTROLS = [4, 8, 12, 16, 20];
const DIGITS_HIDDEN = 16;

function methodsOf(side: 3 | 4, hidden: number): RbmMethod[] {
  return [
    ...(side === 3 || hidden <= CHEAP ? (["likelihood"] as const) : []),
    "pcd-5",
    ...(CONTROLS.includes(hidden) ? (["cd-1"] as const) : []),
  ];
}

function plan({ budget, seeds, seed: first }: Budget): RbmUnit[] {
  const { hidden, patternSteps: steps, epochs, learningRate, biasSteps, anneal } = sizes[budget];
  const following = (n: number): number[] => Array.from({ length: n }, (_, i) => first + i);
  const each = following(seeds);
  // Methods differ on the digits by no more than seeds do: twice as many.
  const digits = following(budget === "full" ? 2 * seeds : seeds).flatMap((seed) =>
    (["cd-10", "pcd-1", "cd-1"] as const).map(
      (method): DigitsUnit => ({ kind: "digits", hidden: DIGITS_HIDDEN, method, seed, epochs, learningRate, anneal }),
    ),
  );
  const bias = each.map((seed): BiasUnit => ({ kind: "bias", hidden: 4, decay: 1e-3, seed, steps: biasSteps }));
  const patterns = ([3, 4] as const).flatMap((side) =>
    hidden.flatMap((m) =>
      methodsOf(side, m).flatMap((method) =>
        (CONTROLS.includes(m) ? each : each.slice(0, 1)).map((seed): PatternsUnit => {
          const bracketed = method === "pcd-5" && (m === LARGE || m === 20);
          return { kind: "patterns", side, hidden: m, method, seed, steps, anneal: bracketed ? anneal : null };
        }),
      ),
    ),
  );
  // The longest first, so that none is left alone at the end.
  return [...digits, ...bias, ...patterns];
}

const fixed = (values: readonly number[], digits = 3): string => values.map((v) => v.toFixed(digits)).join(" ");

function tableOf({ patterns, digits, bias }: RbmRuns): Outcome["table"] {
  const groups = [...new Set(patterns.map(({ side, hidden }) => `${side} ${hidden}`))].map((group) => {
    const own = patterns.filter(({ side, hidden }) => `${side} ${hidden}` === group);
    const gap = (method: string): string => {
      const gaps = own.filter((run) => run.method === method).map((run) => run.gap);
      return gaps.length > 0 ? median(gaps).toFixed(3) : "–";
    };
    const { side, hidden } = own[0]!;
    return [`bars and stripes ${side}×${side}`, `${hidden}`, gap("likelihood"), gap("pcd-5"), gap("cd-1"), "–"];
  });
  const end = (method: string): string =>
    fixed(
      digits.filter((run) => run.method === method).map((run) => run.train),
      2,
    );
  const at = (sweeps: number | null): string =>
    fixed(bias.map(({ rest }) => rest.find((r) => r.sweeps === sweeps)!.gap));
  return {
    columns: ["data", "hidden", "exact", "PCD", "CD-1", "CD-10"],
    rows: [
      ...groups,
      ["digits, log-likelihood", `${DIGITS_HIDDEN}`, "–", end("pcd-1"), end("cd-1"), end("cd-10")],
      ["3×3, in expectation, decay", `${bias[0]?.hidden ?? ""}`, at(null), "–", at(1), at(10)],
    ],
  };
}

/** Machines that are known exactly. */
export const rbm = experiment<RbmUnit, RbmResult, RbmNumbers>({
  name: "rbm",
  about:
    "Restricted Boltzmann machines known exactly: CD, PCD and the likelihood against the floor, and log Z bracketed.",
  cite: "Hinton (2002); Tieleman (2008); Carreira-Perpiñán & Hinton (2005), On contrastive divergence learning; Fischer & Igel (2010)",
  seeds: { quick: 1, full: 3 },
  plan,
  label: (unit) =>
    unit.kind === "patterns"
      ? `${unit.side}×${unit.side}, ${unit.hidden} hidden, ${unit.method}, seed ${unit.seed}`
      : unit.kind === "digits"
        ? `digits, ${unit.method}, seed ${unit.seed}`
        : `bias, seed ${unit.seed}`,
  run: runUnit,
  conclude(finished, budget) {
    const runs = runsOf(finished);
    return { claims: claimsOf(runs, budget), table: tableOf(runs), numbers: runs };
  },
  report: renderRbm,
});
