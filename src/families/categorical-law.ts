/** Laws of categories by the logarithms of their odds against the last one. */

import { InputError } from "../util/errors.js";
import type { Vector } from "./rows.js";

/** `log(1 + Σ exp ηᵢ)`, shifted by the largest. */
export function logOneMore(eta: Vector): number {
  const list = Array.from(eta);
  const top = Math.max(0, ...list);
  return top + Math.log(list.reduce((s, v) => s + Math.exp(v - top), Math.exp(-top)));
}

/** Probabilities of all categories but the last. */
export function firstProbabilities(eta: Vector): number[] {
  const a = logOneMore(eta);
  return Array.from(eta, (v) => Math.exp(v - a));
}

/** `diag p − p pᵀ`. */
export const indicatorCovariance = (p: readonly number[]): number[] =>
  p.flatMap((a, i) => p.map((b, j) => (i === j ? a : 0) - a * b));

/**
 * Log odds of the probabilities of all categories but the last.
 * @throws InputError where a category has probability 0.
 */
export function logOdds(first: Vector): number[] {
  const list = Array.from(first);
  const last = 1 - list.reduce((s, p) => s + p, 0);
  // A share that is only rounding is none.
  const bad = [...list, last].findIndex((p) => !(p > 1e-14));
  if (bad >= 0)
    throw new InputError(
      `category ${bad} of ${list.length + 1} has mean ${[...list, last][bad]}, so the likelihood has no maximum; ` +
        "every category must occur",
    );
  return list.map((p) => Math.log(p / last));
}
