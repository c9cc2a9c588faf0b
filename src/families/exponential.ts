import { uniform } from "../random/draw.js";
import { InputError } from "../util/errors.js";
import { noOptions } from "../util/options.js";
import { family } from "./family.js";
import { unlessPositive } from "./rows.js";

/** `p(x) = λ e^{−λx}`, `x ≥ 0`: `T = x`, `η = −λ`, `A = −log(−η)`. The likelihood is largest at λ one over the mean. */
export const exponential = family({
  name: "exponential",
  about: "Waiting times at a constant rate.",
  options: noOptions,
  build: () => ({
    size: 1,
    parameters: ["rate"],
    statisticNames: ["x"],
    fewest: 1,
    refuseParameters: (theta) => unlessPositive("rate", theta[0]!),
    refuseNatural: (eta) => (eta[0]! < 0 ? null : `natural parameter 0 is ${eta[0]}; expected a negative number`),
    refusePoint: (x) => (x[0]! >= 0 ? null : "expected numbers that are not negative"),
    natural: (theta) => [-theta[0]!],
    usual: (eta) => [-eta[0]!],
    statistics: (x) => [x[0]!],
    logBase: () => 0,
    logPartition: (eta) => -Math.log(-eta[0]!),
    mean: (eta) => [-1 / eta[0]!],
    covariance: (eta) => [1 / eta[0]! ** 2],
    fromMean(mu) {
      if (!(mu[0]! > 0)) throw new InputError(`the mean is ${mu[0]}, so the likelihood has no maximum`);
      return [-1 / mu[0]!];
    },
    score: (eta) => () => [eta[0]!],
    draw: (eta, key, n) => uniform(key, [n], "float64").data.map((u) => Math.log(u) / eta[0]!),
  }),
});
