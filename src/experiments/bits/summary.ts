/** What models of bits reach beside published numbers, as claims and as a table. */

import { meanEstimate } from "../../metrics/intervals/interval.js";
import type { Estimate } from "../../metrics/metric.js";
import { median } from "../../util/moments.js";
import type { Claim, Finished, Outcome } from "../experiment.js";
import { type BitsMethod, sets } from "./sets.js";
import type { BitsResult, BitsUnit } from "./unit.js";

export type BitsRun = Omit<BitsUnit, "files"> & BitsResult;

export interface BitsNumbers {
  readonly runs: readonly BitsRun[];
}

export const runsOf = (finished: readonly Finished<BitsUnit, BitsResult>[]): BitsRun[] =>
  finished.map(({ unit: { files: _, ...unit }, result }) => ({ ...unit, ...result }));

export const methodOf = ({ set, method }: Pick<BitsRun, "set" | "method">): BitsMethod => sets[set]!.methods[method]!;

export const distinct = <T>(values: readonly T[]): T[] => [...new Set(values)];

/** Of several seeds the run whose test rows are in the middle, the worse of two. */
export function middle(runs: readonly BitsRun[]): BitsRun {
  const sorted = [...runs].sort((a, b) => a.test.value - b.test.value);
  return sorted[Math.floor((sorted.length - 1) / 2)]!;
}

const reaches = (run: BitsRun, name: string, least: number): Claim => ({
  name: `${run.set}: ${methodOf(run).label}, ${name}`,
  value: run.test.value,
  interval: run.test.interval,
  expected: `≥ ${least} nats a test row, on the rows of the published numbers (the interval is that of other rows)`,
  passed: run.test.value >= least,
});

function setClaims(set: string, runs: readonly BitsRun[]): Claim[] {
  const { must, aim } = sets[set]!;
  const of = (method: string): BitsRun[] => runs.filter((run) => run.method === method);
  const standing = distinct(runs.filter((run) => methodOf(run).stands).map(({ method }) => method));
  const pairs = of("rbm").flatMap((run) => {
    const other = of("momentum").find(({ seed }) => seed === run.seed);
    return other ? [run.test.value - other.test.value] : [];
  });
  const independent = runs[0]!.independent;
  return [
    ...standing.flatMap((method) => {
      const run = middle(of(method));
      return [reaches(run, "what must be reached", must), reaches(run, "what is aimed at", aim)];
    }),
    ...(pairs.length === 0
      ? []
      : [
          {
            name: `${set}: a machine as it comes is above one by PCD with momentum, at every seed`,
            value: Math.min(...pairs),
            interval: pairs.length > 1 ? meanEstimate(pairs).interval : null,
            expected: "least difference over seeds > 0 nats a test row (interval: of the mean difference)",
            passed: pairs.every((v) => v > 0),
          },
        ]),
    {
      name: `${set}: independent columns do not reach it`,
      value: independent.value,
      interval: independent.interval,
      expected: `< ${must} nats a test row (negative control)`,
      passed: independent.value < must,
      negativeControl: true,
    },
  ];
}

/** Whether what is proved of log Z holds beside the exact one. */
export const holds = ({ exact, bracket }: BitsRun): boolean =>
  exact === null ||
  bracket === null ||
  ((bracket.bounds[0] ?? exact) <= exact && exact <= (bracket.bounds[1] ?? exact));

function bracketClaims(runs: readonly BitsRun[]): Claim[] {
  const known = runs.filter(({ exact, bracket }) => exact !== null && bracket !== null);
  if (known.length === 0) return [];
  const held = known.filter(holds).length;
  const widths = known.map(({ bracket }) => {
    const [low, high] = bracket!.bounds;
    return low === null || high === null ? Number.POSITIVE_INFINITY : high - low;
  });
  return [
    {
      name: "annealing forwards and backwards brackets the exact log Z",
      value: held / known.length,
      count: [held, known.length],
      interval: null,
      expected: `in ${known.length} of ${known.length} models (each is wrong with a chance of 5 % at most)`,
      passed: held === known.length,
    },
    {
      name: "the bracket is there and narrow",
      value: median(widths),
      interval: null,
      expected: "median width < 2 nats",
      passed: median(widths) < 2,
    },
  ];
}

export const claimsOf = ({ runs }: BitsNumbers): Claim[] => [
  ...distinct(runs.map(({ set }) => set)).flatMap((set) =>
    setClaims(
      set,
      runs.filter((run) => run.set === set),
    ),
  ),
  ...bracketClaims(runs),
];

export const withError = ({ value, standardError }: Estimate, digits = 3): string =>
  `${value.toFixed(digits)} ± ${(standardError ?? Number.NaN).toFixed(digits)}`;

/** How log Z is known, in words. */
export function logZWords({ exact, bracket }: BitsRun): string {
  if (exact !== null) return `${exact.toFixed(3)}, exact`;
  const [low, high] = bracket?.bounds ?? [null, null];
  return `${low?.toFixed(2) ?? "?"} to ${high?.toFixed(2) ?? "?"}`;
}

/** One row a method, the seed in the middle, then what others have published. */
export function tableOf({ runs }: BitsNumbers): Outcome["table"] {
  const rows = distinct(runs.map(({ set }) => set)).flatMap((set) => {
    const own = runs.filter((run) => run.set === set);
    const methods = distinct(own.map(({ method }) => method)).map((method) => {
      const seeds = own.filter((run) => run.method === method);
      const run = middle(seeds);
      const each = seeds.map(({ test }) => test.value.toFixed(3)).join(" ");
      const kept = `${run.step} of ${run.steps}`;
      return [
        ...[set, methodOf(run).label, withError(run.train), withError(run.validation), withError(run.test)],
        ...[seeds.length > 1 ? each : "", kept, logZWords(run)],
      ];
    });
    const others = sets[set]!.published.map(({ name, value }) => [
      ...[set, `published: ${name}`, "", "", value.toFixed(2), "", "", ""],
    ]);
    return [...methods, [set, "independent columns", "", "", withError(own[0]!.independent), "", "", ""], ...others];
  });
  return {
    columns: ["data", "model", "train", "valid", "test", "test, each seed", "step kept", "log Z"],
    rows,
  };
}
