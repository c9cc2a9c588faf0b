/** How well parameters explain the validation rows: what chooses the best of a run. */

import type { RunData } from "../config/prepare.js";
import { takeRows } from "../data/take-rows.js";
import { classEnergiesOf, energyOf } from "../energies/evaluate.js";
import type { Learned } from "../inference/learned.js";
import { type LogLikelihood, logLikelihood } from "../metrics/goodness/log-likelihood.js";
import type { Model } from "../objectives/objective.js";
import type { Key } from "../random/key.js";
import type { Where } from "../runtime/program.js";
import type { FloatTensor } from "../util/tensor.js";
import { heldOut, type LogZEstimate } from "./evaluate.js";

export interface Validated {
  readonly logZ: LogZEstimate;
  /** Of the rows, and of their classes with them where the model knows classes: `log p(x) + log p(y | x)`. */
  readonly likelihood: LogLikelihood;
  /**
   * The same row by row, of at most 1,024 rows of each part, with the error of log Z in them: to compare parameters with
   * others by; `null` where log Z is not to be trusted, or a row has no density. Nothing is chosen by test rows.
   */
  readonly look: {
    readonly validation: readonly number[];
    readonly test: readonly number[];
    readonly training: readonly number[];
    readonly error: number;
  } | null;
}

/** Rows that are enough to compare parameters by. */
const ROWS = 1024;

/** An error of log Z that only rounding is so small as. */
const ROUNDING = 1e-5;

/** Judges parameters of a model; programs are compiled once. The key is the same for all, so that they can be compared. */
export function validatorOf(
  model: Model,
  { train, validation, test, labels }: RunData,
  { key, draws, engine }: { readonly key: Key; readonly draws: number } & Where,
): (learned: Learned) => Promise<Validated> {
  const energy = energyOf(model.energy, "float32", { engine });
  const classes = model.energy.classes && labels ? classEnergiesOf(model.energy, "float32", { engine }) : undefined;
  const first = (rows: FloatTensor, n = ROWS): FloatTensor =>
    takeRows(rows, [...Array(Math.min(n, rows.shape[0]!)).keys()]);
  const [some, tested] = [first(train, Math.min(ROWS, validation.shape[0]!)), first(test)];
  /** `log p(y | x)` of each row, which is 0 without classes. */
  const ofClasses = async (rows: FloatTensor, own: Int32Array | undefined, { energy: params }: Learned) => {
    const n = rows.shape[0]!;
    if (!classes || !labels || !own || n === 0) return new Float64Array(n);
    const [all, k] = [await classes(rows, params), labels.classes.length];
    return Float64Array.from({ length: n }, (_, i) => logShare(all.subarray(i * k, (i + 1) * k), own[i]!));
  };
  return async (learned) => {
    const { logZ, likelihood, logDensity } = await heldOut(model, learned, validation, { key, draws, energy, engine });
    const { value, standardError } = logZ.logZ;
    const told = await ofClasses(validation, labels?.validation, learned);
    const judged = logDensity.map((v, i) => v + told[i]!);
    // A checkpoint holds them as text: seven digits are more than differences of a hundredth need.
    const short = (logDensities: Float64Array): number[] =>
      Array.from(logDensities.subarray(0, ROWS), (v) => Number((v - value).toPrecision(7)));
    const densities = async (rows: FloatTensor, own: Int32Array | undefined): Promise<number[]> => {
      if (rows.shape[0] === 0) return [];
      const [e, y] = [await energy(rows, learned.energy), await ofClasses(rows, own, learned)];
      return short(y.map((v, i) => v - e[i]!));
    };
    // Where the flow is the model, weights differ by rounding alone, of which a tail says nothing.
    const trusted = standardError !== null && (logZ.note === null || standardError < ROUNDING);
    const look = trusted && {
      validation: short(judged),
      test: await densities(tested, labels?.test),
      training: await densities(some, labels?.train),
      error: standardError,
    };
    return {
      logZ,
      likelihood: classes ? logLikelihood({ logDensity: judged, logZ: logZ.logZ }) : likelihood,
      look: look && [look.validation, look.test, look.training].flat().every(Number.isFinite) ? look : null,
    };
  };
}

/** `log p(y | x)` by the energies of all classes at a point. */
function logShare(energies: Float64Array, y: number): number {
  const least = Math.min(...energies);
  return least - energies[y]! - Math.log(energies.reduce((s, e) => s + Math.exp(least - e), 0));
}
