/** The chapters in their order, one line each. */

import { balanced } from "./balanced.js";
import { addressOf, type Chapter } from "./chapter.js";
import { composition } from "./composition.js";
import { contrastiveDivergence } from "./contrastive-divergence.js";
import { energy } from "./energy.js";
import { flows } from "./flows.js";
import { mcmc } from "./mcmc.js";
import { nce } from "./nce.js";
import { scoreMatching } from "./score-matching.js";
import { uses } from "./uses.js";

export const chapters: readonly Chapter[] = [
  //
  energy,
  composition,
  mcmc,
  contrastiveDivergence,
  scoreMatching,
  nce,
  flows,
  balanced,
  uses,
];

/** Where the tour begins. */
export const first: string = addressOf(energy);
