import { z } from "zod";
import { fold } from "../random/key.js";
import { logBeta, logCovariance, meanLogs, solveMeanLogs } from "./dirichlet-law.js";
import { family } from "./family.js";
import { logGammaDraws, positiveExp } from "./gamma-draws.js";
import { unlessPositive } from "./rows.js";

/** How far a row's sum may be from 1: what float32 rows round to. */
const SUM_TOLERANCE = 1e-5;

/**
 * `p(x) = Π xᵢ^{αᵢ−1} / B(α)` on the simplex, with respect to the first k − 1 coordinates: `T = log x`, `η = α`,
 * `A = log B(α)`, `h = 1/Π xᵢ`. The likelihood is largest where the mean logarithms agree, by Newton's method.
 * The score is the gradient along the simplex: its numbers sum to 0. Draws that would round to 0 are the smallest number.
 */
export const dirichlet = family({
  name: "dirichlet",
  about: "Shares that sum to 1, by one concentration each.",
  options: z.object({ categories: z.number().int().min(2).default(3).describe("k, how many shares there are") }),
  build({ categories: k }) {
    const names = Array.from({ length: k }, (_, i) => i);
    return {
      size: k,
      parameters: names.map((i) => `concentration[${i}]`),
      statisticNames: names.map((i) => `log x[${i}]`),
      fewest: 2,
      refuseParameters: (theta) => firstOf(names, (i) => unlessPositive(`concentration[${i}]`, theta[i]!)),
      refuseNatural: (eta) => firstOf(names, (i) => unlessPositive(`natural parameter ${i}`, eta[i]!)),
      refusePoint(x) {
        const sum = Array.from(x).reduce((s, v) => s + v, 0);
        return Array.from(x).every((v) => v > 0) && Math.abs(sum - 1) <= SUM_TOLERANCE
          ? null
          : "expected positive numbers that sum to 1";
      },
      natural: (theta) => Array.from(theta),
      usual: (eta) => Array.from(eta),
      statistics: (x) => Array.from(x, Math.log),
      logBase: (x) => -Array.from(x).reduce((s, v) => s + Math.log(v), 0),
      logPartition: logBeta,
      mean: meanLogs,
      covariance: logCovariance,
      fromMean: solveMeanLogs,
      score: (eta) => (x) => {
        const slopes = Array.from(x, (v, i) => (eta[i]! - 1) / v);
        const mean = slopes.reduce((s, v) => s + v, 0) / k;
        return slopes.map((v) => v - mean);
      },
      draw(eta, key, n) {
        const logs = names.map((i) => logGammaDraws(fold(key, i), eta[i]!, n));
        const x = new Float64Array(n * k);
        for (let row = 0; row < n; row++) {
          const top = Math.max(...logs.map((l) => l[row]!));
          const sum = logs.reduce((s, l) => s + Math.exp(l[row]! - top), 0);
          for (const i of names) x[row * k + i] = positiveExp(logs[i]![row]! - top - Math.log(sum));
        }
        return x;
      },
    };
  },
});

/** The first refusal, if any. */
function firstOf(names: readonly number[], refuse: (i: number) => string | null): string | null {
  for (const i of names) {
    const reason = refuse(i);
    if (reason) return reason;
  }
  return null;
}
