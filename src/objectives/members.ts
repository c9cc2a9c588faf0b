export { balanced } from "./balanced.js";
export { contrastiveDivergence } from "./contrastive-divergence.js";
export { flowLikelihood } from "./flow-likelihood.js";
export { persistentContrastiveDivergence } from "./persistent-contrastive-divergence.js";
