import { columnCovariance } from "../util/moments.js";
import type { FloatTensor } from "../util/tensor.js";
import type { NormalCloud } from "./normal-mixture.js";

/**
 * The normal law of rows `(n, d)` that may be fewer than columns: its covariance is that of the rows and that of
 * independent columns together, the latter as if it were of as many rows as there are columns, `C_ij n/(n + d)` beside the
 * diagonal. It has an inverse where every column varies.
 */
export function shrunkCloud({ data, shape }: FloatTensor): NormalCloud {
  const [n, d] = shape as [number, number];
  const { mean, covariance } = columnCovariance(data, d);
  const index = [...Array(d).keys()];
  return {
    weight: 1,
    mean: [...mean],
    covariance: index.map((i) => index.map((j) => covariance[i * d + j]! * (i === j ? 1 : n / (n + d)))),
  };
}
