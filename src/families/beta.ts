import { fold } from "../random/key.js";
import { noOptions } from "../util/options.js";
import { logBeta, logCovariance, meanLogs, solveMeanLogs } from "./dirichlet-law.js";
import { family } from "./family.js";
import { logGammaDraws } from "./gamma-draws.js";
import { unlessPositive } from "./rows.js";

/**
 * `p(x) = x^{a−1} (1 − x)^{b−1} / B(a, b)`, `0 < x < 1`: `T = (log x, log(1 − x))`, `η = (a, b)`, `A = log B(a, b)`,
 * `h = 1/x(1 − x)`. The likelihood is largest where the mean logarithms agree, by Newton's method.
 * Draws that would round to 0 or 1 are the nearest number inside.
 */
export const beta = family({
  name: "beta",
  about: "Shares between 0 and 1, by two concentrations.",
  options: noOptions,
  build: () => ({
    size: 1,
    parameters: ["alpha", "beta"],
    statisticNames: ["log x", "log(1 − x)"],
    fewest: 2,
    refuseParameters: (theta) => unlessPositive("alpha", theta[0]!) ?? unlessPositive("beta", theta[1]!),
    refuseNatural: (eta) =>
      unlessPositive("natural parameter 0", eta[0]!) ?? unlessPositive("natural parameter 1", eta[1]!),
    refusePoint: (x) => (x[0]! > 0 && x[0]! < 1 ? null : "expected numbers between 0 and 1, both excluded"),
    natural: (theta) => [theta[0]!, theta[1]!],
    usual: (eta) => [eta[0]!, eta[1]!],
    statistics: (x) => [Math.log(x[0]!), Math.log1p(-x[0]!)],
    logBase: (x) => -Math.log(x[0]!) - Math.log1p(-x[0]!),
    logPartition: logBeta,
    mean: meanLogs,
    covariance: logCovariance,
    fromMean: solveMeanLogs,
    score: (eta) => (x) => [(eta[0]! - 1) / x[0]! - (eta[1]! - 1) / (1 - x[0]!)],
    draw(eta, key, n) {
      const [first, second] = [0, 1].map((i) => logGammaDraws(fold(key, i), eta[i]!, n));
      const inside = (x: number): number => Math.min(Math.max(x, Number.MIN_VALUE), 1 - Number.EPSILON / 2);
      return first!.map((l, i) => inside(1 / (1 + Math.exp(second![i]! - l))));
    },
  }),
});
