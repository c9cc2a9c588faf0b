/** What is claimed of restricted Boltzmann machines. */

import { meanEstimate } from "../metrics/intervals/interval.js";
import { median } from "../util/moments.js";
import type { Budget, Claim, Finished } from "./experiment.js";
import type { Bracket } from "./rbm-machine.js";
import type {
  BiasResult,
  BiasUnit,
  DigitsResult,
  DigitsUnit,
  PatternsResult,
  PatternsUnit,
  RbmResult,
  RbmUnit,
} from "./rbm-units.js";

export type PatternsRun = PatternsUnit & PatternsResult;
export type DigitsRun = DigitsUnit & DigitsResult;
export type BiasRun = BiasUnit & BiasResult;

/** Finished units by kind, each with what was found. */
export interface RbmRuns {
  readonly patterns: readonly PatternsRun[];
  readonly digits: readonly DigitsRun[];
  readonly bias: readonly BiasRun[];
}

export function runsOf(finished: readonly Finished<RbmUnit, RbmResult>[]): RbmRuns {
  const all = finished.map(({ unit, result }) => ({ ...unit, ...result }));
  const of = <Run>(kind: RbmUnit["kind"]): Run[] => all.filter((run) => run.kind === kind) as unknown as Run[];
  return { patterns: of<PatternsRun>("patterns"), digits: of<DigitsRun>("digits"), bias: of<BiasRun>("bias") };
}

interface Bound {
  readonly name: string;
  readonly expected: string;
  readonly value: number;
  readonly passed: boolean;
  readonly interval?: Claim["interval"];
  readonly control?: true;
}

const claim = ({ control, interval = null, ...rest }: Bound): Claim => ({
  ...rest,
  interval,
  ...(control ? { negativeControl: true } : {}),
});

/** Hidden units from which on a machine is called large. */
export const LARGE = 12;

/** Nats above the floor that count as having reached it, and as being near it: the quick budget stops earlier. */
const REACHED = { quick: 0.1, full: 0.05 } as const;
const NEAR = { quick: 1, full: 0.5 } as const;
/** How many times as far from the floor as PCD's a machine of the control must be. */
const FARTHER = 1.5;

function patternClaims(side: number, all: readonly PatternsRun[], { budget }: Budget): Claim[] {
  const runs = all.filter((run) => run.side === side);
  const images = 2 ** (side + 1) - 2;
  const on = `bars and stripes ${side}×${side}`;
  const of = (method: string, least = 1, most = Number.POSITIVE_INFINITY): readonly PatternsRun[] =>
    runs.filter((run) => run.method === method && run.hidden >= least && run.hidden <= most);
  const gaps = (chosen: readonly PatternsRun[]): number => median(chosen.map(({ gap }) => gap));
  const lowest = Math.min(...runs.flatMap(({ curve }) => curve.map(({ gap }) => gap)));
  const exact = gaps(of("likelihood", LARGE, LARGE));
  const small = gaps(of("likelihood", 1, 1));
  const pcd = gaps(of("pcd-5", LARGE));
  const cd = gaps(of("cd-1", LARGE));
  return [
    claim({
      name: `${on}: no machine is below the floor log ${images}, at any time`,
      value: lowest,
      expected: `least gap of ${runs.length} machines ≥ 0`,
      passed: lowest > -1e-9,
    }),
    claim({
      name: `${on}: exact likelihood reaches the floor with ${LARGE} hidden units`,
      value: exact,
      expected: `median gap ≤ ${REACHED[budget]} nats`,
      passed: exact <= REACHED[budget],
    }),
    claim({
      name: `${on}: one hidden unit does not`,
      value: small,
      expected: "median gap > 1 nat (negative control)",
      passed: small > 1,
      control: true,
    }),
    claim({
      name: `${on}: PCD with falling rates nears the floor from ${LARGE} hidden units on`,
      value: pcd,
      expected: `median gap ≤ ${NEAR[budget]} nats`,
      passed: pcd <= NEAR[budget],
    }),
    claim({
      name: `${on}: CD-1 stays farther off`,
      value: cd / pcd,
      expected: `its median gap > ${FARTHER} times that of PCD (negative control)`,
      passed: cd > FARTHER * pcd,
      control: true,
    }),
  ];
}

/** Mean difference between two methods over the seeds that both have. */
function difference(
  runs: readonly DigitsRun[],
  [better, worse]: readonly [string, string],
  read: (run: DigitsRun) => number,
): Pick<Bound, "value" | "interval"> {
  const differences = runs
    .filter(({ method }) => method === better)
    .flatMap((run) => {
      const other = runs.find(({ method, seed }) => method === worse && seed === run.seed);
      return other ? [read(run) - read(other)] : [];
    });
  const { value, interval } = meanEstimate(differences);
  return { value, interval };
}

/** What a run had reached after a tenth of its epochs. */
const early = ({ curve, epochs }: DigitsRun): number => curve.find(({ epoch }) => epoch >= epochs / 10)!.train;

function digitClaims(runs: readonly DigitsRun[]): Claim[] {
  const end = (run: DigitsRun): number => run.train;
  const better = (name: string, pair: readonly [string, string], read: (run: DigitsRun) => number): Claim => {
    const found = difference(runs, pair, read);
    return claim({
      ...found,
      name: `digits: ${name}`,
      expected:
        "mean difference of the log-likelihood over seeds > 0 nats a row, and all of its interval if it has one",
      passed: (found.interval?.[0] ?? found.value) > 0,
    });
  };
  const gain = Math.min(...runs.map((run) => run.train - run.independent.train));
  return [
    better("PCD ends above CD-1", ["pcd-1", "cd-1"], end),
    better("CD-10 ends above CD-1", ["cd-10", "cd-1"], end),
    better("CD-1 is above PCD after a tenth of the training", ["cd-1", "pcd-1"], early),
    claim({
      name: "digits: independent pixels are far below every machine",
      value: gain,
      expected: "least gain of a machine > 3 nats a row (negative control)",
      passed: gain > 3,
      control: true,
    }),
  ];
}

/** Nats that CD-1 climbs without decay in the steps of a budget. */
const CLIMB = { quick: 0.1, full: 0.5 } as const;

function biasClaims(runs: readonly BiasRun[], { budget }: Budget): Claim[] {
  const gapOf = ({ rest }: BiasRun, sweeps: number | null): number => rest.find((r) => r.sweeps === sweeps)!.gap;
  const excess = (sweeps: number) => meanEstimate(runs.map((run) => gapOf(run, sweeps) - gapOf(run, null)));
  const [one, ten] = [excess(1), excess(10)];
  const left = Math.max(...runs.flatMap(({ rest }) => rest.map(({ residual }) => residual)));
  const climb = (key: "exact" | "cd1"): number =>
    median(runs.map(({ drift }) => drift.at(-1)![key] - Math.min(...drift.map((at) => at[key]))));
  const truth = Math.max(...runs.map(({ atTruth }) => atTruth));
  return [
    claim({
      name: "CD-1 in expectation rests elsewhere than the likelihood",
      value: one.value,
      interval: one.interval,
      expected: "mean excess of its negative log-likelihood over starts > 0.01 nats",
      passed: one.value > 0.01,
    }),
    claim({
      name: "both have come to rest",
      value: left,
      interval: null,
      expected: "largest update that is left < 1e-4",
      passed: left < 1e-4,
    }),
    claim({
      name: "CD-10 rests nearer",
      value: ten.value,
      interval: ten.interval,
      expected: "mean excess below a third of CD-1's",
      passed: Math.abs(ten.value) < one.value / 3,
    }),
    claim({
      name: "where the data have the machine's own law CD-1 rests there too",
      value: truth,
      interval: null,
      expected: "largest update at the truth < 1e-10",
      passed: truth < 1e-10,
    }),
    claim({
      name: "without decay CD-1 in expectation leaves its best behind",
      value: climb("cd1"),
      interval: null,
      expected: `median climb of the negative log-likelihood > ${CLIMB[budget]} nats (negative control)`,
      passed: climb("cd1") > CLIMB[budget],
      control: true,
    }),
    claim({
      name: "without decay the likelihood does not",
      value: climb("exact"),
      interval: null,
      expected: "median climb < 0.001 nats",
      passed: climb("exact") < 0.001,
    }),
  ];
}

/** Standard errors that a sound estimate may be off: of 20 one is beyond it once in 800 tables. */
const SCORE = 4;

function bracketClaims(runs: RbmRuns): Claim[] {
  const brackets = bracketsOf(runs).map(({ bracket }) => bracket);
  const holds = ({ low, high, logZ }: Bracket): boolean =>
    low.value - SCORE * low.standardError! <= logZ && logZ <= high.value + SCORE * high.standardError!;
  const width = Math.max(...brackets.map(({ low, high }) => high.value - low.value));
  const score = Math.max(...brackets.map(({ ais, logZ }) => Math.abs(ais.value - logZ) / ais.standardError!));
  const miss = Math.min(...runs.digits.map(({ bracket: { direct, logZ } }) => Math.abs(direct.value - logZ)));
  return [
    claim({
      name: "annealing forwards and backwards brackets log Z",
      value: brackets.filter(holds).length,
      expected: `exact log Z within the bracket, ${SCORE} errors allowed, for all ${brackets.length} machines`,
      passed: brackets.every(holds),
    }),
    claim({
      name: "the bracket is narrow",
      value: width,
      expected: "widest ≤ 1 nat",
      passed: width <= 1,
    }),
    claim({
      name: "annealed importance sampling is right within its error",
      value: score,
      expected: `largest distance from log Z ≤ ${SCORE} standard errors`,
      passed: score <= SCORE,
    }),
    claim({
      name: "importance sampling of the digits' machines without temperatures is not",
      value: miss,
      expected: "least distance from log Z > 1 nat (negative control)",
      passed: miss > 1,
      control: true,
    }),
  ];
}

/** Every machine whose log Z was bracketed. */
export const bracketsOf = ({ patterns, digits }: RbmRuns): { readonly name: string; readonly bracket: Bracket }[] => [
  ...patterns.flatMap(({ bracket, side, hidden, method, seed }) =>
    bracket ? [{ name: `${side}×${side}, ${hidden} hidden, ${method}, seed ${seed}`, bracket }] : [],
  ),
  ...digits.map(({ bracket, method, seed }) => ({ name: `digits, ${method}, seed ${seed}`, bracket })),
];

export const claimsOf = (runs: RbmRuns, budget: Budget): Claim[] => [
  ...[3, 4].flatMap((side) => patternClaims(side, runs.patterns, budget)),
  ...digitClaims(runs.digits),
  ...biasClaims(runs.bias, budget),
  ...bracketClaims(runs),
];
