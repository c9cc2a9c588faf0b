/** What training has learned, and what can be asked of it. */

export { type DrawnPoints, type DrawOptions, drawPoints } from "./draw-points.js";
export { type Learned, learned } from "./learned.js";
export { oneClass } from "./one-class.js";
export { trainedModel, trainedParameters, trains } from "./trained.js";
