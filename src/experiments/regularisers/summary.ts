/** What ways of training gain on rows left out, table by table, and whether the usual one is as good as it is taken for. */

import { mean } from "../../util/moments.js";
import type { Claim, Finished, Outcome } from "../experiment.js";
import { type RowMean, rowMean } from "../tables/unit.js";
import type { FoldResult, FoldUnit, GainAt, WayResult } from "./unit.js";
import { chains, usual } from "./ways.js";

export type FinishedFold = Finished<FoldUnit, FoldResult>;

export interface WaySummary {
  readonly way: string;
  /** Of all rows left out, at the steps that were kept. */
  readonly kept: RowMean;
  /** The step of each fold. */
  readonly steps: readonly number[];
  /** How far it is above the chains without a regulariser, paired over the rows. */
  readonly aboveChains: RowMean;
  /** The step of the largest mean gain over the folds at which log Z was to be trusted in all, and that gain. */
  readonly best: GainAt;
  /** Folds of which some look went astray. */
  readonly astray: number;
  readonly seconds: number;
}

export interface TableSummary {
  readonly table: string;
  readonly columns: number;
  readonly rows: number;
  readonly folds: number;
  readonly ways: readonly WaySummary[];
}

export interface RegulariserNumbers {
  readonly tables: readonly TableSummary[];
}

/** Nats a row below the mixtures from which on a training has gone astray. */
const ASTRAY = 0.5;

/** Whether log Z was lost, or rows left out became much less likely than they were at the start. */
const wentAstray = ({ looks }: WayResult): boolean => looks.some(({ gain }) => gain === null || gain.value < -ASTRAY);

/** The best look by all folds, each of which weighs the same. */
function bestOf(results: readonly WayResult[]): GainAt {
  const looks = results[0]!.looks.flatMap(({ step }, i): { step: number; gain: RowMean }[] => {
    const gains = results.flatMap(({ looks }) => looks[i]?.gain ?? []);
    if (gains.length < results.length) return [];
    const error = Math.sqrt(gains.reduce((s, gain) => s + gain.error ** 2, 0)) / gains.length;
    return [{ step, gain: { value: mean(gains.map(({ value }) => value)), error } }];
  });
  return looks.reduce((a, b) => (b.gain.value > a.gain.value ? b : a));
}

function summaryOf(table: string, folds: readonly FoldResult[]): TableSummary {
  const { columns, rows } = folds[0]!;
  const of = (name: string): WayResult[] => folds.flatMap((fold) => fold.ways.filter(({ way }) => way === name));
  const gainsOf = (name: string): number[] => of(name).flatMap(({ gains }) => gains);
  const plain = gainsOf(chains.name);
  const summaries = folds[0]!.ways.map(({ way }): WaySummary => {
    const own = of(way);
    const gains = gainsOf(way);
    return {
      way,
      kept: rowMean(gains),
      steps: own.map(({ kept }) => kept),
      aboveChains: rowMean(gains.map((v, i) => v - plain[i]!)),
      best: bestOf(own),
      astray: own.filter(wentAstray).length,
      seconds: mean(own.map(({ seconds }) => seconds)),
    };
  });
  return { table, columns, rows: rows.train + rows.test, folds: folds.length, ways: summaries };
}

export function numbersOf(finished: readonly FinishedFold[]): RegulariserNumbers {
  const names = [...new Set(finished.map(({ unit }) => unit.table))];
  const foldsOf = (name: string) => finished.filter(({ unit }) => unit.table === name).map(({ result }) => result);
  return { tables: names.map((name) => summaryOf(name, foldsOf(name))) };
}

const interval = ({ value, error }: RowMean): readonly [number, number] => [value - 1.96 * error, value + 1.96 * error];

/** A difference that is not clearly negative. */
const notBelow = (name: string, own: RowMean): Claim => ({
  ...{ name, value: own.value, interval: interval(own), passed: own.value >= -2 * own.error },
  expected: `≥ −${(2 * own.error).toFixed(3)}, two standard errors`,
});

/** Folds of which so many went astray. */
function onCourse(tables: readonly TableSummary[], way: string): { readonly count: readonly [number, number] } {
  const own = tables.map((table) => ({ ...table.ways.find((one) => one.way === way)!, folds: table.folds }));
  const all = own.reduce((n, { folds }) => n + folds, 0);
  return { count: [all - own.reduce((n, { astray }) => n + astray, 0), all] };
}

export function claimsOf({ tables }: RegulariserNumbers): Claim[] {
  const of = ({ ways }: TableSummary): WaySummary => ways.find(({ way }) => way === usual.name)!;
  const clear = tables.filter((table) => of(table).kept.value >= 2 * of(table).kept.error && of(table).kept.error > 0);
  const share = (name: string, [held, all]: readonly [number, number], passed: boolean, expected: string): Claim => ({
    ...{ name, value: held / all, count: [held, all], interval: null, passed, expected },
  });
  const [steady, loose] = [onCourse(tables, usual.name).count, onCourse(tables, chains.name).count];
  return [
    ...tables.map((table) => notBelow(`${table.table}: the usual way is not below its start`, of(table).kept)),
    ...tables.map((table) => notBelow(`${table.table}: nor below the chains`, of(table).aboveChains)),
    share("the usual way stays on course", steady, steady[0] === steady[1], "in every fold"),
    {
      ...share(
        "chains without a regulariser go astray",
        [loose[1] - loose[0], loose[1]],
        loose[0] < loose[1],
        "in a fold at least (negative control)",
      ),
      negativeControl: true as const,
    },
    share(
      "the usual way is clearly above its start",
      [clear.length, tables.length],
      clear.length > 0,
      "by two standard errors, on one table at least",
    ),
  ];
}

export const withError = ({ value, error }: RowMean): string => `${value.toFixed(3)} ± ${error.toFixed(3)}`;

export function tableOf({ tables }: RegulariserNumbers): Outcome["table"] {
  return {
    columns: ["table", "way", "gain", "steps kept", "above chains", "best mean gain", "at step", "astray", "seconds"],
    rows: tables.flatMap(({ table, folds, ways }) =>
      ways.map(({ way, kept, steps, aboveChains, best, astray, seconds }) => [
        ...[table, way, withError(kept), steps.join(", "), withError(aboveChains)],
        ...[best.gain ? withError(best.gain) : "", `${best.step}`, `${astray} of ${folds}`, seconds.toFixed(1)],
      ]),
    ),
  };
}
