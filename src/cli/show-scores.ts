/** What scores of rows say, in lines beside the table. */

import { callable } from "../metrics/intervals/conformal.js";
import { leastForTail } from "../metrics/intervals/tail-p-values.js";
import type { RowScores } from "../model/in-units.js";
import type { ColumnReason } from "../model/reasons.js";
import { several, show } from "../util/words.js";

/** Which rows are called, and how. */
export interface Calls {
  readonly outlier: readonly boolean[];
  /** By their own p-values at `alpha`. */
  readonly unlikely: readonly boolean[] | undefined;
  readonly rate: number;
  readonly each: boolean;
  readonly alpha: number | undefined;
  readonly extrapolate: boolean;
}

interface Told {
  readonly reasons: ReadonlyMap<number, readonly ColumnReason[]>;
  readonly by: "energy" | "kernel";
  /** A cell of one of the rows that there are reasons for. */
  value(row: number, column: string): number;
}

/** Columns that are told of a row: those that are unlikely by a nat at least, three at most. */
const told = (reasons: readonly ColumnReason[]): readonly ColumnReason[] =>
  reasons.filter(({ logRatio }) => logRatio <= -1).slice(0, 3);

const likeliest = ({ likeliest: value, text }: ColumnReason): string => text ?? show(value);

/** `mass -61.2 (4250); length -3.1 (189)`: columns, nats below their likeliest value given the others, and that value. */
export const reasonCell = (reasons: readonly ColumnReason[]): string =>
  told(reasons)
    .map((one) => `${one.column} ${one.logRatio.toFixed(1)} (${likeliest(one)})`)
    .join("; ");

/** A p-value that a person reads. */
const small = (p: number): string => (p >= 0.001 ? String(Number(p.toPrecision(2))) : p.toExponential(0));

/** The lines, the most important first. */
export function tellScores(scores: RowScores, calls: Calls, about: Told): string[] {
  const { pValue, withoutDensity, logDensity, logZ, calibration } = scores;
  const { rate, each } = calls;
  const n = pValue.length;
  const chance = each
    ? `each by its own p-value, as ${100 * rate} % of rows like the data are`
    : `of which at most ${100 * rate} % falsely`;
  const compared = about.by === "kernel" ? `${calibration} training rows` : `${calibration} held-out rows`;
  const called = calls.outlier.filter(Boolean).length;
  const assumed = calls.extrapolate ? ", if the tail of the energies goes on as it does" : "";
  return [
    `${called} of ${n} rows ${called === 1 ? "is" : "are"} called outliers, ${chance}${assumed}; compared with ${compared}`,
    ...alphaLine(calls, n),
    ...(calls.extrapolate ? [] : fewNotice(pValue, calibration, { rate, each, what: compared.replace(/^\d+ /, "") })),
    ...seenLine(scores),
    ...shareLine(scores),
    ...beyondLine(scores),
    ...reasonLines(scores, about),
    ...(withoutDensity.length > 0 ? [lostNotice(withoutDensity, logDensity)] : []),
    ...(logZ.note
      ? [`notice: the log-densities are not to be trusted (${logZ.note}); the p-values do not need them`]
      : []),
  ];
}

const alphaLine = ({ unlikely, alpha }: Calls, n: number): string[] =>
  unlikely === undefined
    ? []
    : [
        `${unlikely.filter(Boolean).length} of ${n} rows ${unlikely.filter(Boolean).length === 1 ? "has" : "have"} a p-value of at most ${alpha}, as ${Number((alpha! * n).toPrecision(2))} of so many like the data would`,
      ];

const seenLine = ({ seen = [], pValue }: RowScores): string[] =>
  seen.length === 0
    ? []
    : [
        `notice: ${seen.length} of ${pValue.length} rows ${seen.length === 1 ? "is" : "are"} among those that rows are compared with, so that ${seen.length === 1 ? "its p-value is" : "their p-values are"} too large`,
      ];

/** How many rows are unlike the data, where that is known to be more than none or less than half. */
function shareLine({ share: { estimate, atLeast, atMost } }: RowScores): string[] {
  if (atLeast === 0 && atMost >= 0.5) return [];
  const percent = (v: number): string => `${Number((100 * v).toPrecision(2))} %`;
  return [
    `share of rows unlike the data: ${percent(estimate)}; at least ${percent(atLeast)}, and at most ${percent(atMost)} if none of them is among the likelier half (95 % each)`,
  ];
}

/** Rows beyond all that they are compared with. */
function beyondLine({ pValue, tail, logDensity, calibration }: RowScores): string[] {
  const beyond = [...pValue.keys()].filter(
    (i) => pValue[i]! < 1.5 / (calibration + 1) && Number.isFinite(logDensity[i]),
  );
  if (beyond.length === 0) return [];
  beyond.sort((a, b) => logDensity[a]! - logDensity[b]!);
  const listed = beyond.slice(0, 5).map((i) => `row ${i + 1}${tail ? ` (p ${small(tail.pValue[i]!)})` : ""}`);
  const more = beyond.length > 5 ? ` and ${beyond.length - 5} more` : "";
  const assumed = tail
    ? `; p continued by the tail of the energies, a generalised Pareto law of shape ${tail.shape.value.toFixed(1)} [${tail.shape.interval.map((v) => v.toFixed(1)).join(" to ")}]`
    : "";
  return [`less likely than every row it is compared with: ${listed.join(", ")}${more}${assumed}`];
}

/** Why the least likely rows are. */
function reasonLines({ logDensity, pValue }: RowScores, { reasons, value }: Told): string[] {
  return [...reasons]
    .filter(([row, own]) => pValue[row]! <= 0.1 && told(own).length > 0)
    .slice(0, 3)
    .map(([row, own]) => {
      const each = told(own).map((one) => {
        const cell = one.text === undefined ? ` = ${show(value(row, one.column))}` : "";
        return `${one.column}${cell} (${(-one.logRatio).toFixed(1)} nats below ${likeliest(one)})`;
      });
      return `row ${row + 1}, log-density ${logDensity[row]!.toFixed(1)}: given its other columns unlikely is ${several(each)}`;
    });
}

/** That a few outliers cannot be called, where the rows to compare with are too few for it. */
function fewNotice(
  pValue: Float64Array,
  calibration: number,
  { rate, each, what: rows }: { readonly rate: number; readonly each: boolean; readonly what: string },
): string[] {
  const n = pValue.length;
  const least = `notice: no p-value is below 1/${calibration + 1}`;
  if (each)
    return rate < 1 / (calibration + 1)
      ? [`${least}, so that no row can be called at ${rate}; that takes ${Math.ceil(1 / rate) - 1} ${rows}`]
      : [];
  const { fewest, needed } = callable(n, calibration, rate);
  if (fewest === 1) return [];
  const what = fewest > n ? "no row can be called" : `fewer than ${fewest} outliers among ${n} rows cannot be called`;
  const alone = pValue.filter((p) => p <= rate).length;
  return [
    `${least}, so that ${what}; one alone can with ${needed} ${rows}. By its own p-value --each calls ${alone} of ${n}, as ${100 * rate} % of rows like the data; ${calibration >= leastForTail ? "--extrapolate calls" : "--by kernel --extrapolate calls"} by the tail`,
  ];
}

/** Rows that the model gives no density, by their numbers. */
function lostNotice(rows: readonly number[], logDensity: Float64Array): string {
  const listed = rows.slice(0, 5).map((i) => `row ${i + 1} (${Number.isNaN(logDensity[i]) ? "NaN" : "-∞"})`);
  const more = rows.length > 5 ? ` and ${rows.length - 5} more` : "";
  return `notice: no log-density at ${listed.join(", ")}${more}: called outliers whatever their p-values, beyond all numbers of the model`;
}
