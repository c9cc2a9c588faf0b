/** Missing values of rows, filled in from a run. */

import { trainedModel } from "../config/what-is-trained.js";
import { standardize, unstandardize } from "../data/standardize.js";
import { type Imputed, type ImputeOptions, impute } from "../inference/impute.js";
import { type FloatTensor, type Tensor, tensor } from "../util/tensor.js";
import type { LearnedAt, OpenRun } from "./open.js";

export type RunImputed = Pick<Imputed, "rows" | "standardDeviations" | "missing" | "worst">;

/**
 * Fill in NaN in rows `(n, d)`; rows and standard deviations are in the units of the data. Cells that were given keep
 * their digits.
 * @throws InputError when a row is missing altogether.
 */
export async function imputeRun(
  { config, model, data }: OpenRun,
  learned: LearnedAt,
  rows: FloatTensor,
  options: ImputeOptions,
): Promise<RunImputed> {
  const { energy } = trainedModel(config, model);
  const given = standardize(data.standardizer, rows);
  const { missing, worst, ...done } = await impute({ energy, params: learned.energy }, given, options);
  const filled = unstandardize(data.standardizer, done.rows);
  const { scale } = data.standardizer;
  const whole = Float64Array.from(rows.data, (v, i) => (Number.isNaN(v) ? filled.data[i]! : v));
  const standardDeviations: Tensor<Float64Array> = tensor(
    done.standardDeviations.data.map((v, i) => v * scale[i % scale.length]!),
    rows.shape,
  );
  return { rows: tensor(whole, rows.shape), standardDeviations, missing, worst };
}
