/** Means over the splits of each table, and whether any baseline is ahead of the model. */

import { mean } from "../../util/moments.js";
import type { Claim, Finished, Outcome } from "../experiment.js";
import type { RowMean, TableResult, TableUnit } from "./unit.js";

export type FinishedSplit = Finished<TableUnit, TableResult>;

/** What was found of a table, over its splits. */
export interface TableSummary extends Pick<TableResult, "rows" | "columns"> {
  readonly table: string;
  readonly splits: number;
  readonly model: RowMean;
  readonly baselines: Readonly<Record<string, RowMean>>;
  readonly ahead: Readonly<Record<string, RowMean>>;
  /** The baseline of the largest mean over the splits. */
  readonly best: string;
  readonly kept: readonly number[];
  readonly seconds: readonly number[];
}

export interface TablesNumbers {
  readonly tables: readonly TableSummary[];
}

/** Splits share rows: their mean is taken to have the error that one of them has. */
const over = (means: readonly RowMean[]): RowMean => ({
  value: mean(means.map(({ value }) => value)),
  error: mean(means.map(({ error }) => error)),
});

function summaryOf(table: string, own: readonly FinishedSplit[]): TableSummary {
  const results = own.map(({ result }) => result);
  const { rows, columns, baselines } = results[0]!;
  const all = (of: "baselines" | "ahead"): Record<string, RowMean> =>
    Object.fromEntries(Object.keys(baselines).map((name) => [name, over(results.map((r) => r[of][name]!))]));
  const means = all("baselines");
  return {
    ...{ table, splits: results.length, rows, columns },
    model: over(results.map(({ model }) => model)),
    ...{ baselines: means, ahead: all("ahead") },
    best: Object.keys(means).reduce((a, b) => (means[b]!.value > means[a]!.value ? b : a)),
    kept: results.map(({ kept }) => kept),
    seconds: results.map(({ seconds }) => seconds),
  };
}

export function numbersOf(finished: readonly FinishedSplit[]): TablesNumbers {
  const names = [...new Set(finished.map(({ unit }) => unit.table))];
  return {
    tables: names.map((name) =>
      summaryOf(
        name,
        finished.filter(({ unit }) => unit.table === name),
      ),
    ),
  };
}

/** Tables on which the model is to be clearly ahead, at least: two of six. */
const SHARE = 1 / 3;

const interval = ({ value, error }: RowMean): readonly [number, number] => [value - 1.96 * error, value + 1.96 * error];

export function claimsOf({ tables }: TablesNumbers): Claim[] {
  const each = tables.map(({ table, best, ahead }): Claim => {
    const own = ahead[best]!;
    return {
      name: `${table}: no baseline is ahead`,
      ...{ value: own.value, interval: interval(own), passed: own.value >= -own.error },
      expected: `≥ −${own.error.toFixed(3)}, one standard error of the difference to the best of them, ${best}`,
    };
  });
  const clear = tables.filter(({ best, ahead }) => ahead[best]!.value >= 2 * ahead[best]!.error).length;
  const least = Math.ceil(SHARE * tables.length);
  return [
    ...each,
    {
      name: "clearly ahead of the best baseline",
      ...{ value: clear / tables.length, count: [clear, tables.length], interval: null },
      ...{
        expected: `by two standard errors, on at least ${least} of ${tables.length} tables`,
        passed: clear >= least,
      },
    },
  ];
}

const withError = ({ value, error }: RowMean): string => `${value.toFixed(2)} ± ${error.toFixed(2)}`;

export function tableOf({ tables }: TablesNumbers): Outcome["table"] {
  const names = [...new Set(tables.flatMap(({ baselines }) => Object.keys(baselines)))];
  return {
    columns: ["table", "rows × columns", "model", ...names, "ahead of the best", "steps kept", "seconds"],
    rows: tables.map(({ table, rows, columns, model, baselines, ahead, best, kept, seconds }) => [
      table,
      `${rows.train + rows.test} × ${columns}`,
      withError(model),
      ...names.map((name) => (baselines[name] ? withError(baselines[name]) : "")),
      withError(ahead[best]!),
      kept.join(", "),
      mean(seconds).toFixed(0),
    ]),
  };
}
