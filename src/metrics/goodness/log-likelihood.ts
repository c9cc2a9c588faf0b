/** How well a density fits held-out data, with the error of the data and of the normaliser. */

import { z } from "zod";
import { mean, variance } from "../../util/moments.js";
import { normalEstimate } from "../intervals/interval.js";
import { type Estimate, metric } from "../metric.js";

export interface LogLikelihood {
  /** Mean log-density of a row, in nats. */
  readonly mean: Estimate;
  /** `−mean/(d log 2)`; `null` when the dimension is not given. */
  readonly bitsPerDimension: Estimate | null;
  /** Why not to compare it with another model's; `null` when nothing speaks against it. */
  readonly note: string | null;
}

/** An error of log Z beyond which likelihoods of two models cannot be told apart. */
const LARGEST_ERROR = 0.05;

function noteOn(logZ: Estimate | undefined): string | null {
  if (logZ === undefined) return null;
  if (logZ.standardError === null)
    return logZ.interval
      ? `log Z is known to lie in [${logZ.interval.map((v) => v.toFixed(2)).join(", ")}] and no better: the value is the middle`
      : "the error of log Z is unknown and is not in the interval";
  if (logZ.standardError <= LARGEST_ERROR) return null;
  return `log Z has standard error ${logZ.standardError.toPrecision(2)}, above ${LARGEST_ERROR}: do not compare this with other models`;
}

/**
 * Mean log-likelihood `(1/n) Σ log p̃(xᵢ) − log Z` of independent rows, in nats; the errors add in quadrature,
 * `se² = s²/n + se(log Z)²`; a log Z that is only known to lie in an interval, without an error, widens theirs. Without `logZ` the log-densities are taken as normalised, and an exact one has standard error 0.
 * The trap: a `logZ` that is too low, as an importance estimate is when it misses a mode, flatters the model.
 * A row of density 0 gives −∞, NaN gives NaN; neither has an error.
 */
export const logLikelihood = metric({
  name: "log-likelihood",
  about: "Mean log-likelihood of rows, with the error of the rows and of log Z together.",
  cite: "Theis, van den Oord & Bethge (2016), A note on the evaluation of generative models",
  of: "samples",
  options: z.object({
    dimension: z
      .number()
      .int()
      .positive()
      .nullable()
      .default(null)
      .describe("d, numbers in a row, for bits per dimension"),
  }),
  compute(
    { logDensity, logZ }: { readonly logDensity: ArrayLike<number>; readonly logZ?: Estimate },
    { dimension },
  ): LogLikelihood {
    const value = mean(logDensity) - (logZ?.value ?? 0);
    const ofRows = Math.sqrt(variance(logDensity) / logDensity.length);
    const error = Math.hypot(ofRows, logZ?.standardError ?? 0);
    const nats = dimension === null ? null : dimension * Math.LN2;
    const within = logZ?.standardError === null && logZ.interval ? (logZ.interval[1] - logZ.interval[0]) / 2 : 0;
    const wide = (estimate: Estimate, by: number): Estimate =>
      by > 0 && estimate.interval
        ? { ...estimate, standardError: null, interval: [estimate.interval[0] - by, estimate.interval[1] + by] }
        : estimate;
    return {
      mean: wide(normalEstimate(value, error), within),
      bitsPerDimension: nats === null ? null : wide(normalEstimate(-value / nats, error / nats), within / nats),
      note: noteOn(logZ),
    };
  },
});
