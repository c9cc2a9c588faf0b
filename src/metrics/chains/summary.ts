/** The draws of every coordinate in one table, in ArviZ's columns. */

import type { FloatTensor } from "../../util/tensor.js";
import { textTable } from "../../util/text-table.js";
import { highestDensityInterval } from "../intervals/highest-density-interval.js";
import { chainsOf } from "./chains.js";
import { coordinateNames } from "./coordinate-names.js";
import { essBulk, essTail } from "./effective-sample-size.js";
import { mcse } from "./mcse.js";
import { splitRhat } from "./split-rhat.js";

/** The numbers of a row, in the order of the table. */
export const summaryColumns = [
  "mean",
  "sd",
  "hdi_3%",
  "hdi_97%",
  "mcse_mean",
  "mcse_sd",
  "ess_bulk",
  "ess_tail",
  "r_hat",
] as const;

/** One coordinate; NaN where the draws cannot tell. */
export type SummaryRow = { readonly name: string } & Readonly<Record<(typeof summaryColumns)[number], number>>;

/**
 * Mean, standard deviation, 94 % highest-density interval, their Monte Carlo errors, effective sample sizes and split
 * R-hat of every coordinate of draws `(chains, draws, ...event)`: `x[0]`, `x[1]` … unless names are given.
 * Columns and values are those of ArviZ, unrounded, with two exceptions: one chain has an R-hat, of its halves, and a
 * constant has NaN where ArviZ counts every draw.
 * @throws ShapeError for fewer than two axes, InputError for another number of names than coordinates.
 */
export function summarize(
  draws: FloatTensor,
  { names }: { readonly names?: readonly string[] | undefined } = {},
): SummaryRow[] {
  return coordinateNames(draws, names).map((name, i) => {
    const chains = chainsOf(draws, i);
    const [low, high] = highestDensityInterval(chains);
    const [mean, sd] = [mcse(chains), mcse(chains, { quantity: "sd" })];
    return {
      name,
      mean: mean.value,
      sd: sd.value,
      "hdi_3%": low,
      "hdi_97%": high,
      mcse_mean: mean.standardError ?? Number.NaN,
      mcse_sd: sd.standardError ?? Number.NaN,
      ess_bulk: essBulk(chains),
      ess_tail: essTail(chains),
      r_hat: splitRhat(chains),
    };
  });
}

/** Decimals of a row: two digits of its error, four digits of its spread where the error is unknown. */
function decimalsOf({ mcse_mean: error, sd }: SummaryRow): number {
  const unit = error > 0 ? error / 10 : sd > 0 ? sd / 1000 : 1;
  return Math.ceil(-Math.log10(unit));
}

/**
 * The rows as aligned text. Numbers in the unit of a coordinate have the digits its error of the mean knows, two of
 * them uncertain; effective sample sizes are whole, R-hat has three decimals.
 */
export function renderSummary(rows: readonly SummaryRow[]): string {
  const cell = (row: SummaryRow, column: (typeof summaryColumns)[number]): string => {
    const value = row[column];
    if (!Number.isFinite(value)) return String(value);
    if (column === "r_hat") return value.toFixed(3);
    if (column.startsWith("ess")) return value.toFixed(0);
    const decimals = decimalsOf(row);
    // Beyond that a number is easier to read with its power of ten.
    return decimals > 8 || Math.abs(value) >= 1e8 ? value.toExponential(3) : value.toFixed(Math.max(0, decimals));
  };
  return textTable([
    ["", ...summaryColumns],
    ...rows.map((row) => [row.name, ...summaryColumns.map((column) => cell(row, column))]),
  ]);
}
