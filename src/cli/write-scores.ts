/** Rows beside their scores, block by block. */

import type { Blocks } from "../data/table-blocks.node.js";
import { type WholeCells, writeRows } from "../data/write-csv.js";
import type { RowScores } from "../model/in-units.js";
import type { ColumnReason } from "../model/reasons.js";
import { InputError } from "../util/errors.js";
import { type Calls, reasonCell } from "./show-scores.js";
import { say } from "./terminal.js";

/** The columns of scores: a cell for the number of a row. */
type ScoreColumns = Readonly<Record<string, (row: number) => string>>;

/** The columns of scores. */
export function scoreColumns(
  { logDensity, logRatio, pValue, tail }: RowScores,
  { outlier, unlikely, extrapolate }: Calls,
  reasons: ReadonlyMap<number, readonly ColumnReason[]>,
): ScoreColumns {
  const text = (values: Float64Array) => (i: number) => (Object.is(values[i], -0) ? "-0" : String(values[i]));
  const flag = (values: readonly boolean[]) => (i: number) => (values[i] ? "1" : "0");
  return {
    logDensity: text(logDensity),
    ...(logRatio ? { logRatio: text(logRatio) } : {}),
    pValue: text(pValue),
    ...(extrapolate && tail ? { pTail: text(tail.pValue) } : {}),
    outlier: flag(outlier),
    ...(unlikely ? { unlikely: flag(unlikely) } : {}),
    ...(reasons.size > 0 ? { why: (i: number) => reasonCell(reasons.get(i) ?? []) } : {}),
  };
}

/**
 * The text of a CSV: the file's columns and then the scores; columns of the file that are called as scores are left out
 * and named.
 * @param n rows that were scored.
 * @throws InputError where the file holds another number of rows by now.
 */
export async function* besideScores(blocks: Blocks, scores: ScoreColumns, n: number): AsyncGenerator<string> {
  const names = Object.keys(scores);
  let kept: number[] | undefined;
  let at = 0;
  for await (const { source, whole } of blocks()) {
    const { columns, cells } = whole as WholeCells;
    if (!kept) {
      kept = [...columns.keys()].filter((j) => !names.includes(columns[j]!));
      const lost = columns.filter((name) => names.includes(name));
      if (lost.length > 0) say(`notice: ${lost.join(", ")} of the file ${lost.length > 1 ? "are" : "is"} replaced`);
      yield writeRows([[...kept.map((j) => columns[j]!), ...names]]);
    }
    const own = kept;
    const from = at;
    at += cells.length;
    if (at > n) throw new InputError(`${source}: changed while it was read; score it again`);
    yield writeRows(
      cells.map((row, i) => [...own.map((j) => row[j]!), ...names.map((name) => scores[name]!(from + i))]),
    );
  }
  if (at < n) throw new InputError("the file changed while it was read; score it again");
}
