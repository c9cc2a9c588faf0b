/** WebAssembly as a target of the compiler: a module written as bytes, without a compiler of any kind. */

import type { Assembler, Callee, Machine, Pointer } from "../machine.js";
import { WasmAssembler } from "./assembler.js";
import { type Body, encodeModule } from "./encode.js";
import { lanesOf } from "./opcodes.js";

export interface WasmMachine extends Machine {
  /** The module, of which `entry`, a function of one address, is called from outside. */
  finish(entry: Callee): Uint8Array<ArrayBuffer>;
}

/**
 * A module under construction. With `relaxed` it asks for relaxed SIMD, by which `multiplyAdd` rounds once where
 * `simdSupport` says so. Addresses have 32 bits; what an index counts is below 2³¹.
 *
 * What V8 makes of it (Node 20 and 22, one core of Zen 4 whose peak is 59 GFLOP/s in single precision):
 * - A matrix product in tiles of 4 rows and 2 vectors runs at 55 GFLOP/s, without relaxed SIMD at 44. Of 16 registers V8
 *   has 15, and it loads before it multiplies, so that 6 rows spill: 39 and 29.
 * - It unrolls short loops itself. Unrolled by hand the same tile runs at 29: every offset takes a register.
 * - A function is replaced by its optimised code between calls, never during one, and has a quarter of the speed until
 *   then. So loops that run long call functions, which are replaced while the loop runs; a call of a tile costs 3 %.
 * - 200 products in one function run at half their speed, in functions of their own at all of it.
 * - Constants of vectors are as fast written where they are used as set once, and pointers as fast computed from a
 *   counter as counted themselves.
 * - `min` and `max` of vectors take six instructions for NaN and −0, but one by a constant other than 0, and one as
 *   `select(less(a, b), …)` of the same two.
 */
export function wasmMachine({ relaxed }: { readonly relaxed: boolean }): WasmMachine {
  const functions: Body[] = [];
  return {
    lanes: { f32: lanesOf.f32, f64: lanesOf.f64 },
    halves: false,
    registers: 16,
    fused: relaxed,
    pointerBytes: 4,
    define(parameters: number, body: (to: Assembler, pointers: readonly Pointer[]) => void): Callee {
      const to = new WasmAssembler(parameters, relaxed);
      body(to, to.pointers);
      functions.push(to.finish());
      return { id: functions.length - 1 };
    },
    finish: (entry) => encodeModule(functions, Number(entry.id)),
  };
}
