/** Rows as text in columns. */

import { cases } from "./cases.mjs";

const digits = (value) => (value === null ? "-" : value.toPrecision(3));

/** Text columns; all but the first `left` to the right. */
export function columns(rows, left = 1) {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((cells) => cells[i].length)));
  const cell = (text, i) => (i < left ? text.padEnd(widths[i]) : text.padStart(widths[i]));
  return rows.map((cells) => cells.map(cell).join("  ").trimEnd()).join("\n");
}

/** Milliseconds per unit; a ratio above 1 means that ebbflow is faster. */
export function showRows(rows, clock) {
  const head = [
    "case",
    "batch x width",
    "peer",
    "ebbflow ms",
    "peer ms",
    "peer / ebbflow",
    "least",
    "largest",
    "rounds",
  ];
  const body = rows.map((row) => [
    row.case,
    row.size,
    row.peerMs === null ? `${row.peer} (not installed)` : row.peer,
    ...[row.oursMs, row.peerMs, row.ratio, row.ratioLow, row.ratioHigh].map(digits),
    `${row.rounds}`,
  ]);
  const units = [...new Set(rows.map((row) => `ms per ${cases[row.case].unit} (${row.case})`))].join(", ");
  return `${columns([head, ...body], 3)}\n\n${clock} time, ${units}. A ratio above 1: ebbflow is faster.`;
}
