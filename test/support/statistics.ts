/**
 * Statistical checks as functions that return what is wrong, so that a suite can also assert that a planted fault is
 * found. A check against chains first asks for an effective sample size: without it a mean proves nothing.
 */

import { type Chains, mapChains } from "../../src/metrics/chains/chains.js";
import { essMean } from "../../src/metrics/chains/effective-sample-size.js";
import { mean, variance } from "../../src/util/moments.js";
import { kolmogorov } from "./goodness.js";

/** What is known of a scalar law. */
export interface Law {
  readonly mean: number;
  readonly variance: number;
  readonly cdf: (x: number) => number;
}

/**
 * Standard errors allowed. A normal estimate is further off with chance 5.7e-7; with an effective sample size that is
 * itself 10 % off, 7e-6.
 */
const SIGMAS = 5;

/** Whether `|x̄ − truth| ≤ 5 · sd/√n`, as a line that says by how much not. */
function meanError(what: string, x: ArrayLike<number>, truth: number, n: number): string[] {
  const scores = (mean(x) - truth) / Math.sqrt(variance(x) / n);
  // Written so that NaN is an error.
  return Math.abs(scores) <= SIGMAS
    ? []
    : [`${what} is ${mean(x)}, expected ${truth}: ${scores.toFixed(1)} errors off`];
}

/**
 * Mean and variance of chains against the truth, each behind its own gate: the draws and their squares must both be
 * worth at least `gate` independent ones. False alarms: about once in 7e4 calls.
 */
export function chainErrors(what: string, chains: Chains, law: Pick<Law, "mean" | "variance">, gate: number): string[] {
  const squares = mapChains(chains, (v) => (v - law.mean) ** 2);
  const sizes = [essMean(chains), essMean(squares)] as const;
  const worst = Math.min(...sizes);
  if (!(worst >= gate)) return [`${what}: ${worst.toFixed(0)} effective draws, expected at least ${gate}`];
  return [
    ...meanError(`${what}: mean`, chains.data, law.mean, sizes[0]),
    ...meanError(`${what}: variance`, squares.data, law.variance, sizes[1]),
  ];
}

/**
 * Independent draws against a law: mean and variance within 5 standard errors, and Kolmogorov–Smirnov below 2.6, which
 * a true sample exceeds with chance 2.7e-6. False alarms: about once in 2e5 calls.
 */
export function drawErrors(what: string, x: ArrayLike<number>, law: Law): string[] {
  const squares = Float64Array.from(x, (v) => (v - law.mean) ** 2);
  const distance = kolmogorov(x, law.cdf);
  return [
    ...meanError(`${what}: mean`, x, law.mean, x.length),
    ...meanError(`${what}: variance`, squares, law.variance, x.length),
    ...(distance <= 2.6 ? [] : [`${what}: Kolmogorov–Smirnov ${distance.toFixed(2)}, expected at most 2.6`]),
  ];
}

/** Independent numbers whose mean is known. False alarms: about once in 1.7e6 calls. */
export const expectedMeanErrors = (what: string, x: ArrayLike<number>, truth: number): string[] =>
  meanError(what, x, truth, x.length);
