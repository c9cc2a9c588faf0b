import { normal } from "./draw.js";
import type { Key } from "./key.js";

/** `d` orthonormal rows of random direction: Gram–Schmidt, twice over, on normal rows. */
export function rotation(key: Key, d: number): number[][] {
  const rows: number[][] = [];
  const noise = normal(key, [d, d], "float64").data;
  for (let i = 0; i < d; i++) {
    let row = Array.from(noise.subarray(i * d, (i + 1) * d));
    for (const other of [...rows, ...rows]) {
      const along = row.reduce((s, v, j) => s + v * other[j]!, 0);
      row = row.map((v, j) => v - along * other[j]!);
    }
    const length = Math.hypot(...row);
    rows.push(row.map((v) => v / length));
  }
  return rows;
}
