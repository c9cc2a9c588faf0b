/** Known noise taken out of rows, by a run. */

import { trainedModel } from "../config/what-is-trained.js";
import { standardize, unstandardize } from "../data/standardize.js";
import { type Denoised, type DenoiseOptions, denoise } from "../inference/denoise.js";
import type { FloatTensor } from "../util/tensor.js";
import { tensor } from "../util/tensor.js";
import type { LearnedAt, OpenRun } from "./open.js";

/**
 * The mean of the true rows given noisy ones `(n, d)`, and its Monte Carlo standard errors, in the units of the data.
 * @param options as `denoise` takes them; `sigma` in the units of the data.
 * @throws InputError as `denoise` does.
 */
export async function denoiseRun(
  { config, model, data }: OpenRun,
  learned: LearnedAt,
  rows: FloatTensor,
  options: DenoiseOptions & { readonly sigma: ArrayLike<number> },
): Promise<Denoised> {
  const { energy } = trainedModel(config, model);
  const { scale } = data.standardizer;
  const sigma = Float64Array.from(options.sigma, (v, j) => v / scale[j]!);
  const given = standardize(data.standardizer, rows);
  const { x, standardError, ...rest } = await denoise({ energy, params: learned.energy }, given, { ...options, sigma });
  const errors =
    standardError &&
    tensor(
      standardError.data.map((v, i) => v * scale[i % scale.length]!),
      rows.shape,
    );
  return { ...rest, x: unstandardize(data.standardizer, x), ...(errors ? { standardError: errors } : {}) };
}
