/** How far apart the means of two samples are in the feature space of a kernel. */

import { z } from "zod";
import { fold } from "../../random/key.js";
import { metric } from "../metric.js";
import { medianDistance } from "./pairwise.js";
import { permutationOption, permutationTest, pool, type TwoSamples, type TwoSampleTest } from "./two-sample.js";

export interface MaximumMeanDiscrepancy extends TwoSampleTest {
  /** Of the kernel, in the units of the rows. */
  readonly bandwidth: number;
}

/** A kernel of squared distances, applied in place from an index on. */
type Kernel = (row: Float64Array, from: number) => void;

/** `Σ_s exp(−r²/(2 s² h²))`, `s = 4, 2, 1, 1/2, 1/4`: at half the bandwidth a Gaussian is the fourth power. */
const rbf = (h: number): Kernel => {
  const scale = -1 / (32 * h * h);
  return (row, from) => {
    for (let j = from; j < row.length; j++) {
      let k = Math.exp(row[j]! * scale);
      let sum = k;
      for (let s = 0; s < 4; s++) {
        k *= k;
        k *= k;
        sum += k;
      }
      row[j] = sum;
    }
  };
};

/** `(1 + r²/h²)^(−1/2)`. */
const imq = (h: number): Kernel => {
  const scale = 1 / (h * h);
  return (row, from) => {
    for (let j = from; j < row.length; j++) row[j] = 1 / Math.sqrt(1 + row[j]! * scale);
  };
};

const kernels = { rbf, imq };

/**
 * Unbiased squared maximum mean discrepancy of samples `(n, d)` and `(m, d)`,
 * `Σ_{i≠j} k(xᵢ, xⱼ)/(n(n − 1)) + Σ_{i≠j} k(yᵢ, yⱼ)/(m(m − 1)) − 2 Σ k(xᵢ, yⱼ)/(nm)`, with the p-value of permuting the
 * rows. Zero on average when the laws are equal, so it is often negative. The kernel is a sum of Gaussians at the median
 * distance of the pooled rows times 1/4, 1/2, 1, 2 and 4, or the inverse multiquadric at that distance.
 * The trap: the rows must be independent; draws of one chain are not, and their p-value is too small.
 * Throws ShapeError for anything but two samples of equally many columns, InputError for fewer than 2 rows,
 * NumericError for a number that is not finite or a median distance of 0.
 */
export const maximumMeanDiscrepancy = metric({
  name: "maximum-mean-discrepancy",
  about: "Unbiased squared MMD between two samples, with a permutation p-value.",
  cite: "Gretton, Borgwardt, Rasch, Schölkopf & Smola (2012), A kernel two-sample test",
  of: "two-samples",
  options: z.object({
    kernel: z
      .enum(["rbf", "imq"])
      .default("rbf")
      .describe("a sum of five Gaussians around the bandwidth, or one inverse multiquadric"),
    bandwidth: z
      .number()
      .positive()
      .nullable()
      .default(null)
      .describe("h, in the units of the rows; the median distance of the pooled rows when it is not given"),
    permutations: permutationOption(200),
  }),
  compute({ x, y, key }: TwoSamples, { kernel, bandwidth, permutations }): MaximumMeanDiscrepancy {
    const pooled = pool("maximum-mean-discrepancy", { x, y });
    const { points, n, m } = pooled;
    const h = bandwidth ?? medianDistance("maximum-mean-discrepancy", points, fold(key, "bandwidth"));
    const test = permutationTest(
      pooled,
      fold(key, "permutations"),
      permutations,
      kernels[kernel](h),
      ({ xx, xy, yy }) => (2 * xx) / (n * (n - 1)) + (2 * yy) / (m * (m - 1)) - (2 * xy) / (n * m),
    );
    return { ...test, bandwidth: h };
  },
});
