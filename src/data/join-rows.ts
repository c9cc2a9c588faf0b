import { type FloatTensor, type Tensor, tensor } from "../util/tensor.js";

/** The rows `(n, d)` of several tables of the same columns one below the other, in double precision. */
export function joinRows(parts: readonly FloatTensor[]): Tensor<Float64Array> {
  const d = parts[0]?.shape[1] ?? 0;
  const data = new Float64Array(parts.reduce((n, { data: own }) => n + own.length, 0));
  let at = 0;
  for (const { data: own } of parts) {
    data.set(own, at);
    at += own.length;
  }
  return tensor(data, [data.length / d, d]);
}
