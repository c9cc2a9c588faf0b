/** How much probability each mode holds, by chains, by weighted draws and by independent draws. */

import { z } from "zod";
import { InputError, ShapeError } from "../../util/errors.js";
import { mean } from "../../util/moments.js";
import { chainWorth } from "../chains/chain-worth.js";
import { type Chains, copyChains, mapChains } from "../chains/chains.js";
import { bare, proportionEstimate } from "../intervals/interval.js";
import { type WeightQuality, weightQuality } from "../log-z/importance.js";
import { normaliseLogWeights } from "../log-z/log-weights.js";
import { type Estimate, metric } from "../metric.js";

/** The weight of each mode and of what lies in none; together they sum to 1. */
export interface ModeWeights {
  readonly weights: readonly Estimate[];
  readonly outside: Estimate;
}

/** The option every metric of mode labels has. */
export const modeOptions = z.object({
  modes: z.number().int().min(1).describe("how many modes there are; labels are 0 to modes − 1, or −1 for none"),
});

/** @throws InputError for a label that is not a whole number from −1 to `modes − 1`. */
export function checkLabels(what: string, labels: ArrayLike<number>, modes: number): void {
  if (labels.length === 0) throw new InputError(`${what}: no labels; give at least one draw`);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    if (!Number.isInteger(label) || label < -1 || label >= modes)
      throw new InputError(`${what}: label ${i} (from 0) is ${label}; expected -1 (no mode) to ${modes - 1}`);
  }
}

/** One estimate per mode and one for label −1. */
function eachMode(modes: number, estimate: (label: number) => Estimate): ModeWeights {
  return { weights: Array.from({ length: modes }, (_, k) => estimate(k)), outside: estimate(-1) };
}

/**
 * Proportion of draws in each mode over label chains `(chains, draws)`, with the Wilson interval at the number of
 * independent draws they are worth, by Student's quantile since that number is an estimate. Its 95 % are 92 to 98 where
 * the chains are worth two draws or more in the mode, and about 90 in a few chains worth less.
 * The trap: chains that never jump repeat the weights they were started with. Their interval is wide, but it is right
 * only when the starts were drawn from the target.
 */
export const chainModeWeights = metric({
  name: "chain-mode-weights",
  about: "Mode weights from label chains, with intervals from their autocorrelation and from how far they disagree.",
  cite: "Wilson (1927), Probable inference, the law of succession, and statistical inference; Vehtari et al. (2021)",
  of: "chains",
  options: modeOptions,
  compute(labels: Chains, { modes }): ModeWeights {
    checkLabels("chain-mode-weights", labels.data, modes);
    const x = copyChains(labels);
    return eachMode(modes, (label) => {
      const indicator = mapChains(x, (v) => (v === label ? 1 : 0));
      const { size, degrees } = chainWorth(indicator);
      return proportionEstimate(mean(indicator.data), size, degrees);
    });
  },
});

/** The share of the weight that is `within`; sums of both sides, so that a share of 0 or 1 is exact and its error 0. */
function shareEstimate(within: Float64Array, without: Float64Array, size: number): Estimate {
  const sum = (x: Float64Array): number => x.reduce((s, w) => s + w, 0);
  const squares = (x: Float64Array): number => x.reduce((s, w) => s + w * w, 0);
  const total = sum(within) + sum(without);
  const share = sum(within) / total;
  const rest = sum(without) / total;
  const errorSquared = squares(within) * rest ** 2 + squares(without) * share ** 2;
  return proportionEstimate(share, errorSquared > 0 ? (share * rest) / errorSquared : size);
}

/**
 * Self-normalised mode weights of draws with log-weights: `ŵ_k = Σ w̃ᵢ [labelᵢ = k]`, standard error
 * `√Σ w̃ᵢ² ([labelᵢ = k] − ŵ_k)²`, Wilson interval at the number of draws that error is worth.
 * The trap: a mode the proposal never reaches has weight 0 here, and the others take its share; see `note` and `pareto`.
 * Throws NumericError for a log-weight that is NaN or `+∞`, ShapeError when the lengths differ.
 */
export const importanceModeWeights = metric({
  name: "importance-mode-weights",
  about: "Mode weights from weighted draws, with their self-normalised errors.",
  cite: "Owen (2013), Monte Carlo theory, methods and examples, chapter 9",
  of: "log-weights",
  options: modeOptions,
  compute(
    { labels, logWeights }: { readonly labels: ArrayLike<number>; readonly logWeights: ArrayLike<number> },
    { modes },
  ): ModeWeights & WeightQuality {
    if (labels.length !== logWeights.length)
      throw new ShapeError(`importance-mode-weights: ${labels.length} labels for ${logWeights.length} log-weights`);
    checkLabels("importance-mode-weights", labels, modes);
    const { weights } = normaliseLogWeights("importance-mode-weights", logWeights);
    const quality = weightQuality(logWeights, weights);
    const estimate = (label: number): Estimate => {
      if (quality.effectiveSampleSize === 0) return bare(Number.NaN);
      const within = weights.map((w, i) => (labels[i] === label ? w : 0));
      return shareEstimate(
        within,
        weights.map((w, i) => w - within[i]!),
        quality.effectiveSampleSize,
      );
    };
    return { ...eachMode(modes, estimate), ...quality };
  },
});

/** Proportion of independent draws `(n)` in each mode, binomial standard error, Wilson interval. Not for chains: their draws are not independent. */
export const sampleModeWeights = metric({
  name: "sample-mode-weights",
  about: "Mode weights from independent draws, with Wilson intervals.",
  cite: "Wilson (1927), Probable inference, the law of succession, and statistical inference",
  of: "samples",
  options: modeOptions,
  compute(labels: ArrayLike<number>, { modes }): ModeWeights {
    checkLabels("sample-mode-weights", labels, modes);
    return eachMode(modes, (label) =>
      proportionEstimate(mean(Float64Array.from(labels, (v) => (v === label ? 1 : 0))), labels.length),
    );
  },
});
