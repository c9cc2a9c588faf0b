/** A plane of two columns as a picture. */

import type { PlaneSlice } from "../engine/questions/answers.js";
import type { Place } from "../landscape/plane.js";

/** The two columns of a plane: those that were asked for, where there are such. */
export function pairOf(names: readonly string[], asked: readonly string[] | undefined): readonly [string, string] {
  const [a, b] = asked ?? [];
  return a !== undefined && b !== undefined && names.includes(a) && names.includes(b)
    ? [a, b]
    : [names[0] ?? "", names[1] ?? ""];
}

/** Two columns of rows `(n, d)`. */
export function planarRows(rows: Float32Array, d: number, [a, b]: readonly [number, number]): Float32Array {
  const n = d > 0 ? rows.length / d : 0;
  return Float32Array.from({ length: 2 * n }, (_, i) => rows[Math.floor(i / 2) * d + (i % 2 === 0 ? a : b)]!);
}

/** The log-density at a place, in words. */
export function logAt({ numbers, box, side }: PlaneSlice, { x, y }: Place): string {
  const [i, j] = [x, y].map((v, k) => Math.floor(((v - box[k]![0]) / (box[k]![1] - box[k]![0])) * side)) as [
    number,
    number,
  ];
  const { energy, logZ } = numbers;
  if (i < 0 || j < 0 || i >= side || j >= side || !(energy instanceof Float32Array) || typeof logZ !== "number")
    return "";
  return `log p ${(-energy[i * side + j]! - logZ).toFixed(2)}`;
}
