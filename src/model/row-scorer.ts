/** Scores of rows that come in pieces: of each row a few numbers are kept. */

import type { RowScores } from "./in-units.js";

/** Where rows come from, for messages. */
export interface RowSource {
  /** What messages call the rows. */
  readonly source?: string;
  /** Numbers of the rows in their file; from 1 unless given. */
  readonly lines?: readonly number[];
}

/** Takes rows `(n, d)` in the units of the data, piece by piece. */
export interface RowScorer<Rows> {
  /** @returns how unlikely each of these rows is: its energy, up to a constant. */
  add(rows: Rows, named?: RowSource): Promise<Float64Array>;
  /**
   * Scores of all rows so far, the same as if they had come at once.
   * @param options `relativeTo`: row to compare densities with, counted from 0.
   */
  scores(options?: { readonly relativeTo?: number }): Promise<RowScores>;
}

/** Pieces as one. */
export function joined(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((n, part) => n + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
