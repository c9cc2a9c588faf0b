/** How far a sample is from a density known up to its normaliser, by the scores at its points. */

import { z } from "zod";
import { uniform } from "../../random/draw.js";
import { fold, type Key } from "../../random/key.js";
import { ShapeError } from "../../util/errors.js";
import type { Rows } from "../../util/rows.js";
import { simulatedP } from "../intervals/p-value.js";
import { metric } from "../metric.js";
import { medianDistance, type Points, pairSums, pointsOf } from "./pairwise.js";

export interface KernelSteinDiscrepancy {
  /** Squared discrepancy without bias: zero on average for draws of the density, so often negative. */
  readonly u: number;
  /** Squared discrepancy of the empirical law, at least 0; biased upwards by about `E u(x, x)/n`. */
  readonly v: number;
  /** Small when the points are not from the density; the same for both statistics; `null` without a bootstrap. */
  readonly pValue: number | null;
  /** `c` of the kernel, in the units of the points. */
  readonly scale: number;
}

interface Scored {
  readonly points: Points;
  readonly scores: Float64Array;
}

/** Kernel `(c² + |x − y|²)^β`. */
interface Kernel {
  readonly c: number;
  readonly beta: number;
}

/**
 * `out[j] = u(xᵢ, xⱼ)` for `from ≤ j`, the Stein kernel
 * `g^β s·s′ − 2β g^(β−1) ((s − s′)·(x − x′) + d) − 4β(β − 1) g^(β−2) |x − x′|²`, `g = c² + |x − x′|²`.
 */
function steinRow({ points, scores }: Scored, { c, beta }: Kernel, i: number, from: number, out: Float64Array): void {
  const { rows, columns, data } = points;
  const own = i * columns;
  for (let j = from; j < rows; j++) {
    const other = j * columns;
    let square = 0;
    let inner = 0;
    let slope = columns;
    for (let k = 0; k < columns; k++) {
      const gap = data[own + k]! - data[other + k]!;
      const s = scores[own + k]!;
      const t = scores[other + k]!;
      square += gap * gap;
      inner += s * t;
      slope += (s - t) * gap;
    }
    const g = c * c + square;
    out[j] = g ** beta * (inner - (2 * beta * (slope + (2 * (beta - 1) * square) / g)) / g);
  }
}

/**
 * Where a chain of signs is +1: each sign differs from the one before with chance `flip`. `Σ_{i<j} εᵢεⱼ u(xᵢ, xⱼ)` is
 * the pairs of equal sign less those of unequal sign, so the first sign does not matter.
 */
function positives(key: Key, n: number, flip: number): Uint32Array {
  const draws = uniform(key, [n]).data;
  const found: number[] = [];
  for (let i = 0, sign = 1; i < n; i++) {
    if (draws[i]! < flip) sign = -sign;
    if (sign > 0) found.push(i);
  }
  return Uint32Array.from(found);
}

/**
 * Squared kernel Stein discrepancy of points `(n, d)` from the density `p ∝ exp(−E)` with scores `∇ log p = −∇E` at the
 * points, `(n, d)`: the mean of the Stein kernel `u` over pairs, different ones (`u`) or all (`v`), with the inverse
 * multiquadric kernel `(c² + |x − y|²)^β`. It needs no draws of `p` and no normaliser. The p-value is by the wild
 * bootstrap, the statistic with random signs; signs that change seldom (`flip` below 1/2) answer for draws of a chain.
 *
 * The trap: it is blind to the weights of modes that lie apart. Scores are local, so a sample with every mode right and
 * every weight wrong passes (Wenliang & Kanagawa 2020). Use it for the fit within modes, and a two-sample test for
 * weights.
 *
 * Throws ShapeError when points and scores differ in shape, InputError for fewer than 2 rows, NumericError for a number
 * that is not finite or a median distance of 0.
 * Sources: Liu, Lee & Jordan (2016); Chwialkowski, Strathmann & Gretton (2016) for the bootstrap; Gorham & Mackey
 * (2017), Measuring sample quality with kernels, for the kernel, which sees mass that escapes where Gaussian kernels do
 * not.
 */
export const kernelSteinDiscrepancy = metric({
  name: "kernel-stein-discrepancy",
  about: "Distance of a sample from a density by its scores, with a bootstrap p-value; blind to mode weights.",
  cite: "Liu, Lee & Jordan (2016), A kernelized Stein discrepancy for goodness-of-fit tests; Gorham & Mackey (2017)",
  of: "samples",
  options: z.object({
    scale: z
      .union([z.number().positive(), z.literal("median")])
      .default(1)
      .describe("c, in the units of the points, or their median distance"),
    beta: z.number().gt(-1).lt(0).default(-0.5).describe("β, the exponent of the kernel"),
    bootstraps: z
      .number()
      .int()
      .min(0)
      .default(200)
      .describe("B, bootstraps behind the p-value, which is at least 1/(B + 1); 0 for none"),
    flip: z
      .number()
      .positive()
      .max(0.5)
      .default(0.5)
      .describe(
        "chance that a sign differs from the one before: 1/2 for independent points, 0.2 over the autocorrelation time for a chain",
      ),
  }),
  compute(
    { x, scores, key }: { readonly x: Rows; readonly scores: Rows; readonly key: Key },
    { scale, beta, bootstraps, flip },
  ): KernelSteinDiscrepancy {
    const name = "kernel-stein-discrepancy";
    const points = pointsOf(name, "x", x);
    const given = pointsOf(name, "scores", scores);
    const scored = { points, scores: given.data };
    const n = points.rows;
    if (given.rows !== n || given.columns !== points.columns)
      throw new ShapeError(
        `${name}: scores (${given.rows}, ${given.columns}) for points (${n}, ${points.columns}); expected one a number`,
      );
    const c = scale === "median" ? medianDistance(name, points, fold(key, "scale")) : scale;
    let diagonal = 0;
    const row = (i: number, out: Float64Array): void => {
      steinRow(scored, { c, beta }, i, i, out);
      diagonal += out[i]!;
    };
    const signs = Array.from({ length: bootstraps }, (_, b) => positives(fold(fold(key, "bootstrap"), b), n, flip));
    const [pairs, ...wild] = pairSums(n, row, [new Uint32Array(0), ...signs]).map(
      (s) => s.within + s.without - s.across,
    );
    return {
      u: (2 * pairs!) / (n * (n - 1)),
      v: (2 * pairs! + diagonal) / (n * n),
      pValue: simulatedP(pairs!, wild),
      scale: c,
    };
  },
});
