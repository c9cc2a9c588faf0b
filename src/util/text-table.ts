/** Rows in columns of text: the first to the left, the others to the right. */
export function textTable(rows: readonly (readonly string[])[], indent = ""): string {
  const widths = (rows[0] ?? []).map((_, j) =>
    rows.reduce((width, row) => Math.max(width, [...(row[j] ?? "")].length), 0),
  );
  const cell = (text: string, j: number): string => {
    const space = " ".repeat(Math.max(0, (widths[j] ?? 0) - [...text].length));
    return j === 0 ? text + space : space + text;
  };
  return rows.map((row) => `${indent}${row.map(cell).join("  ")}`.trimEnd()).join("\n");
}
