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
