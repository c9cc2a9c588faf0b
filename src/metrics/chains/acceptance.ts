/** How often proposals are accepted. */

import { rowMeans } from "../../util/moments.js";
import { noOptions } from "../../util/options.js";
import { meanEstimate } from "../intervals/interval.js";
import { type Estimate, metric } from "../metric.js";
import { type Chains, copyChains } from "./chains.js";

/**
 * Mean acceptance over `(chains, draws)` of acceptance probabilities, or of 0 and 1, with the standard error *between*
 * chains and Student's interval; `null` for one chain. NaN in, NaN out.
 * High acceptance is no proof of mixing: steps that are too short are all accepted.
 */
export const acceptance = metric({
  name: "acceptance",
  about: "Mean acceptance with its standard error over chains.",
  cite: "Roberts & Rosenthal (2001), Optimal scaling for various Metropolis-Hastings algorithms",
  of: "chains",
  options: noOptions,
  compute(accepted: Chains): Estimate {
    const { shape, data } = copyChains(accepted);
    return meanEstimate(rowMeans(data, shape));
  },
});
