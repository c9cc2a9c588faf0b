/** Kernels that others are built of: what moves within a mode, or in a flow's latent space. */

import { hmc } from "../kernels/hmc.js";
import { mala } from "../kernels/mala.js";
import { randomWalk } from "../kernels/random-walk.js";
import { ula } from "../kernels/ula.js";

export const locals = { mala, ula, hmc, "random-walk": randomWalk } as const;
