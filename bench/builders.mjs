/** How ebbflow does each case: `(size, engine) → { shared, results, run, draw? }`. */

import { conv } from "./conv.mjs";
import { langevin } from "./langevin.mjs";
import { rbm } from "./rbm.mjs";
import { hmcPosterior, nutsPosterior } from "./small-posteriors.mjs";
import { balanced, pcd } from "./training.mjs";

export const builders = { langevin, pcd, balanced, rbm, conv, hmc: hmcPosterior, nuts: nutsPosterior };
