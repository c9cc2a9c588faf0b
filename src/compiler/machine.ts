/**
 * What a target of the compiler is: a writer of functions over registers, memory and loops, one instruction after the
 * other. The compiler writes every kernel by these calls and knows no target by name.
 */

/** What a register holds. `index` counts bytes and elements, `pointer` is an address, `mask32` and `mask64` are truth. */
export type Kind = "f32" | "f64" | "i32" | "i64" | "mask32" | "mask64" | "index" | "pointer";

/** Kinds of numbers that lie in memory; truth lies there as one byte a value. */
export type Stored = "f32" | "f64" | "i32" | "i64";

/** The value of one instruction: written once, read often. `lanes` numbers side by side; 1 is a plain number. */
export interface Value<K extends Kind = Kind> {
  readonly kind: K;
  readonly lanes: number;
  /** What the target calls it. */
  readonly id: string | number;
}

/** A register that is written again and again: sums, and the state of loops. */
export interface Variable extends Value {
  readonly changes: true;
}

export type Pointer = Value<"pointer">;
export type Index = Value<"index">;

export type BinaryInstruction =
  | "add" // floats, i32, i64, index
  | "sub"
  | "mul" // floats, i32 and index; i64 with one lane
  | "div" // floats; i64 with one lane, towards zero, 0 where the divisor is
  | "min" // floats: of a NaN and anything NaN; i64 with one lane
  | "max"
  | "and" // masks, i32, i64
  | "or"
  | "xor"
  | "less" // floats, i32, i64, index; gives a mask as wide as its operands, of index mask32. Of NaN false
  | "lessEqual"
  | "equal";

export type UnaryInstruction =
  | "neg" // floats: the sign bit turned; i64 with one lane
  | "abs" // floats; i64 with one lane
  | "sqrt" // floats, correctly rounded
  | "floor" // floats
  | "not"; // masks

/** By a number of bits known when the code is written. `shiftRight` keeps the sign, `shiftRightZero` brings zeros. */
export type Shift = "shiftLeft" | "shiftRight" | "shiftRightZero";

/**
 * Writes one function. Lanes of operands are equal; kinds are those of the instruction, nothing is converted by itself.
 * Results do not depend on how many lanes compute them: a lane gives the same bits as one number alone. Integers wrap.
 * Which zero `min` and `max` give of 0 and −0 is not said, nor which NaN comes of several. Masks of one lane mix: either
 * kind serves where the other does.
 */
export interface Assembler {
  /** A number known when the code is written, the same in all lanes. */
  constant(kind: Kind, lanes: number, value: number | bigint): Value;
  binary(instruction: BinaryInstruction, a: Value, b: Value): Value;
  unary(instruction: UnaryInstruction, x: Value): Value;
  shift(instruction: Shift, x: Value, bits: number): Value;
  /** `a b + c`, rounded once where the machine does that (`Machine.fused`), else twice. Floats. */
  multiplyAdd(a: Value, b: Value, c: Value): Value;
  /** `a` where the mask holds, else `b`. */
  select(mask: Value, a: Value, b: Value): Value;
  /** The same bits as another kind of that width: f32 and i32, f64 and i64. */
  bits(x: Value, kind: Stored): Value;
  /**
   * The same number as another kind. One lane: any two kinds of numbers, index included; towards zero from floats to
   * integers, saturating, NaN to 0; i64 to i32 wraps; masks to masks. More lanes: f32 and i32 (towards zero, in range).
   */
  convert(x: Value, kind: Kind): Value;
  /** One number in all lanes. */
  splat(x: Value, lanes: number): Value;
  /** Several plain numbers side by side. */
  pack(xs: readonly Value[]): Value;
  /** One of the lanes. */
  lane(x: Value, at: number): Value;
  /** The lanes added, or their largest: by halves, the upper to the lower. NaN stays NaN. */
  across(by: "add" | "max", x: Value): Value;

  /** From `pointer + bytes`, which need not be aligned. */
  load(kind: Stored, lanes: number, pointer: Pointer, bytes?: number): Value;
  store(pointer: Pointer, x: Value, bytes?: number): void;
  /** One truth from a byte. */
  loadTruth(pointer: Pointer, bytes?: number): Value<"mask32">;
  storeTruth(pointer: Pointer, x: Value<"mask32">, bytes?: number): void;
  /** An address from memory: element `at` of a table of addresses. */
  loadPointer(table: Pointer, at: number): Pointer;
  /** `pointer + index · scale + bytes`; all count bytes. */
  at(pointer: Pointer, index: Index | null, scale: number, bytes?: number): Pointer;

  variable(initial: Value): Variable;
  assign(variable: Variable, x: Value): void;

  /** For `i = from, from + step, …` below `to`. Nothing where `from ≥ to`. */
  loop(range: { from?: number; to: number | Index; step?: number }, body: (i: Index) => void): void;
  /** While the condition, a mask of one lane, asked before every turn, holds. */
  repeat(condition: () => Value, body: () => void): void;
  /** Once if the mask, of one lane, holds. */
  when(mask: Value, body: () => void): void;

  /** Call a function of the same module, defined before. */
  call(callee: Callee, args: readonly Pointer[]): void;
}

/** A function that can be called. */
export interface Callee {
  readonly id: string | number;
}

/** A module under construction: functions that take addresses and give nothing. */
export interface Machine {
  /** How many numbers of a kind one register holds; 1 where there are no lanes. A power of two. */
  readonly lanes: { readonly f32: number; readonly f64: number };
  /** Whether fewer lanes than a register holds compute as well: any power of two, or else all or one. */
  readonly halves: boolean;
  /** How many vector registers there are: what a tile of a matrix product may fill. */
  readonly registers: number;
  /** Whether `multiplyAdd` rounds once. */
  readonly fused: boolean;
  /** Bytes of an address in a table. */
  readonly pointerBytes: 4 | 8;
  /** Write a function of so many addresses. */
  define(parameters: number, body: (to: Assembler, pointers: readonly Pointer[]) => void): Callee;
}
