/** What a run is told: every key of a configuration, and what is built from it. */

export { configSchema, type Member, type RunConfig, resolveConfig } from "./config.js";
export { parseConfig } from "./config-text.js";
export {
  buildIteration,
  buildModel,
  buildOptimizers,
  classCount,
  distributionOf,
  prepareData,
  type RunData,
  runKey,
  trainingLabels,
} from "./prepare.js";
export { type PreparedRun, prepareRun } from "./prepare-run.js";
export { registries } from "./registries.js";
export { decodeRunData, encodeRunData } from "./run-data.js";
export { trainedModel, trainedParameters, trains } from "./what-is-trained.js";
