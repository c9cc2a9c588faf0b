/** Rows of two columns as text for an address: each coordinate in 16 bits of the range of its column. */

import type { Table } from "../engine/messages.js";

/** What a configuration calls rows that were drawn by hand, as a file. */
export const DRAWN = "drawn.csv";

export const tableOfDrawn = (data: Float64Array): Table => ({
  ...{ source: DRAWN, columns: ["x1", "x2"], data },
  drawn: true,
});

const LEVELS = 65535;
const COLUMNS = 2;

/** `x from,x to,y from,y to;` and the numbers in base 64 as addresses take it. */
export function writeRows({ data }: Table): string {
  const ranges = Array.from({ length: COLUMNS }, (_, axis) => {
    const column = data.filter((_, i) => i % COLUMNS === axis);
    return [Math.min(...column), Math.max(...column)] as const;
  });
  const levels = Uint16Array.from(data, (v, i) => {
    const [low, high] = ranges[i % COLUMNS]!;
    return Math.round((LEVELS * (v - low)) / (high - low || 1));
  });
  const bytes = Array.from(new Uint8Array(levels.buffer), (byte) => String.fromCharCode(byte)).join("");
  const text = btoa(bytes).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  return `${ranges
    .flat()
    .map((v) => Number(v.toPrecision(6)))
    .join(",")};${text}`;
}

/** `null` where it is no such text. */
export function readRows(text: string): Table | null {
  const [head, body] = text.split(";");
  const [x0, x1, y0, y1] = (head ?? "").split(",").map(Number);
  if (![x0, x1, y0, y1].every(Number.isFinite) || body === undefined) return null;
  let bytes: string;
  try {
    bytes = atob(body.replaceAll("-", "+").replaceAll("_", "/"));
  } catch {
    return null;
  }
  if (bytes.length === 0 || bytes.length % (2 * COLUMNS) !== 0) return null;
  const levels = new Uint16Array(Uint8Array.from(bytes, (c) => c.charCodeAt(0)).buffer);
  const ranges = [[x0!, x1!] as const, [y0!, y1!] as const];
  const data = Float64Array.from(levels, (level, i) => {
    const [low, high] = ranges[i % COLUMNS]!;
    return low + ((high - low) * level) / LEVELS;
  });
  return tableOfDrawn(data);
}
