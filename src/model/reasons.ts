/** Why a row is unlikely: its columns against their laws given the others, in the units of the data. */

import { type ColumnRatio, columnRatios, type Line, lineOver } from "../inference/column-ratios.js";
import { InputError } from "../util/errors.js";
import { type FloatTensor, tensor } from "../util/tensor.js";
import type { TrainedParts } from "./parts.js";

/** A column of a row, given its other columns. */
export interface ColumnReason {
  readonly column: string;
  /** Nats by which the law given the others is higher at its likeliest value, as a negative number; 0 at that value. */
  readonly logRatio: number;
  /** The value that is likeliest given the others, as the data has it. */
  readonly likeliest: number;
  /** The same as a cell of a file, where cells are text. */
  readonly text?: string;
  /** How much of the law given the others is at values as unlikely or more. */
  readonly share: number;
}

/** Rows `(n, columns)`, by the energies of their points; a cell that stands for an interval is its middle. */
export async function reasonsOf(
  { model, data: { coordinates, seen } }: Pick<TrainedParts, "model" | "data">,
  rows: FloatTensor,
  energies: (points: FloatTensor) => Promise<Float64Array>,
): Promise<readonly (readonly ColumnReason[])[]> {
  const { columns, kept, width } = coordinates;
  const points = coordinates.encode(rows);
  const found = await columnRatios(energies, points, linesOf(model.energy?.support, seen.train, width));
  return found.map((ratios, i) =>
    ratios.map(({ coordinate, logRatio, likeliest, share }: ColumnRatio): ColumnReason => {
      const point = Float64Array.from(points.data.subarray(i * width, (i + 1) * width));
      point[coordinate] = likeliest;
      const column = columns[kept[coordinate]!]!;
      const cell = coordinates.decode(tensor(point, [1, width])).data[kept[coordinate]!]!;
      const text = column.text?.write(cell);
      return { column: column.name, logRatio, likeliest: cell, ...(text === undefined ? {} : { text }), share };
    }),
  );
}

/** Where each coordinate is looked at. @throws InputError where coordinates cannot change alone. */
export function linesOf(
  support: TrainedParts["model"]["energy"]["support"] | undefined,
  known: FloatTensor,
  width: number,
): Line[] {
  if (support?.kind === "categorical")
    throw new InputError("why: points are one-hot, so that no number of one has a law given its others");
  const n = known.shape[0]!;
  return Array.from({ length: width }, (_, j): Line => {
    if (support?.kind === "binary") return { values: Float64Array.from(support.values).sort(), states: true };
    return lineOver(Float64Array.from({ length: n }, (_, i) => known.data[i * width + j]!));
  });
}
