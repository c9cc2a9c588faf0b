import { z } from "zod";
import { fittedBase, normalMixtureOptions, settleMixture } from "./choose-base.js";
import { flow } from "./declare-flow.js";

/**
 * `q(x) = Σ_k w_k N(x; m_k, C_k)`, fitted to the rows it starts at and then given: what an energy of a table tilts. As
 * many components, and as strong a prior of their covariances, as explain rows left out best.
 */
export const normalMixtureFlow = flow({
  name: "normal-mixture",
  about: "Gaussians with full covariances, fitted to the rows in seconds: the base of a table.",
  cite: "Dempster, Laird & Rubin (1977), Maximum likelihood from incomplete data via the EM algorithm",
  usual: { table: {} },
  contextless: true,
  eventKind: "vector",
  options: z.object(normalMixtureOptions),
  startsFitted: () => true,
  fixed: true,
  settle: settleMixture,
  parts: (options, [d]) => ({ base: fittedBase(d, options), bijectors: [] }),
});
