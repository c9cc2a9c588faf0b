/**
 * How an operation computes, as far as the compiler needs to know: by one number at a time, by where numbers lie, or by
 * loops of its own. The compiler asks every operation for its rule and none for its name.
 */

import type { DType, Tensor } from "../util/tensor.js";

/** A number while a kernel runs: of one element, or of several side by side. */
export interface Scalar {
  readonly dtype: DType;
}

type OfOne = (x: Scalar) => Scalar;
type OfTwo = (a: Scalar, b: Scalar) => Scalar;

/** What rules of single numbers are made of. Operands of one dtype; nothing is converted by itself. */
export interface ScalarMath {
  constant(value: number, dtype: DType): Scalar;
  readonly add: OfTwo;
  readonly sub: OfTwo;
  readonly mul: OfTwo;
  readonly div: OfTwo;
  /** Of a NaN and anything NaN. */
  readonly min: OfTwo;
  readonly max: OfTwo;
  readonly neg: OfOne;
  readonly abs: OfOne;
  /** −1, 0 or 1; NaN of NaN. */
  readonly sign: OfOne;
  readonly sqrt: OfOne;
  readonly floor: OfOne;
  readonly exp: OfOne;
  readonly log: OfOne;
  readonly sin: OfOne;
  readonly cos: OfOne;
  readonly atan: OfOne;
  readonly tanh: OfOne;
  readonly sigmoid: OfOne;
  readonly erf: OfOne;
  readonly less: OfTwo;
  readonly lessEqual: OfTwo;
  readonly equal: OfTwo;
  readonly and: OfTwo;
  readonly or: OfTwo;
  readonly not: OfOne;
  select(condition: Scalar, a: Scalar, b: Scalar): Scalar;
  cast(x: Scalar, dtype: DType): Scalar;
}

/** Where the elements of a tensor lie: element `(i₀, i₁, …)` at `offset + Σ iₖ strideₖ`, counted in elements. */
export interface Layout {
  readonly offset: number;
  /** One for each axis; 0 where the same element is repeated, negative where it runs backwards. */
  readonly strides: readonly number[];
}

/** A whole number while a kernel runs: a counter of a loop, or a position made of them. */
export interface Counter {
  readonly counts: true;
}

/** A number that is written again and again. */
export interface Cell {
  get(): Scalar;
  set(x: Scalar): void;
}

/** A position that is written again and again. */
export interface CounterCell {
  get(): Counter;
  set(i: Counter): void;
}

/** How an operation writes loops of its own, one number at a time. Operands and results lie row-major. */
export interface Loops {
  readonly math: ScalarMath;
  /** For `i` from 0 below `n`. */
  each(n: number | Counter, body: (i: Counter) => void): void;
  /** While the condition, asked before every turn, holds. */
  repeat(condition: () => Scalar, body: () => void): void;
  /** Once if the condition holds. */
  when(condition: Scalar, body: () => void): void;
  /** `constant + Σ counterₖ factorₖ`. */
  position(terms: readonly (readonly [Counter, number])[], constant?: number): Counter;
  /** A position from an int64, and back. */
  toCounter(x: Scalar): Counter;
  fromCounter(i: Counter): Scalar;
  /** Whether one position comes before another. */
  before(i: Counter, j: Counter): Scalar;
  cell(initial: Scalar): Cell;
  counterCell(initial: Counter): CounterCell;
  /** An element of an operand. */
  read(operand: number, at: Counter): Scalar;
  /** An element of a result, as it is by now. */
  reread(result: number, at: Counter): Scalar;
  write(result: number, at: Counter, x: Scalar): void;
}

/** A body applied a known number of times. Operands of the node: states, stacked sequences (a symbol each), captured. */
export interface CountedRepeat<Body> {
  readonly body: Body;
  readonly states: number;
  readonly length: number;
  /** From the last step to the first. */
  readonly reverse: boolean;
}

/**
 * A body applied while a condition holds. Operands of the node: the condition, the most steps, states, captured; the
 * body's symbols, as many as these without what is captured, are the step, the condition and the states, its results the next condition and the states.
 */
export interface ConditionalRepeat<Body> {
  readonly body: Body;
  readonly states: number;
}

/** The rule of an operation, of whose nodes, operands and bodies only their types are named here. Exactly one of these. */
export type Kernel<Node, Expr, Body> =
  /** Each element of the result from the elements of the operands at its place, which are repeated as they broadcast. */
  | { readonly map: (math: ScalarMath, operands: readonly Scalar[], node: Node) => Scalar }
  /** No element changes: where the result's lie, given where the operand's lie; `null` where no layout says it. */
  | { readonly view: (source: Layout, node: Node) => Layout | null }
  /** Elements along axes added, or their largest. */
  | { readonly reduce: "add" | "max"; readonly axes: (node: Node) => readonly number[] }
  /** The matrix product of two operands over their last two axes, of either exchanged; leading axes broadcast. */
  | { readonly product: (node: Node) => { readonly transposeA: boolean; readonly transposeB: boolean } }
  /** Operands at places along an axis of the result, zeros elsewhere: for each operand where it starts. */
  | { readonly place: (node: Node) => { readonly axis: number; readonly starts: readonly number[] } }
  | { readonly loops: (to: Loops, node: Node) => void }
  | { readonly counted: (node: Node) => CountedRepeat<Body> }
  | { readonly conditional: (node: Node) => ConditionalRepeat<Body> }
  /** The same value in other operations. */
  | { readonly compose: (node: Node) => readonly Expr[] }
  /** Known when the program is built. */
  | { readonly constant: (node: Node) => Tensor };
