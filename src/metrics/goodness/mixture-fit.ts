/** The mixture of Gaussians of the data: what a person with a table compares a learned density with. */

import { z } from "zod";
import { mixtureByBic } from "../../data/mixture-by-bic.js";
import { normalMixture } from "../../data/normal-mixture.js";
import { componentLadder } from "../../data/stack-normal-mixtures.js";
import type { Key } from "../../random/key.js";
import type { FloatTensor } from "../../util/tensor.js";
import { metric } from "../metric.js";
import { type LogLikelihood, logLikelihood } from "./log-likelihood.js";

/**
 * Log-likelihood of test rows `(m, d)` under the mixture of Gaussians fitted to train rows `(n, d)`, its number of components
 * by BIC. Throws as {@link mixtureByBic}.
 */
export const mixtureBaseline = metric({
  name: "mixture-baseline",
  about: "Log-likelihood of test rows under a mixture of Gaussians fitted to the training rows.",
  cite: "Fraley & Raftery (2002), Model-based clustering, discriminant analysis, and density estimation",
  of: "pair",
  options: z.object({
    components: z
      .array(z.number().int().positive())
      .min(1)
      .default([...componentLadder])
      .describe("numbers of components that are tried, from the fewest up"),
  }),
  compute(
    { train, test, key }: { readonly train: FloatTensor; readonly test: FloatTensor; readonly key: Key },
    { components },
  ): LogLikelihood {
    const { clouds } = mixtureByBic(train, { components, key });
    const logDensity = normalMixture("mixture-baseline", clouds).logDensity(test);
    return logLikelihood({ logDensity }, { dimension: train.shape[1]! });
  },
});
