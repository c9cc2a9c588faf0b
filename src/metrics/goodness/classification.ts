/** How good probabilities of classes are. */

import { z } from "zod";
import { InputError, NumericError, ShapeError } from "../../util/errors.js";
import { type FloatTensor, showShape } from "../../util/tensor.js";
import { meanEstimate, proportionEstimate } from "../intervals/interval.js";
import { type Estimate, metric } from "../metric.js";

/** Probabilities of classes `(n, classes)` and the true class of each row, numbered from 0. */
export interface JudgedClasses {
  readonly probabilities: FloatTensor;
  readonly labels: ArrayLike<number>;
}

export interface Classification {
  /** Share of rows whose most probable class is the true one; its interval is Wilson's. */
  readonly accuracy: Estimate;
  /** Mean `−log p(true class)`, nats a row. */
  readonly logLoss: Estimate;
  /** Mean `Σ_y (p(y) − 1{y true})²`, from 0 to 2. */
  readonly brier: Estimate;
}

/** Rows one by one: the probabilities, the most probable class, whether it is the true one. @throws as the metrics do. */
export function judgedRows(
  name: string,
  { probabilities, labels }: JudgedClasses,
): readonly { readonly p: ArrayLike<number>; readonly label: number; readonly top: number }[] {
  const [n, k] = probabilities.shape;
  if (probabilities.shape.length !== 2 || n !== labels.length || k === undefined)
    throw new ShapeError(
      `${name}: probabilities of shape ${showShape(probabilities.shape)} for ${labels.length} labels; expected (${labels.length}, classes)`,
    );
  if (n === 0) throw new InputError(`${name}: there are no rows; give at least one`);
  return Array.from({ length: n }, (_, i) => {
    const p = probabilities.data.subarray(i * k, (i + 1) * k);
    const label = labels[i]!;
    if (!(Number.isInteger(label) && label >= 0 && label < k))
      throw new InputError(`${name}: label ${i} is ${label}; expected a whole number from 0 to ${k - 1}`);
    const total = Array.from(p).reduce((s, v) => s + v, 0);
    if (!(Math.abs(total - 1) < 1e-3) || p.some((v) => v < 0))
      throw new NumericError(`${name}: the probabilities of row ${i} (from 0) sum to ${total}; expected 1`);
    return { p, label, top: p.indexOf(Math.max(...p)) };
  });
}

/**
 * Accuracy, log-loss and Brier score of probabilities on independent rows. The last two are proper: they are least, on
 * average, for the true probabilities. A row whose class is given probability 0 makes the log-loss infinite.
 * @throws ShapeError, InputError when labels and probabilities do not fit, NumericError when these do not sum to 1.
 */
export const classification = metric({
  name: "classification",
  about: "Accuracy, log-loss and Brier score of probabilities of classes, each with its error.",
  cite: "Brier (1950), Verification of forecasts expressed in terms of probability",
  of: "classes",
  options: z.object({}),
  compute(input: JudgedClasses): Classification {
    const rows = judgedRows("classification", input);
    const right = rows.filter(({ top, label }) => top === label).length;
    const squares = rows.map(({ p, label }) =>
      Array.from(p).reduce((s, v, k) => s + (v - (k === label ? 1 : 0)) ** 2, 0),
    );
    return {
      accuracy: proportionEstimate(right / rows.length, rows.length),
      logLoss: meanEstimate(rows.map(({ p, label }) => -Math.log(p[label]!))),
      brier: meanEstimate(squares),
    };
  },
});
