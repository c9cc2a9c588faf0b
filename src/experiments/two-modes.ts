/**
 * Figure 1 of the paper: a mixture of two Gaussians with weights 2:1 whose modes no local chain crosses between. Trained
 * with local chains, an energy-based model gets the weights wrong although its chains look right; trained together with
 * a flow, it gets them right.
 */

import { proportionEstimate } from "../metrics/intervals/interval.js";
import { type Budget, type Claim, experiment, type Finished, type Outcome } from "./experiment.js";
import { renderTwoModes } from "./two-modes-report.js";
import {
  configOf,
  type Method,
  methods,
  runUnit,
  type TwoModesNumbers,
  type TwoModesResult,
  type TwoModesUnit,
} from "./two-modes-unit.js";

const TRUTH = 1 / 3;

const steps = { quick: 1500, full: 4000 } as const;

/** How far the weight may be off: the quick budget stops earlier. */
const tolerance = { quick: 0.03, full: 0.015 } as const;
const LARGEST_KL = 0.004;
/** A control fails as it should when it is off by more than this. */
const MISS = 0.1;

/** Standard errors between two estimates of log Z: of ten sound runs one is beyond it 27 times in 1000. */
const LARGEST_SCORE = 3;

type Done = Finished<TwoModesUnit, TwoModesResult>;

const off = ({ result }: Done): number => Math.abs(result.weights.model - TRUTH);

const share = (
  runs: readonly Done[],
  holds: (run: Done) => boolean,
): { value: number; interval: Claim["interval"] } => {
  const { value, interval } = proportionEstimate(runs.filter(holds).length / runs.length, runs.length);
  return { value, interval };
};

/** Nine of ten, seven of ten: whole runs of however many there are. */
const atLeast = (of: number, tenths: number): number => Math.ceil((of * tenths) / 10);

function claimsOf(runs: readonly Done[], { budget }: Budget): Claim[] {
  const by = (method: Method): readonly Done[] => runs.filter((r) => r.unit.method === method);
  const balanced = by("balanced");
  const right = (r: Done): boolean => off(r) <= tolerance[budget] && (budget === "quick" || r.result.kl <= LARGEST_KL);
  const needed = atLeast(balanced.length, 9);
  const kl = budget === "full" ? ` and KL ≤ ${LARGEST_KL}` : "";
  const claims: Claim[] = [
    {
      name: "balanced gets the weight of the lighter mode right",
      ...share(balanced, right),
      expected: `|w − 1/3| ≤ ${tolerance[budget]}${kl} in at least ${needed} of ${balanced.length} runs`,
      passed: balanced.filter(right).length >= needed,
    },
  ];
  for (const method of Object.keys(methods) as Method[]) {
    const control = by(method);
    if (method === "balanced" || control.length === 0) continue;
    const least = Math.max(1, atLeast(control.length, 7));
    const missed = (r: Done): boolean => off(r) > MISS;
    claims.push({
      name: `${method} gets it wrong`,
      ...share(control, missed),
      expected: `|w − 1/3| > ${MISS} in at least ${least} of ${control.length} runs (negative control)`,
      passed: control.filter(missed).length >= least,
      negativeControl: true,
    });
  }
  const distances = balanced.map(
    // An estimate without an error agrees with nothing.
    ({ result: { logZ } }) => Math.abs(logZ.grid - logZ.importance.value) / (logZ.importance.standardError ?? 0),
  );
  const worst = Math.max(...distances);
  claims.push({
    name: "log Z by quadrature and by importance sampling agree",
    value: worst,
    interval: null,
    expected: `largest difference of ${distances.length} balanced runs ≤ ${LARGEST_SCORE} standard errors`,
    passed: worst <= LARGEST_SCORE,
  });
  return claims;
}

const fixed = (v: number | null, digits: number): string => (v === null ? "–" : v.toFixed(digits));

function tableOf(runs: readonly Done[]): Outcome["table"] {
  return {
    columns: ["method", "seed", "model", "chains", "flow", "data", "KL", "log Z grid", "log Z by flow", "seconds"],
    rows: runs.map(({ unit, result: r }) => [
      unit.method,
      String(unit.seed),
      fixed(r.weights.model, 4),
      fixed(r.weights.chains, 3),
      fixed(r.weights.flow, 3),
      fixed(r.weights.data, 4),
      r.kl < 100 ? fixed(r.kl, 4) : r.kl.toExponential(1),
      fixed(r.logZ.grid, 3),
      unit.method === "balanced"
        ? `${fixed(r.logZ.importance.value, 3)} ± ${fixed(r.logZ.importance.standardError, 3)}`
        : "–",
      fixed(r.seconds, 1),
    ]),
  };
}

/** The motivating example. */
export const twoModes = experiment<TwoModesUnit, TwoModesResult, TwoModesNumbers>({
  name: "two-modes",
  about: "Two modes with weights 2:1: local chains get the model's weights wrong, balanced training gets them right.",
  cite: "Grenioux, Moulines & Gabrié (2023), Balanced training of energy-based models with adaptive flow sampling, figure 1",
  seeds: { quick: 1, full: 10 },
  plan: ({ budget, seeds, seed }) =>
    Array.from({ length: seeds }, (_, i) =>
      (Object.keys(methods) as Method[])
        .filter((method) => budget === "full" || method !== "balanced-without-jumps")
        .map((method): TwoModesUnit => ({ method, seed: seed + i, steps: steps[budget] })),
    ).flat(),
  label: ({ method, seed }) => `${method}, seed ${seed}`,
  settings: configOf,
  run: runUnit,
  conclude(finished, budget) {
    return {
      claims: claimsOf(finished, budget),
      table: tableOf(finished),
      numbers: { truth: TRUTH, runs: finished.map(({ unit, result }) => ({ ...unit, ...result })) },
    };
  },
  report: renderTwoModes,
});
