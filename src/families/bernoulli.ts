import { uniform } from "../random/draw.js";
import { InputError } from "../util/errors.js";
import { noOptions } from "../util/options.js";
import { logOneMore } from "./categorical-law.js";
import { family } from "./family.js";

const sigmoid = (x: number): number => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x)));

/** 0 or 1: `T = x`, `η = log p/(1 − p)`, `A = log(1 + e^η)`. The likelihood is largest at p the share of ones. */
export const bernoulli = family({
  name: "bernoulli",
  about: "Zero or one, by the probability of one.",
  options: noOptions,
  build: () => ({
    size: 1,
    parameters: ["probability"],
    statisticNames: ["x"],
    fewest: 1,
    refuseParameters: (theta) =>
      theta[0]! > 0 && theta[0]! < 1 ? null : `probability is ${theta[0]}; expected a number between 0 and 1`,
    refuseNatural: () => null,
    refusePoint: (x) => (x[0] === 0 || x[0] === 1 ? null : "expected 0 or 1"),
    natural: (theta) => [Math.log(theta[0]!) - Math.log1p(-theta[0]!)],
    usual: (eta) => [sigmoid(eta[0]!)],
    statistics: (x) => [x[0]!],
    logBase: () => 0,
    logPartition: logOneMore,
    mean: (eta) => [sigmoid(eta[0]!)],
    covariance: (eta) => [sigmoid(eta[0]!) * sigmoid(-eta[0]!)],
    fromMean(mu) {
      if (!(mu[0]! > 0 && mu[0]! < 1))
        throw new InputError(`the mean is ${mu[0]}, so the likelihood has no maximum; both 0 and 1 must occur`);
      return [Math.log(mu[0]!) - Math.log1p(-mu[0]!)];
    },
    draw(eta, key, n) {
      const p = sigmoid(eta[0]!);
      return uniform(key, [n], "float64").data.map((u) => (u < p ? 1 : 0));
    },
  }),
});
