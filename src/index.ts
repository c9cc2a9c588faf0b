/** Everything ebbflow offers, by area. Each area is also a subpath: `ebbflow/samplers`. */

export * as autodiff from "./autodiff/index.js";
export * as belief from "./belief/index.js";
export * as conditional from "./conditional/index.js";
export * as config from "./config/index.js";
export * as data from "./data/index.js";
export { doctor } from "./doctor/doctor.js";
export * as energies from "./energies/index.js";
export * as estimators from "./estimators/index.js";
export * as evaluation from "./evaluation/index.js";
export * as families from "./families/index.js";
export * as flows from "./flows/index.js";
export * as formats from "./formats/index.js";
export * as inference from "./inference/index.js";
export * as metrics from "./metrics/index.js";
export * as nn from "./nn/index.js";
export * as objectives from "./objectives/index.js";
export * as ops from "./ops/index.js";
export * as optim from "./optim/index.js";
export * as random from "./random/index.js";
export * as runtime from "./runtime/index.js";
export * as samplers from "./samplers/index.js";
export { fit } from "./train/fit.js";
export * as train from "./train/index.js";
export { InputError, NumericError, ShapeError } from "./util/errors.js";
export type { Rows } from "./util/rows.js";
export { type FloatTensor, type Tensor, tensor } from "./util/tensor.js";
export { version } from "./util/version.js";
