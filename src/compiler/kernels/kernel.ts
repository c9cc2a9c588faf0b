/** What a kernel is: a function over addresses, written once for all places that need an equal one. */

import type { DType } from "../../util/tensor.js";
import type { Assembler, Machine, Pointer } from "../machine.js";
import { vectorizes } from "../scalar-math.js";

/** A function of a program. Equal keys mean equal functions. */
export interface KernelFunction {
  readonly key: string;
  readonly parameters: number;
  /** Where it computes rows that do not know of each other: how many, and the same for fewer. */
  readonly rows?: Rows | undefined;
  write(to: Assembler, machine: Machine, pointers: readonly Pointer[]): void;
}

/** Rows of a kernel: what lies at each of its addresses for one of them. */
export interface Rows {
  readonly count: number;
  readonly parameters: readonly RowAccess[];
  take(count: number): KernelFunction;
}

export interface RowAccess {
  /** Bytes from row to row; 0 where all rows use the same. */
  readonly step: number;
  /** Bytes of a row before its address and from its address on. */
  readonly before: number;
  readonly after: number;
  readonly writes: boolean;
}

/** What lies at an address of which the first axis are rows. Sizes and strides of the other axes; strides in elements. */
export function rowAccess(
  { dtype, strides }: { readonly dtype: DType; readonly strides: readonly number[] },
  sizes: readonly number[],
  writes: boolean,
): RowAccess {
  const size = BYTES[dtype];
  const reach = sizes.map((n, i) => Math.max(n - 1, 0) * strides[i + 1]! * size);
  return {
    step: strides[0]! * size,
    before: -reach.reduce((sum, r) => sum + Math.min(r, 0), 0),
    after: reach.reduce((sum, r) => sum + Math.max(r, 0), size),
    writes,
  };
}

/** Bytes of an element in memory. */
export const BYTES: Readonly<Record<DType, number>> = { float32: 4, float64: 8, int64: 8, bool: 1 };

/**
 * How many lanes compute numbers of these dtypes together, widest first, one lane last. Truth goes with any width of
 * floats; floats of two widths, and whole numbers, are computed one by one.
 */
export function widthsFor(dtypes: readonly DType[], { lanes, halves }: Machine): number[] {
  const only = dtypes.find((dtype) => dtype !== "bool");
  if (only === undefined || !vectorizes(...dtypes)) return [1];
  const widest = only === "float32" ? lanes.f32 : lanes.f64;
  const widths = [];
  for (let width = widest; width > 1; width = halves ? width / 2 : 1) widths.push(width);
  return [...widths, 1];
}
