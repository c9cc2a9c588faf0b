/** Coordinates in files: means and scales as numbers, as files of real columns always had, and the other kinds as text. */

import { InputError } from "../../util/errors.js";
import { type FloatTensor, type Tensor, tensor } from "../../util/tensor.js";
import type { ColumnData } from "./column.js";
import { affineCoordinates, type Coordinates, coordinatesOf } from "./coordinates.js";

/** Mean and scale of each coordinate: 0 and 1 where a column has another way. */
export function tensorsOf({ columns, kept }: Coordinates): Record<"mean" | "scale", Tensor<Float64Array>> {
  const affines = kept.map((j) => columns[j]!.affine ?? { mean: 0, scale: 1 });
  return {
    mean: tensor(Float64Array.from(affines, (a) => a.mean)),
    scale: tensor(Float64Array.from(affines, (a) => a.scale)),
  };
}

/** What describes the columns, as JSON; `undefined` where all are real, which means and scales say. */
export const describedIn = ({ affine, columns }: Coordinates): string | undefined =>
  affine ? undefined : JSON.stringify(columns.map(({ data }) => data));

/** The coordinates that were written so. @throws InputError when the description is none. */
export function restoredFrom(
  names: readonly string[],
  { mean, scale }: Readonly<Record<"mean" | "scale", FloatTensor>>,
  described: string | undefined,
): Coordinates {
  if (described === undefined) return affineCoordinates(names, { mean: mean.data, scale: scale.data });
  // Written by `describedIn`; the file it stands in has a checksum.
  const data = JSON.parse(described) as readonly ColumnData[];
  if (data.length !== names.length)
    throw new InputError(`${data.length} columns are described, and there are ${names.length}`);
  return coordinatesOf(data);
}
