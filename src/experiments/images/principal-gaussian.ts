import { principalSubspace } from "../../data/principal-subspace.js";
import { fitGaussian, gaussianLogDensity } from "../../metrics/goodness/gaussian-fit.js";
import { makeKey } from "../../random/key.js";
import type { FloatTensor } from "../../util/tensor.js";

/** Log-densities of a Gaussian of the first `k` principal components of images: what anybody would try first. */
export function principalGaussian(train: FloatTensor, k: number): (rows: FloatTensor) => Float64Array {
  const project = principalSubspace(train, Math.min(k, train.shape[0]! - 1, train.shape[1]!), makeKey(0));
  const fit = fitGaussian(project(train));
  return (rows) => gaussianLogDensity(fit, project(rows));
}
