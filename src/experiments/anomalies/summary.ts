/** Means over seeds, then over tables; claims against what others have published of the same tables. */

import { meanEstimate, proportionEstimate } from "../../metrics/intervals/interval.js";
import type { Estimate } from "../../metrics/metric.js";
import { mean } from "../../util/moments.js";
import type { Claim, Finished, Outcome } from "../experiment.js";
import { methods } from "./methods.js";
import { type AnomaliesResult, type AnomaliesUnit, rates, setOf } from "./unit.js";

export type FinishedTable = Finished<AnomaliesUnit, AnomaliesResult>;

/** What was found of a table, over seeds. */
export interface TableSummary extends Pick<AnomaliesResult, "rows" | "columns" | "constant" | "published"> {
  readonly set: string;
  /** AUROC of each method in percent, with its error over seeds. */
  readonly auroc: Readonly<Record<string, Estimate>>;
  /** What was chosen with the first seed. */
  readonly chosen: Readonly<Record<string, string>>;
  /** Shares of normal test rows called at each of the rates, by method. */
  readonly called: Readonly<Record<string, readonly number[]>>;
}

export interface AnomaliesNumbers {
  readonly tables: readonly TableSummary[];
  /** Means over the tables, in percent, with their errors over seeds. */
  readonly means: Readonly<Record<string, Estimate>>;
  /** Means of others over the same tables. */
  readonly published: Readonly<Record<string, number>>;
  /** Shares called of the normal test rows, means over tables with their errors: tables differ, and seeds share rows. */
  readonly called: Readonly<Record<string, readonly Estimate[]>>;
}

/** Methods that are shown with an AUROC, of those that were asked for: all but controls, which are of p-values. */
export const scoredIn = ({ means }: Pick<AnomaliesNumbers, "means">): string[] => Object.keys(means);
const withPValues = (tables: readonly TableSummary[]): string[] =>
  Object.keys(methods).filter((name) => tables.some(({ called }) => called[name]));

function summaryOf(set: string, own: readonly FinishedTable[]): TableSummary {
  const results = own.map(({ result }) => result);
  const first = results[0]!;
  const byMethod = <T>(of: (name: string) => T): Record<string, T> =>
    Object.fromEntries(Object.keys(first.methods).map((name) => [name, of(name)]));
  const calls = Object.keys(first.methods).filter((name) => first.methods[name]!.called);
  return {
    set,
    ...{ rows: first.rows, columns: first.columns, constant: first.constant, published: first.published },
    auroc: byMethod((name) => meanEstimate(results.map((result) => result.methods[name]!.auroc))),
    chosen: byMethod((name) => first.methods[name]!.chosen),
    called: Object.fromEntries(
      calls.map((name) => [name, rates.map((_, i) => mean(results.map((r) => r.methods[name]!.called![i]!)))]),
    ),
  };
}

/** Of each seed the mean over tables. */
function meansOf(finished: readonly FinishedTable[]): Record<string, Estimate> {
  const seeds = [...new Set(finished.map(({ unit }) => unit.seed))];
  const scored = finished[0]!.unit.methods.filter((name) => !methods[name]!.control);
  return Object.fromEntries(
    scored.map((name) => [
      name,
      meanEstimate(
        seeds.map((seed) =>
          mean(finished.flatMap(({ unit, result }) => (unit.seed === seed ? [result.methods[name]!.auroc] : []))),
        ),
      ),
    ]),
  );
}

/** Means of others over all the tables; only those that have a number for each. */
function publishedMeans(tables: readonly TableSummary[]): Record<string, number> {
  const names = Object.keys(tables[0]?.published ?? {});
  return Object.fromEntries(
    names.flatMap((name) => {
      const values = tables.map(({ published }) => published?.[name]);
      return values.every((v) => v !== undefined) ? [[name, mean(values)]] : [];
    }),
  );
}

export function numbersOf(finished: readonly FinishedTable[]): AnomaliesNumbers {
  const sets = [...new Set(finished.map(({ unit }) => setOf(unit)))];
  const tables = sets.map((set) =>
    summaryOf(
      set,
      finished.filter(({ unit }) => setOf(unit) === set),
    ),
  );
  const called = withPValues(tables).map((name) => [
    name,
    rates.map((_, i) => meanEstimate(tables.map((table) => table.called[name]![i]!))),
  ]);
  return { tables, means: meansOf(finished), published: publishedMeans(tables), called: Object.fromEntries(called) };
}

/** The score that is claimed to be good. */
const OURS = "kernel";
/** What it is held to: at least, and aimed at. */
const BARS = ["PlanarFlow", "IForest"] as const;
/** Percent by which a neighbour's AUROC may differ from the published one on a table of few anomalies. */
const NEAR = 5;
/** Rates of calls that are claimed: at the others the tables with few rows have no p-value as small. */
const CLAIMED = [0.05, 0.1];

function aurocClaims({ tables, means, published }: AnomaliesNumbers): Claim[] {
  const { value, interval } = means[OURS]!;
  const bars = BARS.flatMap((name): Claim[] => {
    const bar = published[name];
    return bar === undefined
      ? []
      : [
          {
            name: `${methods[OURS]!.title}: mean AUROC over ${tables.length} tables`,
            ...{ value, interval, expected: `≥ ${bar.toFixed(1)}, published of ${name}`, passed: value >= bar },
          },
        ];
  });
  const near = tables.flatMap(({ auroc, published: own }) =>
    own?.KNN === undefined ? [] : [Math.abs(auroc.neighbours!.value - own.KNN) <= NEAR],
  );
  if (near.length === 0) return bars;
  const count = near.filter(Boolean).length;
  const share = count / near.length;
  const protocol: Claim = {
    name: `the protocol is that of the published numbers: kNN within ${NEAR} points of theirs`,
    ...{ value: share, count: [count, near.length], interval: proportionEstimate(share, near.length).interval },
    ...{ expected: "at least 3 tables in 4", passed: share >= 0.75 },
  };
  return [...bars, protocol];
}

/** A p-value is valid that calls no more rows than its rate: more than by chance is a failure, fewer is not. */
const callClaims = ({ called }: AnomaliesNumbers): Claim[] =>
  Object.entries(called).flatMap(([name, estimates]) =>
    CLAIMED.map((rate): Claim => {
      const { value, interval } = estimates[rates.indexOf(rate as (typeof rates)[number])]!;
      const { title, control } = methods[name]!;
      const within = (interval?.[0] ?? value) <= rate;
      return {
        name: `${title}: normal rows with p ≤ ${rate}`,
        ...{
          value,
          interval,
          expected: control ? `not ≤ ${rate} within its error (negative control)` : `≤ ${rate} within its error`,
        },
        passed: control ? !within : within,
        ...(control ? { negativeControl: true } : {}),
      };
    }),
  );

export const claimsOf = (numbers: AnomaliesNumbers): Claim[] => [...aurocClaims(numbers), ...callClaims(numbers)];

/** Methods of others that stand beside ours. */
const OTHERS = ["KNN", "DTE-NP", "IForest", "PlanarFlow"] as const;

/** One row a table, the means last. */
export function tableOf({ tables, means, published }: AnomaliesNumbers): Outcome["table"] {
  const scored = scoredIn({ means });
  const others = OTHERS.filter((name) => tables.some((table) => table.published?.[name] !== undefined));
  const one = (v: number | undefined): string => (v === undefined ? "–" : v.toFixed(1));
  return {
    columns: [
      "table",
      "rows",
      "columns",
      ...scored.map((name) => methods[name]!.title),
      ...others.map((name) => `${name}, published`),
    ],
    rows: [
      ...tables.map((table) => [
        ...[table.set, String(table.rows.train), String(table.columns)],
        ...scored.map((name) => one(table.auroc[name]!.value)),
        ...others.map((name) => one(table.published?.[name])),
      ]),
      ["mean", "", "", ...scored.map((name) => one(means[name]!.value)), ...others.map((name) => one(published[name]))],
    ],
  };
}
