import { type FloatTensor, tensor } from "../util/tensor.js";
import { spreadOf, type TrainedParts } from "./parts.js";

/** Rows `(n, columns)` in the units of the data with the digits that float32 chains hold, and not those they do not. */
export function roundRows(model: Pick<TrainedParts, "config" | "data">, { data, shape }: FloatTensor): FloatTensor {
  const { columns, kept } = model.data.coordinates;
  const { scale } = spreadOf(model);
  const each = columns.map(({ rounded }, j) => {
    const deviation = scale[kept.indexOf(j)] ?? 1;
    return (v: number): number => rounded(v, deviation);
  });
  return tensor(
    Float64Array.from(data, (v, i) => each[i % each.length]!(v)),
    shape,
  );
}
