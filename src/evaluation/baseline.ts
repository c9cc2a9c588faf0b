/** What a learned law has to beat on held-out rows: the simplest one fitted to the training rows. */

import type { Support } from "../energies/support.js";
import { bernoullisLogProbability, fitBernoullis } from "../metrics/goodness/bernoulli-fit.js";
import { fitGaussian, gaussianLogDensity } from "../metrics/goodness/gaussian-fit.js";
import type { LogLikelihood } from "../metrics/goodness/log-likelihood.js";
import { InputError } from "../util/errors.js";
import type { FloatTensor } from "../util/tensor.js";

/** Log-densities of test rows `(m, d)` under a Gaussian or, for binary points, independent columns fitted to rows `(n, d)`. */
export function baselineLogDensity(support: Support, train: FloatTensor, test: FloatTensor): Float64Array {
  if (support.kind === "real") return gaussianLogDensity(fitGaussian(train), test);
  if (support.kind === "binary") return bernoullisLogProbability(fitBernoullis(train, support.values), test);
  throw new InputError("baseline: there is none for categorical points");
}

/** How the baselines are called in a table, and in a sentence. */
const names = {
  gaussian: { name: "fitted Gaussian", words: "a fitted Gaussian" },
  independent: { name: "independent columns", words: "a law of independent columns" },
} as const;

export const baselineWords = (support: Support): string =>
  names[support.kind === "real" ? "gaussian" : "independent"].words;

/** The baselines of an evaluation, by the names they have in tables. */
export function baselinesOf({
  gaussian,
  independent,
}: {
  readonly gaussian: LogLikelihood | null;
  readonly independent?: LogLikelihood | null;
}): [name: string, likelihood: LogLikelihood][] {
  return [
    ...(gaussian ? [[names.gaussian.name, gaussian] as [string, LogLikelihood]] : []),
    ...(independent ? [[names.independent.name, independent] as [string, LogLikelihood]] : []),
  ];
}
