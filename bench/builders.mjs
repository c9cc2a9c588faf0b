/** How ebbflow does each case: `(size) → { shared, results, run }`. */

import { conv } from "./conv.mjs";
import { langevin } from "./langevin.mjs";
import { rbm } from "./rbm.mjs";
import { balanced, pcd } from "./training.mjs";

export const builders = { langevin, pcd, balanced, rbm, conv };
