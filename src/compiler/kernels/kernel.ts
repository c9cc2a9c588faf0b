/** What a kernel is: a function over addresses, written once for all places that need an equal one. */

import type { DType } from "../../util/tensor.js";
import type { Assembler, Machine, Pointer } from "../machine.js";

/** A function of a program. Equal keys mean equal functions. */
export interface KernelFunction {
  readonly key: string;
  readonly parameters: number;
  write(to: Assembler, machine: Machine, pointers: readonly Pointer[]): void;
}

/** Bytes of an element in memory. */
export const BYTES: Readonly<Record<DType, number>> = { float32: 4, float64: 8, int64: 8, bool: 1 };

/**
 * How many lanes compute numbers of these dtypes together, widest first, one lane last. Truth goes with any width of
 * floats; floats of two widths, and whole numbers, are computed one by one.
 */
export function widthsFor(dtypes: readonly DType[], { lanes, halves }: Machine): number[] {
  const numbers = new Set(dtypes.filter((d) => d !== "bool"));
  const [only] = numbers;
  if (numbers.size !== 1 || only === "int64") return [1];
  const widest = only === "float32" ? lanes.f32 : lanes.f64;
  const widths = [];
  for (let width = widest; width > 1; width = halves ? width / 2 : 1) widths.push(width);
  return [...widths, 1];
}
