import { energyOf } from "../energies/evaluate.js";
import { InputError, NumericError } from "../util/errors.js";
import type { Rows } from "../util/rows.js";
import { type FloatTensor, type Tensor, tensor } from "../util/tensor.js";
import { type Density, rowsFor } from "./density.js";

/** The density of one class. */
export interface ClassDensity extends Density {
  /** `log ∫ exp(−E)`: a number that is exact, or an estimate with its standard error, `null` where that is unknown. */
  readonly logZ: number | { readonly value: number; readonly standardError: number | null };
  /** Prior weight of the class, in any unit; 1 unless said. */
  readonly prior?: number | undefined;
}

export interface Classified {
  /** The most probable class of each row, numbered as the models are, from 0. */
  readonly classes: Int32Array;
  /** `p(class | x)`, `(n, classes)`; every row sums to 1. */
  readonly probabilities: Tensor<Float64Array>;
  /** Log-odds of the most probable class against the second, in nats, `(n)`. */
  readonly logOdds: Float64Array;
  /** Standard error of those log-odds from the estimates of log Z alone, `(n)`; NaN where one has none. */
  readonly logOddsError: Float64Array;
  /** Rows whose class may be another within two standard errors of log Z, or `null` when there are none. */
  readonly note: string | null;
}

/**
 * Classification by ratios: `p(k | x) ∝ πₖ exp(−Eₖ(x)) / Zₖ`, Bayes' rule with one energy a class. The log Z of classes
 * are taken as estimated independently of each other. Energies in float64.
 * @throws InputError with fewer than two classes, on a prior that is not positive, or a log Z that is no number.
 * @throws ShapeError when x is not `(n, ...event)`, NumericError when a row has no finite energy in any class.
 */
export async function classify(models: readonly ClassDensity[], rows: Rows): Promise<Classified> {
  const k = models.length;
  if (k < 2) throw new InputError(`classify: ${k} models; give one for each of at least two classes`);
  models.forEach(expectWeights);
  const x = models.map((model) => rowsFor("classify", model, rows))[0]!;
  const scores = await Promise.all(models.map((model) => scoresOf(model, x)));
  const errors = models.map(({ logZ }) => (typeof logZ === "number" ? 0 : (logZ.standardError ?? Number.NaN)));
  return classifyByScores(scores, errors);
}

/**
 * The same from `log πₖ + log p(x | k)` of each class, `(n)` each, and the standard errors of their log Z.
 * @throws NumericError when a row has no finite score in any class.
 */
export function classifyByScores(scores: readonly Float64Array[], errors: readonly number[]): Classified {
  const [k, n] = [scores.length, scores[0]!.length];
  const probabilities = new Float64Array(n * k);
  const [classes, logOdds, logOddsError] = [new Int32Array(n), new Float64Array(n), new Float64Array(n)];
  let unsure = 0;
  for (let i = 0; i < n; i++) {
    const order = scores.map((_, c) => c).sort((a, b) => scores[b]![i]! - scores[a]![i]!);
    const [first, second] = order as [number, number];
    const top = scores[first]![i]!;
    if (scores.some((s) => Number.isNaN(s[i])) || !Number.isFinite(top))
      throw new NumericError(`classify: row ${i} (from 0) has no finite energy; look at the energies with doctor`);
    const total = scores.reduce((sum, s) => sum + Math.exp(s[i]! - top), 0);
    for (let c = 0; c < k; c++) probabilities[i * k + c] = Math.exp(scores[c]![i]! - top) / total;
    classes[i] = first;
    logOdds[i] = top - scores[second]![i]!;
    logOddsError[i] = Math.hypot(errors[first]!, errors[second]!);
    if (!(logOdds[i]! > 2 * logOddsError[i]!)) unsure++;
  }
  const note =
    unsure === 0 || errors.every((e) => e === 0)
      ? null
      : `${unsure} of ${n} rows may belong to another class: their log-odds are within two standard errors of log Z, or the error is unknown`;
  return { classes, probabilities: tensor(probabilities, [n, k]), logOdds, logOddsError, note };
}

/** `log πₖ − Eₖ(x) − log Zₖ` of each row. */
async function scoresOf(
  { energy, params, logZ, prior = 1, engine }: ClassDensity,
  x: FloatTensor,
): Promise<Float64Array> {
  const shift = Math.log(prior) - (typeof logZ === "number" ? logZ : logZ.value);
  return (await energyOf(energy, "float64", { engine })(x, params)).map((e) => shift - e);
}

/** @throws InputError on a prior that is not positive, or a log Z that is no number. */
export function expectWeights({ logZ, prior = 1 }: ClassDensity, c: number): void {
  if (!(prior > 0 && prior < Number.POSITIVE_INFINITY))
    throw new InputError(`classify: the prior of class ${c} is ${prior}, expected a positive number`);
  const value = typeof logZ === "number" ? logZ : logZ.value;
  if (!Number.isFinite(value)) throw new InputError(`classify: the log Z of class ${c} is ${value}; estimate it first`);
}
