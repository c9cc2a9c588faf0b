/** Noisy rows in the units of the data. */

import { affineCoordinates, type Coordinates } from "../data/columns/coordinates.js";
import { type Denoised, type DenoiseOptions, denoise } from "../inference/denoise.js";
import type { Density } from "../inference/density.js";
import { InputError } from "../util/errors.js";
import { type FloatTensor, type Tensor, tensor } from "../util/tensor.js";
import { outsideInUnits } from "./outside-in-units.js";

/**
 * Coordinates in which normal noise of a column is normal noise: numbers on a lattice are taken for what they are between.
 * @throws InputError for a column of categories, or one whose coordinate bends.
 */
function unbent({ columns, kept }: Coordinates): Coordinates {
  const affines = kept.map((j) => {
    const { affine, name, data, nominal } = columns[j]!;
    if (!affine)
      throw new InputError(
        `denoise: column ${name} is ${data.kind}, and normal noise is of numbers on an even scale; train a run without it (--drop ${name})${nominal ? "" : `, or with --as ${name}=real`}`,
      );
    return affine;
  });
  return affineCoordinates(
    kept.map((j) => columns[j]!.name),
    { mean: affines.map((a) => a.mean), scale: affines.map((a) => a.scale) },
  );
}

/** Numbers `(n, kept)` in the columns that are kept of `(n, columns)`. */
function spreadOut(x: FloatTensor, { columns, kept }: Coordinates, other: (j: number) => number): Tensor<Float64Array> {
  const [n, d] = [x.shape[0]!, columns.length];
  const places = columns.map((_, j) => kept.indexOf(j));
  return tensor(
    Float64Array.from({ length: n * d }, (_, i) => {
      const c = places[i % d]!;
      return c < 0 ? other(i % d) : x.data[Math.floor(i / d) * kept.length + c]!;
    }),
    [n, d],
  );
}

/** `sigma` in the units of the data, one a column; columns that are constant have no noise. */
export async function denoiseInUnits(
  density: Density,
  coordinates: Coordinates,
  rows: FloatTensor,
  options: DenoiseOptions,
): Promise<Denoised> {
  const { columns, kept } = coordinates;
  const straight = unbent(coordinates);
  const { scale } = straight.affine!;
  const given = options?.sigma;
  const wrong = (typeof given === "number" ? [given] : Array.from(given ?? [Number.NaN])).find((v) => !(v > 0));
  if (wrong !== undefined)
    throw new InputError(
      `denoise: sigma is ${given === undefined ? "missing" : wrong}; expected a positive number, or one a column`,
    );
  if (typeof given !== "number" && given.length !== columns.length)
    throw new InputError(`denoise: sigma has ${given.length} numbers for ${columns.length} columns`);
  const sigma = scale.map((s, c) => (typeof given === "number" ? given : given[kept[c]!]!) / s);
  const [n, d] = [rows.shape[0]!, columns.length];
  const own = tensor(
    Float64Array.from({ length: n * kept.length }, (_, i) => {
      const [row, c] = [Math.floor(i / kept.length), i % kept.length];
      return rows.data[row * d + kept[c]!]!;
    }),
    [n, kept.length],
  );
  const { x, standardError, outside, ...rest } = await denoise(density, straight.encode(own), { ...options, sigma });
  const errors =
    standardError &&
    tensor(
      standardError.data.map((v, i) => v * scale[i % scale.length]!),
      standardError.shape,
    );
  return {
    ...rest,
    x: spreadOut(straight.decode(x), coordinates, (j) => columns[j]!.decode(0)),
    ...outsideInUnits(coordinates, rows, outside),
    ...(errors ? { standardError: spreadOut(errors, coordinates, () => 0) } : {}),
  };
}
