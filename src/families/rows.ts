import { InputError } from "../util/errors.js";
import { type FloatTensor, showShape } from "../util/tensor.js";

/** Numbers in order; rows of data and parameters alike. */
export type Vector = ArrayLike<number>;

/**
 * Points `(n, d)`, or `(n)` where d is 1, one by one.
 * @throws InputError for another shape, a number that is not finite, and a point outside the support.
 */
export function rowsOf(
  what: string,
  { data, shape }: FloatTensor,
  d: number,
  refuse: (x: Vector) => string | null,
): Float64Array[] {
  const [n, ...rest] = shape;
  if (n === undefined || rest.length > 1 || (rest[0] ?? 1) !== d)
    throw new InputError(`${what}: points have shape ${showShape(shape)}; expected (n, ${d})`);
  return Array.from({ length: n }, (_, i) => {
    const x = Float64Array.from(data.subarray(i * d, (i + 1) * d));
    const bad = x.findIndex((v) => !Number.isFinite(v));
    if (bad >= 0) throw new InputError(`${what}: row ${i} holds ${x[bad]}; expected finite numbers`);
    const reason = refuse(x);
    if (reason) throw new InputError(`${what}: row ${i} is ${x.join(", ")}; ${reason}`);
    return x;
  });
}

/** A refusal where a number is not positive. */
export const unlessPositive = (name: string, value: number): string | null =>
  value > 0 ? null : `${name} is ${value}; expected a positive number`;
