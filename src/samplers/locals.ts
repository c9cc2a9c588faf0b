/** Kernels that others are built of: what moves within a mode, or in a flow's latent space. */

import { hmc } from "./hmc.js";
import { mala } from "./mala.js";
import { randomWalk } from "./random-walk.js";
import { ula } from "./ula.js";

export const locals = { mala, ula, hmc, "random-walk": randomWalk } as const;
