import { InputError } from "../util/errors.js";
import { logGamma } from "../util/gamma-functions.js";
import { noOptions } from "../util/options.js";
import { family } from "./family.js";
import { poissonDraws } from "./poisson-draws.js";
import { unlessPositive } from "./rows.js";

/** Above it doubles no longer tell the probabilities of neighbouring counts. */
const MOST = 1e12;

/** `p(x) = λˣ e^{−λ} / x!`: `T = x`, `η = log λ`, `A = e^η`, `h = 1/x!`. The likelihood is largest at λ the mean. */
export const poisson = family({
  name: "poisson",
  about: "Counts of independent events, by their rate.",
  options: noOptions,
  build: () => ({
    size: 1,
    parameters: ["rate"],
    statisticNames: ["x"],
    fewest: 1,
    refuseParameters: (theta) => unlessPositive("rate", theta[0]!) ?? unlessBelow(theta[0]!),
    refuseNatural: (eta) => unlessBelow(Math.exp(eta[0]!)),
    refusePoint: (x) => (Number.isInteger(x[0]!) && x[0]! >= 0 ? null : "expected counts: 0, 1, 2, …"),
    natural: (theta) => [Math.log(theta[0]!)],
    usual: (eta) => [Math.exp(eta[0]!)],
    statistics: (x) => [x[0]!],
    logBase: (x) => -logGamma(x[0]! + 1),
    logPartition: (eta) => Math.exp(eta[0]!),
    mean: (eta) => [Math.exp(eta[0]!)],
    covariance: (eta) => [Math.exp(eta[0]!)],
    fromMean(mu) {
      if (!(mu[0]! > 0)) throw new InputError(`the mean count is ${mu[0]}, so the likelihood has no maximum`);
      return [Math.log(mu[0]!)];
    },
    draw: (eta, key, n) => poissonDraws(key, Math.exp(eta[0]!), n),
  }),
});

const unlessBelow = (rate: number): string | null =>
  rate <= MOST ? null : `rate is ${rate}; expected at most ${MOST}`;
