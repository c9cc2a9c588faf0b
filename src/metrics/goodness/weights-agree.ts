/** Do rows of data and weighted draws of a model put the same weight on every mode? */

import { z } from "zod";
import { ShapeError } from "../../util/errors.js";
import { fisherExact } from "../intervals/fisher.js";
import { kishSize, normaliseLogWeights } from "../log-z/log-weights.js";
import { type Estimate, metric } from "../metric.js";
import { checkLabels, importanceModeWeights, modeOptions, sampleModeWeights } from "./mode-weights.js";

export interface ComparedMode {
  /** Share of the rows, with the error of independent ones. */
  readonly rows: Estimate;
  /** Share of the model, by importance. */
  readonly model: Estimate;
  /** How many draws of equal weight those in the mode are worth: `(Σ w)²/Σ w²` over them. */
  readonly draws: number;
  /** Of equal shares, by Fisher's exact test; `null` where nothing is tested. */
  readonly pValue: number | null;
}

export interface WeightsAgree {
  readonly modes: readonly ComparedMode[];
  /** Of all shares being equal: the least p-value times the number of modes; `null` where nothing is tested. */
  readonly pValue: number | null;
  /** Why nothing is tested: the weights of the draws, or a mode that hardly any fell into; `null` where all is. */
  readonly note: string | null;
}

/**
 * Rows and draws of a model with log-weights, all with labels of modes that neither chose. A share of the draws counts as
 * that of as many independent ones as its error is worth, `ŵ(1 − ŵ)/se²`, and two shares are compared by Fisher's exact
 * test; of several modes the least p-value is multiplied by their number (Bonferroni). Where rows are draws of the
 * model, p is at most α with a chance of at most α, but for the error of that error.
 * The trap: rows that the model was fitted to agree with it better than new ones.
 * Throws ShapeError when lengths differ, InputError for a label out of range.
 */
export const weightsAgree = metric({
  name: "weights-agree",
  about: "Whether data and model put the same weight on every mode, with a p-value for each and for all.",
  cite: "Fisher (1935), The logic of inductive inference; Owen (2013), Monte Carlo theory, methods and examples, chapter 9",
  of: "two-samples",
  options: modeOptions.extend({
    fewest: z
      .number()
      .int()
      .min(1)
      .default(20)
      .describe("draws in a mode, by what they are worth, below which its weight is not told"),
  }),
  compute(
    {
      rows,
      draws,
      logWeights,
    }: {
      readonly rows: ArrayLike<number>;
      readonly draws: ArrayLike<number>;
      readonly logWeights: ArrayLike<number>;
    },
    { modes, fewest },
  ): WeightsAgree {
    if (draws.length !== logWeights.length)
      throw new ShapeError(`weights-agree: ${draws.length} labels for ${logWeights.length} log-weights`);
    checkLabels("weights-agree", rows, modes);
    const ofRows = sampleModeWeights(rows, { modes });
    const ofModel = importanceModeWeights({ labels: draws, logWeights }, { modes });
    const inside = drawsInside(draws, logWeights, modes);
    // What the model holds of a mode that is missed it seems to hold of the others.
    const missed = inside.findIndex((worth) => worth < fewest);
    const few = (): string =>
      `the draws are worth ${inside[missed]!.toFixed(1)} in mode ${missed}, of ${fewest} needed`;
    const note = ofModel.note ?? (missed < 0 ? null : few());
    const compared = ofRows.weights.map((share, k): ComparedMode => {
      const model = ofModel.weights[k]!;
      const pValue = note === null ? equalShares(share, rows.length, model) : null;
      return { rows: share, model, draws: inside[k]!, pValue };
    });
    return {
      modes: compared,
      pValue: note === null ? Math.min(1, modes * Math.min(...compared.map(({ pValue }) => pValue!))) : null,
      note,
    };
  },
});

/** What the draws in each mode are worth. */
function drawsInside(labels: ArrayLike<number>, logWeights: ArrayLike<number>, modes: number): number[] {
  const { weights } = normaliseLogWeights("weights-agree", logWeights);
  return Array.from({ length: modes }, (_, k) => {
    const own = weights.filter((_, i) => labels[i] === k);
    const sum = own.reduce((s, w) => s + w, 0);
    return sum === 0 ? 0 : kishSize(own.map((w) => w / sum));
  });
}

/** The p-value of equal shares of `n` rows and of the draws. */
function equalShares(rows: Estimate, n: number, { value, standardError }: Estimate): number {
  // A share of all or nothing has no error; nothing else is there to be told from it.
  const worth = Math.round((value * (1 - value)) / standardError! ** 2);
  if (!Number.isFinite(worth)) return 1;
  return fisherExact({ count: Math.round(rows.value * n), of: n }, { count: Math.round(value * worth), of: worth });
}
