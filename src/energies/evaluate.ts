/** Evaluating energies at many points: chunks of a few sizes, so that a few compiled programs serve any number. */

import type { Expr } from "../ir/expr.js";
import { input } from "../ops/leaf.js";
import type { Executable } from "../runtime/engine.js";
import { compile, type Where } from "../runtime/program.js";
import { InputError } from "../util/errors.js";
import { allocate, cast, type FloatTensor, floats, type Shape, sizeOf, type Tensor, tensor } from "../util/tensor.js";
import type { Energy } from "./energy.js";

/**
 * Rows of the programs that are run over and over. Multiples of 16, so that a row's value has the same bits in each of
 * them (`steadyRows`).
 */
const SIZES = [2048, 256, 32] as const;

/** Numbers in the points of a chunk: beyond them a network of images fills the memory with what it computes on the way. */
const NUMBERS = 2 ** 18;

/** The sizes whose points have no more numbers than that, or the least. */
const sizesOf = (event: Shape): readonly number[] => {
  const fitting = SIZES.filter((size) => size * sizeOf(event) <= NUMBERS);
  return fitting.length > 0 ? fitting : SIZES.slice(-1);
};

/** Points of the largest chunk. */
export const chunkOf = (event: Shape): number => sizesOf(event)[0]!;

type Width = "float32" | "float64";

/** The largest size that the rows fill by half: one row costs little, and no call compiles more than one program. */
const sizeFor = (n: number, sizes: readonly number[]): number => sizes.find((size) => 2 * n >= size) ?? sizes.at(-1)!;

/** Apply a row-wise program to all rows, `width` numbers each; the last chunk is filled up with its own first row. */
async function byChunks(
  x: FloatTensor,
  dtype: Width,
  width: number,
  chunkSize: number,
  run: (chunk: FloatTensor) => Promise<Tensor>,
): Promise<Float64Array> {
  const [n, ...event] = x.shape as [number, ...number[]];
  const size = sizeOf(event);
  const out = new Float64Array(n * width);
  for (let from = 0; from < n; from += chunkSize) {
    const rows = Math.min(chunkSize, n - from);
    const chunk = allocate(dtype, chunkSize * size);
    for (let i = 0; i < chunkSize; i++) {
      const row = from + (i < rows ? i : 0);
      for (let k = 0; k < size; k++) chunk[i * size + k] = x.data[row * size + k]!;
    }
    const values = floats(await run(tensor(chunk, [chunkSize, ...event])));
    out.set(values.subarray(0, rows * width), from * width);
  }
  return out;
}

/**
 * A function of rows `(n, ...event)` and parameters with one number a row. A row's number has the same bits whatever
 * rows stand beside it, however many, in whatever order: rows that come in pieces may be asked for piece by piece.
 */
export type RowFunction = (x: FloatTensor, params: FloatTensor | undefined) => Promise<Float64Array>;

/** Compile an energy, in one width, for evaluation at any number of points; nothing is compiled before the first call. */
export const energyOf = (energy: Energy, dtype: Width = "float32", where: Where = {}): RowFunction =>
  rowFunction(energy, dtype, 1, where, (x, params) => energy(x, params));

/** The same of the energies of all classes: the numbers of `(n, classes)`, row by row. */
export function classEnergiesOf(energy: Energy, dtype: Width = "float32", where: Where = {}): RowFunction {
  const { classes } = energy;
  if (!classes) throw new InputError("the energy knows no classes; a classifier does");
  return rowFunction(energy, dtype, classes.count, where, (x, params) => classes.energies(x, params));
}

function rowFunction(
  { event, layout }: Pick<Energy, "event" | "layout">,
  dtype: Width,
  width: number,
  where: Where,
  value: (x: Expr, params: Expr | undefined) => Expr,
): RowFunction {
  const programs = new Map<number, Promise<Executable<"value">>>();
  const sizes = sizesOf(event);
  const make = (size: number): Promise<Executable<"value">> => {
    const x = input("x", [size, ...event], dtype);
    const theta = layout.size > 0 ? { params: input("params", [layout.size], dtype) } : {};
    const made = compile({ x, ...theta }, { value: value(x, theta.params) }, { ...where, steadyRows: true });
    programs.set(size, made);
    return made;
  };
  return async (x, params) => {
    const given = params && params.data.length > 0 ? { params: cast(params, dtype) } : {};
    const size = sizeFor(x.shape[0]!, sizes);
    const program = await (programs.get(size) ?? make(size));
    return byChunks(x, dtype, width, size, async (chunk) => (await program.run({ x: chunk, ...given })).value);
  };
}
