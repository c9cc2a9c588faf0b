/** How far a log-density is from the true one, at a typical point. */

import { ShapeError } from "../../util/errors.js";
import { weightedMedian } from "../../util/moments.js";
import { noOptions } from "../../util/options.js";
import { medianEstimate } from "../intervals/interval.js";
import { type Estimate, metric } from "../metric.js";
import { gridMasses } from "./grid.js";
import type { GridPair } from "./grid-compare.js";

const cite =
  "Grenioux, Moulines & Gabrié (2023), Balanced training of energy-based models with adaptive flow sampling, table 1";

/**
 * Median squared log-density error `med_x (log p_θ(x) − log p*(x))²` over independent points, in nats², with an interval
 * of order statistics. Both log-densities `(n)` are normalised: subtract log Z first, since an error of it counts in
 * full. The points are usually drawn from p*, of which half the mass may then be as wrong as it likes.
 * NaN in either gives NaN without an interval; `+∞` where more than half the points have density 0 under the model.
 * Throws ShapeError when the lengths differ.
 */
export const logDensityError = metric({
  name: "log-density-error",
  about: "Median squared error of a normalised log-density over points, where the true one is known.",
  cite,
  of: "samples",
  options: noOptions,
  compute({
    logDensity,
    truth,
  }: {
    readonly logDensity: ArrayLike<number>;
    readonly truth: ArrayLike<number>;
  }): Estimate {
    if (logDensity.length !== truth.length)
      throw new ShapeError(
        `log-density-error: ${logDensity.length} log-densities of the model and ${truth.length} of the truth`,
      );
    return medianEstimate(Float64Array.from(logDensity, (v, i) => (v - truth[i]!) ** 2));
  },
});

/**
 * The same over all of p* on a grid: the median of `(log q(x) − log p(x))²` where x has law P, the true density, and
 * both are normalised on the grid first. Exact but for the grid, so it has no interval.
 * Throws NumericError for NaN, ShapeError when the lengths differ.
 */
export const gridLogDensityError = metric({
  name: "grid-log-density-error",
  about: "Median squared error of the log-density Q under P, the true one, both normalised on a grid.",
  cite,
  of: "grid",
  options: noOptions,
  compute({ grid, logP, logQ }: GridPair): number {
    const p = gridMasses("grid-log-density-error: P", grid, logP);
    const q = gridMasses("grid-log-density-error: Q", grid, logQ);
    const shift = p.logZ - q.logZ;
    return weightedMedian(
      p.masses.map((_, k) => (logQ[k]! - logP[k]! + shift) ** 2),
      p.masses,
    );
  },
});
