import { ShapeError } from "../util/errors.js";
import { allocate, type FloatTensor, sameShape, showShape, sizeOf, tensor } from "../util/tensor.js";

/**
 * The rows of `(n, ...event)` at the given indices, `(indices, ...event)`, in the width of `x`.
 * @param into a tensor of that shape and width to overwrite and return, for loops that take rows each iteration.
 * @throws ShapeError when an index is not a row, or `into` does not fit.
 */
export function takeRows(x: FloatTensor, indices: ArrayLike<number>, into?: FloatTensor): FloatTensor {
  const [n, ...event] = x.shape;
  const d = sizeOf(event);
  const shape = [indices.length, ...event];
  if (n === undefined) throw new ShapeError("takeRows: a scalar has no rows; expected (n, ...event)");
  if (into !== undefined && !(sameShape(into.shape, shape) && into.dtype === x.dtype))
    throw new ShapeError(
      `takeRows: cannot write ${x.dtype} ${showShape(shape)} into ${into.dtype} ${showShape(into.shape)}`,
    );
  const out = into ?? tensor(allocate(x.data instanceof Float32Array ? "float32" : "float64", sizeOf(shape)), shape);
  for (let i = 0; i < indices.length; i++) {
    const row = indices[i]!;
    if (!(row >= 0 && row < n)) throw new ShapeError(`takeRows: row ${row} of ${n}; expected 0 to ${n - 1}`);
    for (let j = 0; j < d; j++) out.data[i * d + j] = x.data[row * d + j]!;
  }
  return out;
}
