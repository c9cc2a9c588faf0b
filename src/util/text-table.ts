import { shortened, visible } from "./visible.js";
import { COLUMNS, wrap } from "./wrap.js";

/** Rows in columns of text: the first to the left, the others to the right; a row may end early. */
export function textTable(rows: readonly (readonly string[])[], indent = ""): string {
  return alignedRows(rows, indent)
    .map((row) => row.trimEnd())
    .join("\n");
}

/**
 * The same with words behind each row, to the left and broken into lines below each other; where they do not fit and the
 * columns leave them no room, below the row.
 */
export function textTableWithWords(
  rows: readonly (readonly string[])[],
  words: readonly string[],
  { indent = "", width = COLUMNS }: { readonly indent?: string; readonly width?: number } = {},
): string {
  const lines = alignedRows(rows, indent);
  const beside = [...(lines[0] ?? "")].length + 2;
  const below = `${indent}    `;
  const room = width - beside >= LEAST_ROOM;
  return lines
    .flatMap((line, i) => {
      const said = words[i] ?? "";
      if (said === "") return [line.trimEnd()];
      if (room || beside + [...said].length <= width)
        return wrap(said, { width, first: `${line}  `, indent: " ".repeat(beside) });
      return [line.trimEnd(), ...wrap(said, { width, first: below })];
    })
    .join("\n");
}

/** Columns that words need beside others. */
const LEAST_ROOM = 30;

/** Characters of a cell: names of users have any number. */
const LONGEST = 80;

/** Lines of one width; a cell is one line, whatever it holds. */
function alignedRows(cells: readonly (readonly string[])[], indent: string): string[] {
  const rows = cells.map((row) => row.map((text) => visible(shortened(text, LONGEST))));
  const count = rows.reduce((most, row) => Math.max(most, row.length), 0);
  const widths = Array.from({ length: count }, (_, j) =>
    rows.reduce((width, row) => Math.max(width, [...(row[j] ?? "")].length), 0),
  );
  const cell = (text: string, j: number): string => {
    const space = " ".repeat(widths[j]! - [...text].length);
    return j === 0 ? text + space : space + text;
  };
  return rows.map((row) => `${indent}${widths.map((_, j) => cell(row[j] ?? "", j)).join("  ")}`);
}
