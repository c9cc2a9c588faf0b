/** Numbers between memory and registers, whatever their dtype and however they lie. */

import type { DType } from "../../util/tensor.js";
import type { Assembler, Pointer, Value } from "../machine.js";
import { type Held, STORED, truthOf } from "../scalar-math.js";
import { BYTES } from "./kernel.js";

/** How wide truth is in several lanes: as the numbers that it is of. */
export type Width = "f32" | "f64";

/** Truth in several lanes goes by way of numbers: 1 where it holds. */
function packTruth(to: Assembler, truths: readonly Value[], width: Width): Value {
  const [yes, no] = [to.constant(width, 1, 1), to.constant(width, 1, 0)];
  const numbers = truths.map((t) => to.select(t, yes, no));
  return to.binary("equal", to.pack(numbers), to.constant(width, numbers.length, 1));
}

/** As many elements as there are lanes, `stride` elements apart, from an address on. */
export function readLanes(
  to: Assembler,
  { dtype, lanes, stride, width }: { dtype: DType; lanes: number; stride: number; width: Width },
  pointer: Pointer,
): Held {
  const bytes = stride * BYTES[dtype];
  if (dtype === "bool") {
    if (lanes === 1) return { dtype, value: to.loadTruth(pointer) };
    const count = stride === 0 ? 1 : lanes;
    const truths = Array.from({ length: count }, (_, i) => to.loadTruth(pointer, i * bytes));
    return { dtype, value: packTruth(to, count === 1 ? Array<Value>(lanes).fill(truths[0]!) : truths, width) };
  }
  const kind = STORED[dtype];
  if (lanes === 1 || stride === 1) return { dtype, value: to.load(kind, lanes, pointer) };
  if (stride === 0) return { dtype, value: to.splat(to.load(kind, 1, pointer), lanes) };
  return {
    dtype,
    value: to.pack(Array.from({ length: lanes }, (_, i) => to.load(kind, 1, pointer, i * bytes))),
  };
}

/** The other way. */
export function writeLanes(to: Assembler, x: Held, pointer: Pointer, stride: number): void {
  const { dtype, value } = x;
  const bytes = stride * BYTES[dtype];
  if (dtype === "bool") {
    if (value.lanes === 1) {
      to.storeTruth(pointer, truthOf(to, x));
      return;
    }
    const kind = value.kind === "mask64" ? "f64" : "f32";
    const numbers = to.select(value, to.constant(kind, value.lanes, 1), to.constant(kind, value.lanes, 0));
    const one = to.constant(kind, 1, 1);
    for (let i = 0; i < value.lanes; i++) {
      const holds = to.binary("equal", to.lane(numbers, i), one);
      to.storeTruth(pointer, truthOf(to, { dtype, value: holds } as Held), i * bytes);
    }
  } else if (value.lanes === 1 || stride === 1) to.store(pointer, value);
  else for (let i = 0; i < value.lanes; i++) to.store(pointer, to.lane(value, i), i * bytes);
}
