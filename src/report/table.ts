/** Tables of a page: words to the left, numbers to the right with their points below each other. */

import type { Estimate } from "../metrics/metric.js";
import { escapeText } from "./escape.js";
import { formatColumn, formatEstimate, formatInterval } from "./format.js";

/** `null` is a number that nobody has. */
export type Cell = string | number | Estimate | null;

export interface Table {
  readonly caption?: string;
  readonly columns: readonly string[];
  /** One cell for each column. */
  readonly rows: readonly (readonly Cell[])[];
}

/** A statement with a number to it, and whether the number bears it out. */
export interface Claim {
  readonly name: string;
  readonly value: Estimate;
  /** How many of how many, where `value` is a share. */
  readonly count?: readonly [held: number, of: number];
  /** What was expected, in words: `0.667 ± 0.02`. */
  readonly expected: string;
  /** `null` when the number cannot decide. */
  readonly passed: boolean | null;
}

/** Numbers are ASCII for those who copy them out of a terminal; on a page a minus is a minus. */
const typographic = (number: string): string => number.replace(/(^|[^\d.e])-(?=[\d∞])|(?<=e)-(?=\d)/g, "$1−");

const isNumeric = (column: readonly Cell[]): boolean =>
  column.some((cell) => cell !== null) && column.every((cell) => typeof cell !== "string");

/** The cells of a column as HTML. */
function showColumn(column: readonly Cell[]): string[] {
  const numbers = formatColumn(column.filter((cell) => typeof cell === "number"));
  return column.map((cell) => {
    if (cell === null) return "–";
    if (typeof cell === "string") return escapeText(cell);
    return typographic(typeof cell === "number" ? (numbers.shift() ?? "") : formatEstimate(cell));
  });
}

/** Wide tables scroll by themselves, also with the keyboard, so that the page does not. */
const scrolling = (label: string, table: string): string =>
  `<div class="scroll" role="region" tabindex="0" aria-label="${escapeText(label)}">${table}</div>`;

/** A table as HTML. Cells that a row lacks are empty. */
export function renderTable({ caption, columns, rows }: Table): string {
  const cells = columns.map((_, j) => rows.map((row) => row[j] ?? null));
  const shown = cells.map(showColumn);
  const tags = cells.map((column) => (isNumeric(column) ? ' class="n"' : ""));
  const head = columns.map((name, j) => `<th scope="col"${tags[j]}>${escapeText(name)}</th>`).join("");
  const body = rows.map((_, i) => `<tr>${shown.map((column, j) => `<td${tags[j]}>${column[i]}</td>`).join("")}</tr>`);
  const title = caption === undefined ? "" : `<caption>${escapeText(caption)}</caption>`;
  const label = caption ?? `table of ${columns.join(", ")}`;
  return scrolling(label, `<table>${title}<thead><tr>${head}</tr></thead><tbody>${body.join("\n")}</tbody></table>`);
}

const verdicts = {
  true: ["passed", "✓", "passed"],
  false: ["failed", "✗", "failed"],
  null: ["open", "?", "not decided"],
} as const;

/** On a phone each claim is a block, and only roles say then that it is the row of a table. */
function claimRow({ name, value, count, expected, passed }: Claim): string {
  const interval = value.interval && value.standardError !== null ? value.interval : null;
  const range = interval ? `<br><small>95 %: ${typographic(formatInterval(interval))}</small>` : "";
  const [kind, sign, word] = verdicts[`${passed}`];
  return [
    `<tr role="row"><th role="rowheader" scope="row">${escapeText(name)}</th>`,
    `<td role="cell" class="n measured">${count ? `${count[0]} of ${count[1]}` : typographic(formatEstimate(value))}${range}</td>`,
    `<td role="cell" class="expected">${escapeText(expected)}</td>`,
    `<td role="cell" class="verdict ${kind}"><span aria-hidden="true">${sign}</span> ${word}</td></tr>`,
  ].join("");
}

/** Claims as a table with the count of those that hold in front; the verdict is a word and a sign, never colour alone. */
export function renderClaims(claims: readonly Claim[]): string {
  const count = (verdict: boolean | null): number => claims.filter(({ passed }) => passed === verdict).length;
  const others = [
    ...(count(false) > 0 ? [`${count(false)} failed`] : []),
    ...(count(null) > 0 ? [`${count(null)} not decided`] : []),
  ];
  const summary = `${count(true)} of ${claims.length} claims passed${others.length > 0 ? `, ${others.join(", ")}` : ""}.`;
  const head = ["Claim", "Measured", "Expected", "Verdict"].map(
    (name) => `<th role="columnheader" scope="col"${name === "Measured" ? ' class="n"' : ""}>${name}</th>`,
  );
  const rows = claims.map(claimRow).join("\n");
  const table = `<table class="claims" role="table"><thead role="rowgroup"><tr role="row">${head.join("")}</tr></thead><tbody role="rowgroup">${rows}</tbody></table>`;
  return `<p class="count">${summary}</p>${scrolling("claims", table)}`;
}
