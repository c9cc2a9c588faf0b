/** What single precision leaves in doubt of a log-normaliser, however many draws agree. */

import { normalEstimate } from "../intervals/interval.js";
import type { Estimate } from "../metric.js";

/** From 1 to the next number of single precision, in which estimators evaluate energies. */
const EPSILON = 2 ** -23;

/**
 * Nats that rounding may move a log-normaliser by: `ε Σ w̃ᵢ (|E(xᵢ)| + |log q(xᵢ)|)`, ε = 2⁻²³. Energies and
 * log-densities are sums, good to about ε of their size, and a sum is rounded alike at many points: more draws do not
 * average it out. Terms that cancel within an energy may leave more.
 * @param weights of the points, summing to 1; equal unless given. One of weight 0 counts for nothing.
 */
export function roundingOf(
  energies: ArrayLike<number>,
  logDensities: ArrayLike<number>,
  weights?: ArrayLike<number>,
): number {
  const n = energies.length;
  let size = 0;
  for (let i = 0; i < n; i++) {
    const w = weights ? weights[i]! : 1 / n;
    if (w > 0) size += w * (Math.abs(energies[i]!) + Math.abs(logDensities[i]!));
  }
  return EPSILON * size;
}

/** An estimate with an error that is at least what rounding may have moved it by. */
export const atLeast = (estimate: Estimate, rounding: number): Estimate =>
  estimate.standardError !== null && estimate.standardError < rounding
    ? normalEstimate(estimate.value, rounding)
    : estimate;
