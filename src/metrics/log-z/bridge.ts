/** The normaliser from draws of both the model and a proposal: the best use of the two. */

import { InputError } from "../../util/errors.js";
import { noOptions } from "../../util/options.js";
import { type Chains, copyChains } from "../chains/chains.js";
import { meanOfChains } from "../chains/mean-of-chains.js";
import { type Known, sumDegrees } from "../intervals/degrees.js";
import { bare, studentEstimate } from "../intervals/interval.js";
import { type Estimate, metric } from "../metric.js";
import { logisticRoot } from "./logistic-root.js";

/** Log-ratios `log p̃ − log q` at draws of either density. */
export interface BridgeInput {
  /** At independent draws of `q`; `−∞` where the model has no density. */
  readonly proposal: ArrayLike<number>;
  /** At chains of draws of `p`; independent draws are one chain. */
  readonly target: Chains;
}

export interface Bridge {
  readonly logZ: Estimate;
  /** Degrees of freedom of its standard error. */
  readonly degrees: number;
  /** Draws that carry the estimate: of the two samples, the lesser number, autocorrelation taken off. */
  readonly effectiveSampleSize: number;
  /** `∫ p q/(s₁p + s₂q)`, from 0 for densities that do not meet to 1 for equal ones. */
  readonly overlap: number;
  /** Why the estimate is not to be trusted; `null` when nothing speaks against it. */
  readonly note: string | null;
}

/** Draws below which neither the value nor its error means much. */
const FEW = 50;

/**
 * Optimal bridge sampling: `Z = E_q[α p̃]/E_p[α q]` with `α = 1/(s₁p̃ + s₂Z q)`, `sᵢ = nᵢ/(n₁ + n₂)`, `n₁` the
 * effective number of draws of `p` and `n₂` that of draws of `q`. The fixed point is the root of one increasing
 * function of `log Z`, found to 1e-12 however slowly the iteration itself would go. Its error is the sum of the two
 * relative variances, `√(Var_q[σ]/(n₂ E_q[σ]²) + Var_p[1 − σ]/(n₁ E_p[1 − σ]²))`, `σ = s₁p̃/(s₁p̃ + s₂Z q)`, with the
 * effective size of the chains of `1 − σ`. Both are bounded: no tail of the weights spoils it, only a poor overlap.
 * The proposal must not have been fitted to the same draws of `p`.
 * The trap: chains that have not found a mode, or hold its wrong share, give the normaliser of what they have seen.
 * Throws NumericError for a log-ratio that is NaN or `+∞`, or `−∞` at a draw of `p`; InputError without draws.
 * Source: Meng & Wong (1996); the error: Frühwirth-Schnatter (2004).
 */
export const bridge = metric({
  name: "bridge",
  about: "The log-normaliser from draws of the model and of a proposal, with its error and their overlap.",
  cite: "Meng & Wong (1996), Simulating ratios of normalizing constants via a simple identity",
  of: "log-ratios",
  options: noOptions,
  compute({ proposal, target }: BridgeInput): Bridge {
    const chains = copyChains(target);
    if (chains.data.length === 0) throw new InputError("bridge: no draws of the model; give at least one");
    const sizes = [meanOfChains(chains).worth, proposal.length] as const;
    const root = logisticRoot("bridge", chains.data, proposal, Math.log(sizes[0] / sizes[1]));
    if (!root)
      return {
        logZ: bare(Number.NEGATIVE_INFINITY),
        degrees: 0,
        effectiveSampleSize: 0,
        overlap: 0,
        note: "no draw of the proposal has density under the model: the proposal misses it",
      };
    const { positives, noise } = root;
    const {
      worth,
      relativeVariance,
      degrees: ofChains,
    } = meanOfChains({ shape: chains.shape, data: positives.values });
    const parts: readonly Known[] = [
      [noise.relativeVariance / sizes[1], noise.degrees],
      [relativeVariance, ofChains],
    ];
    const degrees = sumDegrees(parts);
    const carried = Math.min(noise.size, (positives.size * worth) / chains.data.length);
    return {
      logZ: studentEstimate(root.value, Math.sqrt(parts[0]![0] + parts[1]![0]), degrees),
      degrees,
      effectiveSampleSize: carried,
      overlap: Math.exp(noise.logMean) * (1 + sizes[1] / sizes[0]),
      note:
        carried >= FEW
          ? null
          : `only about ${Math.max(1, Math.round(carried))} draws carry it: model and proposal hardly overlap, or the chains are short`,
    };
  },
});
