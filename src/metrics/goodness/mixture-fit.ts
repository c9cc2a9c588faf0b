/** The mixture of Gaussians of the data: what a person with a table compares a learned density with. */

import { z } from "zod";
import { chooseNormalMixture, componentLadder } from "../../data/choose-normal-mixture.js";
import { normalMixture } from "../../data/normal-mixture.js";
import type { Key } from "../../random/key.js";
import type { FloatTensor } from "../../util/tensor.js";
import { metric } from "../metric.js";
import { type LogLikelihood, logLikelihood } from "./log-likelihood.js";

/**
 * Log-likelihood of test rows `(m, d)` under the mixture of Gaussians fitted to train rows `(n, d)`, its number of
 * components and the strength of its prior chosen by cross-validation among the training rows.
 * Throws as {@link chooseNormalMixture}.
 */
export const mixtureBaseline = metric({
  name: "mixture-baseline",
  about: "Log-likelihood of test rows under a mixture of Gaussians fitted to the training rows.",
  cite: "McLachlan & Peel (2000), Finite mixture models; Fraley & Raftery (2007), Bayesian regularization for normal mixture estimation",
  of: "pair",
  options: z.object({
    components: z
      .array(z.number().int().positive())
      .min(1)
      .default([...componentLadder])
      .describe("numbers of components that are tried, from the fewest up"),
    folds: z.number().int().min(2).default(5).describe("parts of the training rows, each left out once"),
  }),
  compute(
    { train, test, key }: { readonly train: FloatTensor; readonly test: FloatTensor; readonly key: Key },
    { components, folds },
  ): LogLikelihood {
    const { fit } = chooseNormalMixture(train, { components, folds, key });
    const logDensity = normalMixture("mixture-baseline", fit.clouds).logDensity(test);
    return logLikelihood({ logDensity }, { dimension: train.shape[1]! });
  },
});
