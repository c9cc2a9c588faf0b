import { InputError } from "../util/errors.js";
import { digamma, logGamma, trigamma } from "../util/gamma-functions.js";
import { noOptions } from "../util/options.js";
import { family } from "./family.js";
import { logGammaDraws, positiveExp } from "./gamma-draws.js";
import { unlessPositive } from "./rows.js";

/**
 * `p(x) = rᵃ x^{a−1} e^{−rx} / Γ(a)`, `x > 0`: `T = (log x, x)`, `η = (a, −r)`, `A = log Γ(η₁) − η₁ log(−η₂)`, `h = 1/x`.
 * The likelihood is largest where `log a − ψ(a) = log x̄ − mean log x`, by Newton's method on 1/a (Minka 2002).
 */
export const gamma = family({
  name: "gamma",
  about: "Positive numbers by shape and rate; sums of waiting times.",
  options: noOptions,
  build: () => ({
    size: 1,
    parameters: ["shape", "rate"],
    statisticNames: ["log x", "x"],
    fewest: 2,
    refuseParameters: (theta) => unlessPositive("shape", theta[0]!) ?? unlessPositive("rate", theta[1]!),
    refuseNatural: (eta) =>
      eta[0]! > 0 && eta[1]! < 0
        ? null
        : `natural parameters are ${eta[0]}, ${eta[1]}; expected a positive and a negative number`,
    refusePoint: (x) => (x[0]! > 0 ? null : "expected positive numbers"),
    natural: (theta) => [theta[0]!, -theta[1]!],
    usual: (eta) => [eta[0]!, -eta[1]!],
    statistics: (x) => [Math.log(x[0]!), x[0]!],
    logBase: (x) => -Math.log(x[0]!),
    logPartition: (eta) => logGamma(eta[0]!) - eta[0]! * Math.log(-eta[1]!),
    mean: (eta) => [digamma(eta[0]!) - Math.log(-eta[1]!), -eta[0]! / eta[1]!],
    covariance: (eta) => [trigamma(eta[0]!), -1 / eta[1]!, -1 / eta[1]!, eta[0]! / eta[1]! ** 2],
    fromMean(mu) {
      const shape = shapeOf(Math.log(mu[1]!) - mu[0]!);
      return [shape, -shape / mu[1]!];
    },
    score: (eta) => (x) => [(eta[0]! - 1) / x[0]! + eta[1]!],
    draw: (eta, key, n) => logGammaDraws(key, eta[0]!, n).map((l) => positiveExp(l - Math.log(-eta[1]!))),
  }),
});

/** The a with `log a − ψ(a) = gap`. */
function shapeOf(gap: number): number {
  if (!(gap > 1e-13))
    throw new InputError(
      `the logarithm of the mean exceeds the mean logarithm by ${gap}, so the likelihood has no maximum; rows must differ`,
    );
  let a = (3 - gap + Math.sqrt((gap - 3) ** 2 + 24 * gap)) / (12 * gap);
  for (let i = 0; i < 50; i++) {
    const before = a;
    a = 1 / (1 / a + (Math.log(a) - digamma(a) - gap) / (a * a * (1 / a - trigamma(a))));
    if (Math.abs(a - before) < 1e-15 * a) break;
  }
  return a;
}
