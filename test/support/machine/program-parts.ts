/** Of what random programs are made: instructions by the kinds they take, and what was written so far. */

import type {
  Assembler,
  BinaryInstruction,
  Callee,
  Kind,
  Pointer,
  Shift,
  Stored,
  UnaryInstruction,
  Value,
} from "../../../src/compiler/machine.js";

/** What was written so far: values by their number, and the regions of the function. */
export interface Written {
  readonly values: Value[];
  readonly from: Record<Stored, Pointer>;
  readonly out: Record<Stored, Pointer>;
  readonly truth: Pointer;
  readonly regions: readonly Pointer[];
  /** Functions written before. */
  readonly callees: readonly Callee[];
}

export type Statement = (to: Assembler, at: Written) => void;

export interface Options {
  /** Whether `multiplyAdd` occurs: what rounds once cannot be compared with what rounds twice. */
  readonly multiplyAdd: boolean;
}

export const floatBinary: readonly BinaryInstruction[] = ["add", "sub", "mul", "div", "min", "max"];
export const comparisons: readonly BinaryInstruction[] = ["less", "lessEqual", "equal"];
export const logic: readonly BinaryInstruction[] = ["and", "or", "xor"];
export const floatUnary: readonly UnaryInstruction[] = ["neg", "abs", "sqrt", "floor"];
export const shifts: readonly Shift[] = ["shiftLeft", "shiftRight", "shiftRightZero"];
export const isFloat = (kind: Kind): boolean => kind === "f32" || kind === "f64";
export const maskOf = (kind: Kind): Kind => (kind.endsWith("64") ? "mask64" : "mask32");
export const full = (kind: Kind): number => (kind.endsWith("64") ? 2 : 4);
