/** A file of rows scored as `ebbflow score` scores one. */

import { type Trained, tensor } from "ebbflow";
import { readTable, writeCells } from "ebbflow/data";
import { benjaminiHochberg, callable } from "ebbflow/metrics";
import type { FileScore, Reason, UnusualRow } from "./answers.js";
import { rowTexts } from "./cells.js";
import { reasonsOf } from "./score-row.js";

/** Rows whose reasons are told, the least likely, and how many of the calls may be false. */
const [LEAST, RATE] = [12, 0.1] as const;
/** Columns of a reason in a cell: those that are unlikely by a nat at least. */
const [NAT, COLUMNS] = [1, 3] as const;

const reasonCell = (reasons: readonly Reason[]): string =>
  reasons
    .filter(({ nats }) => nats >= NAT)
    .slice(0, COLUMNS)
    .map(({ column, nats, likeliest }) => `${column} -${nats.toFixed(1)} (${likeliest})`)
    .join("; ");

/** @throws Error in a line for a file that is no table with the columns of the model. */
export async function scoreFile(
  model: Trained,
  bytes: Uint8Array,
  source: string,
  canExplain: boolean,
): Promise<FileScore> {
  const { columns } = model;
  const { written } = model.data.coordinates;
  const table = await readTable(bytes, { source, columns, real: columns, fit: false, written, whole: true });
  const { rows, lines, decimalCommas = [] } = table;
  const [n, d] = rows.shape as [number, number];
  const lineOf = (i: number): number => lines?.[i] ?? i + 1;
  const scorer = model.scorer();
  await scorer.add(rows, { source, ...(lines ? { lines } : {}) });
  const scores = await scorer.scores();
  const outlier = benjaminiHochberg(scores.pValue, RATE);
  for (const i of scores.withoutDensity) outlier[i] = true;
  const order = [...scores.logDensity.keys()].sort(
    (a, b) => keyOf(scores.logDensity[a]!) - keyOf(scores.logDensity[b]!),
  );
  const least: UnusualRow[] = [];
  for (const i of order.slice(0, LEAST)) {
    const row = rows.data.subarray(i * d, (i + 1) * d);
    least.push({
      ...{ line: lineOf(i), cells: rowTexts(model, row), outlier: outlier[i]! },
      ...{ logDensity: scores.logDensity[i]!, pValue: scores.pValue[i]! },
      reasons:
        canExplain && Number.isFinite(scores.logDensity[i]) ? await reasonsOf(model, tensor(row.slice(), [1, d])) : [],
    });
  }
  const why = new Map(order.slice(0, LEAST).map((i, k) => [i, reasonCell(least[k]!.reasons)]));
  const whole = table.whole ?? {
    columns,
    cells: Array.from({ length: n }, (_, i) => rowTexts(model, rows.data.subarray(i * d, (i + 1) * d))),
  };
  const names = ["logDensity", "pValue", "outlier", ...(canExplain ? ["why"] : [])];
  const kept = [...whole.columns.keys()].filter((j) => !names.includes(whole.columns[j]!));
  const scored = (i: number): string[] => [
    ...[String(scores.logDensity[i]), String(scores.pValue[i]), outlier[i] ? "1" : "0"],
    ...(canExplain ? [why.get(i) ?? ""] : []),
  ];
  return {
    ...{ rows: n, calibration: scores.calibration, outliers: outlier.filter(Boolean).length, rate: RATE, least },
    csv: new TextEncoder().encode(
      writeCells({
        columns: [...kept.map((j) => whole.columns[j]!), ...names],
        cells: whole.cells.map((row, i) => [...kept.map((j) => row[j]!), ...scored(i)]),
      }),
    ),
    notes: [
      ...fewNote(n, scores.calibration),
      ...(decimalCommas.length > 0 ? [`Decimal commas were read in: ${decimalCommas.join(", ")}.`] : []),
      ...(scores.logZ.note
        ? [`The log-densities are not to be trusted (${scores.logZ.note}); the p-values do not need them.`]
        : []),
    ],
  };
}

/** Calls that so few rows to compare with do not allow. */
function fewNote(n: number, calibration: number): string[] {
  const { fewest } = callable(n, calibration, RATE);
  if (fewest === 1) return [];
  const what =
    fewest > n ? "no row can be called an outlier" : `fewer than ${fewest} outliers among ${n} rows cannot be called`;
  return [
    `No p-value is below 1/${calibration + 1}, so that ${what}; rows are still in order, and each p-value holds by itself.`,
  ];
}

/** What has no density is the least likely. */
const keyOf = (logDensity: number): number => (Number.isNaN(logDensity) ? Number.NEGATIVE_INFINITY : logDensity);
