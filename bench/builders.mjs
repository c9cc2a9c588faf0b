/** How ebbflow does each case: `(size, engine) → { shared, results, run, draw? }`. */

import { conv } from "./conv.mjs";
import { flow } from "./flows.mjs";
import { langevin } from "./langevin.mjs";
import { rbm } from "./rbm.mjs";
import { hmcPosterior, nutsPosterior } from "./small-posteriors.mjs";
import { balanced, pcd } from "./training.mjs";

/** `growth` and `chains` are cases of others at sizes of their own. */
export const builders = {
  langevin,
  pcd,
  balanced,
  rbm,
  conv,
  flow,
  growth: langevin,
  hmc: hmcPosterior,
  chains: hmcPosterior,
  nuts: nutsPosterior,
};
