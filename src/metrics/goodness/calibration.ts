import { z } from "zod";
import { uniform } from "../../random/draw.js";
import { fold, type Key } from "../../random/key.js";
import { mean, variance } from "../../util/moments.js";
import { meanEstimate } from "../intervals/interval.js";
import { simulatedP } from "../intervals/p-value.js";
import { type Estimate, metric } from "../metric.js";
import { type JudgedClasses, judgedRows } from "./classification.js";

export interface Calibration {
  /** The expected calibration error. */
  readonly error: number;
  /** What it is where probabilities are right, on average and its standard deviation: by chance it is not zero. */
  readonly byChance: { readonly mean: number; readonly standardDeviation: number } | null;
  /** How often it is as large where probabilities are right; `null` without simulations. */
  readonly pValue: number | null;
  /** Mean confidence less accuracy: above 0 the probabilities promise too much. */
  readonly overconfidence: Estimate;
  /** Groups of rows compared. */
  readonly bins: number;
}

/**
 * Expected calibration error of the most probable class: rows in groups of equal size by confidence, in each the
 * difference between mean confidence and the share that is right, averaged over rows,
 * `Σ_b |Σ_{i∈b} (pᵢ − 1{right})| / n`. Chance alone makes it positive, the more so the fewer rows a group has, so it is
 * compared with what it is when every row is right with the probability that it claims (Bröcker & Smith 2007,
 * consistency resampling).
 * @throws ShapeError, InputError when labels and probabilities do not fit, NumericError when these do not sum to 1.
 */
export const calibration = metric({
  name: "calibration",
  about: "Expected calibration error of probabilities of classes, beside what it is by chance, with its p-value.",
  cite: "Naeini, Cooper & Hauskrecht (2015), Obtaining well calibrated probabilities using Bayesian binning",
  of: "classes",
  options: z.object({
    bins: z
      .number()
      .int()
      .positive()
      .nullable()
      .default(null)
      .describe("groups of rows; when not given one for each 10 rows, 10 at most"),
    simulations: z.number().int().min(0).default(999).describe("B, simulations behind the p-value; 0 for none"),
  }),
  compute({ key, ...input }: JudgedClasses & { readonly key: Key }, { bins, simulations }): Calibration {
    const rows = judgedRows("calibration", input);
    const n = rows.length;
    const confidence = Float64Array.from(rows, ({ p, top }) => p[top]!);
    const order = Array.from(confidence, (_, i) => i).sort((a, b) => confidence[a]! - confidence[b]! || a - b);
    const groups = Math.min(n, bins ?? Math.max(1, Math.min(10, Math.floor(n / 10))));
    const errorOf = (right: (row: number) => boolean): number => {
      let total = 0;
      for (let b = 0; b < groups; b++) {
        const own = order.slice(Math.floor((b * n) / groups), Math.floor(((b + 1) * n) / groups));
        total += Math.abs(own.reduce((s, i) => s + confidence[i]! - (right(i) ? 1 : 0), 0));
      }
      return total / n;
    };
    const error = errorOf((i) => rows[i]!.top === rows[i]!.label);
    const chance = Float64Array.from({ length: simulations }, (_, b) => {
      const u = uniform(fold(key, b), [n], "float64").data;
      return errorOf((i) => u[i]! < confidence[i]!);
    });
    return {
      error,
      byChance: simulations === 0 ? null : { mean: mean(chance), standardDeviation: Math.sqrt(variance(chance)) },
      pValue: simulatedP(error, chance),
      overconfidence: meanEstimate(rows.map(({ top, label }, i) => confidence[i]! - (top === label ? 1 : 0))),
      bins: groups,
    };
  },
});
