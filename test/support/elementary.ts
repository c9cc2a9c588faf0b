/** Elementary functions of the compiler computed by its oracle, and how far they are from what is true. */

import type { Assembler, Stored, Value } from "../../src/compiler/machine.js";
import { interpreter } from "./interpreter.js";

export type Elementary = (to: Assembler, x: Value) => Value;
export type FloatKind = "f32" | "f64";

/** The instructions that several lanes have, and the kinds of their operands. `null`: whatever the kind. */
const IN_LANES: Record<string, readonly string[] | null> = {
  add: null,
  sub: null,
  less: null,
  lessEqual: null,
  equal: null,
  mul: ["f32", "f64", "i32"],
  div: ["f32", "f64"],
  min: ["f32", "f64"],
  max: ["f32", "f64"],
  and: ["i32", "i64", "mask32", "mask64"],
  or: ["i32", "i64", "mask32", "mask64"],
  xor: ["i32", "i64", "mask32", "mask64"],
  neg: ["f32", "f64"],
  abs: ["f32", "f64"],
  sqrt: ["f32", "f64"],
  floor: ["f32", "f64"],
  not: ["mask32", "mask64"],
};

/** An assembler that counts the instructions written, and takes those only that lanes have. Constants and `bits` are free. */
export function counting(to: Assembler): { readonly to: Assembler; count(): number } {
  let count = 0;
  const expectInLanes = (instruction: string, x: Value): void => {
    const kinds = IN_LANES[instruction];
    if (kinds === undefined || (kinds && !kinds.includes(x.kind)))
      throw new Error(`${instruction} of ${x.kind} in lanes`);
    count++;
  };
  const counted: Assembler = {
    ...to,
    binary(instruction, a, b) {
      expectInLanes(instruction, a);
      return to.binary(instruction, a, b);
    },
    unary(instruction, x) {
      expectInLanes(instruction, x);
      return to.unary(instruction, x);
    },
    shift(instruction, x, bits) {
      count++;
      return to.shift(instruction, x, bits);
    },
    multiplyAdd(a, b, c) {
      count++;
      return to.multiplyAdd(a, b, c);
    },
    select(mask, a, b) {
      count++;
      const wide = a.kind === "f64" || a.kind === "i64";
      if (mask.kind !== (wide ? "mask64" : "mask32")) throw new Error(`${mask.kind} chooses ${a.kind} in lanes`);
      return to.select(mask, a, b);
    },
    convert(x, kind) {
      throw new Error(`${x.kind} becomes ${kind} in lanes`);
    },
    lane: () => {
      throw new Error("one lane is asked of several");
    },
    across: () => {
      throw new Error("lanes are added");
    },
  };
  return { to: counted, count: () => count };
}

export interface Computed {
  readonly values: readonly number[];
  /** Of one lane's way through the function. */
  readonly instructions: number;
}

/** A function of many numbers, in so many lanes. */
export function compute(
  f: Elementary,
  kind: FloatKind,
  xs: readonly number[],
  { lanes = 256, fused = false } = {},
): Computed {
  const count = Math.ceil(xs.length / lanes) * lanes;
  const width = kind === "f32" ? 4 : 8;
  const memory = new ArrayBuffer(2 * count * width);
  const all = kind === "f32" ? new Float32Array(memory) : new Float64Array(memory);
  all.set(xs);
  let instructions = 0;
  const { machine, run } = interpreter(memory, { f32: lanes, f64: lanes }, fused);
  const callee = machine.define(2, (plain, [from, into]) => {
    for (let at = 0; at < count; at += lanes) {
      const { to, count: counted } = counting(plain);
      to.store(into!, f(to, to.load(kind as Stored, lanes, from!, at * width)), at * width);
      instructions = counted();
    }
  });
  run(callee, [0, count * width]);
  return { values: Array.from(all.subarray(count, count + xs.length)), instructions };
}

/** The distance between neighbours at a number, as far as a kind has them: of its denormal ones below the normal ones. */
export function ulp(kind: FloatKind, y: number): number {
  const [bits, least] = kind === "f32" ? [24, -126] : [53, -1022];
  const size = Math.abs(y);
  let exponent = Math.floor(Math.log2(size));
  // The logarithm rounds: beside a power of two it may be one off.
  if (2 ** exponent > size) exponent--;
  else if (2 ** (exponent + 1) <= size) exponent++;
  return 2 ** (Math.max(exponent, least) - bits + 1);
}

/** Numbers of every exponent that float32 has, of both signs, denormal ones among them. */
export function everyFloat32(perExponent: number): number[] {
  const view = new DataView(new ArrayBuffer(4));
  const xs: number[] = [];
  // A linear congruential sequence for the fractions: the same numbers every time.
  let state = 1;
  for (let field = 0; field < 255; field++)
    for (let k = 0; k < perExponent; k++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      view.setUint32(0, ((state & 1) << 31) | (field << 23) | (state >>> 9));
      xs.push(view.getFloat32(0));
    }
  return xs;
}
