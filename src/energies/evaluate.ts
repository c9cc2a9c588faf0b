/** Evaluating energies at many points: chunks of one size, so one compiled program serves any number. */

import type { Expr } from "../ir/expr.js";
import { input } from "../ops/leaf.js";
import type { Executable } from "../runtime/engine.js";
import { compile } from "../runtime/program.js";
import { InputError } from "../util/errors.js";
import { allocate, cast, type FloatTensor, floats, sizeOf, type Tensor, tensor } from "../util/tensor.js";
import type { Energy } from "./energy.js";

/** Rows of a program that is run over and over. */
export const CHUNK = 2048;

type Width = "float32" | "float64";

/** Apply a row-wise program to all rows, `width` numbers each; the last chunk is filled up with its own first row. */
async function byChunks(
  x: FloatTensor,
  dtype: Width,
  width: number,
  run: (chunk: FloatTensor) => Promise<Tensor>,
): Promise<Float64Array> {
  const [n, ...event] = x.shape as [number, ...number[]];
  const size = sizeOf(event);
  const out = new Float64Array(n * width);
  for (let from = 0; from < n; from += CHUNK) {
    const rows = Math.min(CHUNK, n - from);
    const chunk = allocate(dtype, CHUNK * size);
    for (let i = 0; i < CHUNK; i++) {
      const row = from + (i < rows ? i : 0);
      for (let k = 0; k < size; k++) chunk[i * size + k] = x.data[row * size + k]!;
    }
    const values = floats(await run(tensor(chunk, [CHUNK, ...event])));
    out.set(values.subarray(0, rows * width), from * width);
  }
  return out;
}

/** A function of rows `(n, ...event)` and parameters with one number a row. */
export type RowFunction = (x: FloatTensor, params: FloatTensor | undefined) => Promise<Float64Array>;

/** Compile an energy, in one width, for evaluation at any number of points; nothing is compiled before the first call. */
export const energyOf = (energy: Energy, dtype: Width = "float32"): RowFunction =>
  rowFunction(energy, dtype, 1, (x, params) => energy(x, params));

/** The same of the energies of all classes: the numbers of `(n, classes)`, row by row. */
export function classEnergiesOf(energy: Energy, dtype: Width = "float32"): RowFunction {
  const { classes } = energy;
  if (!classes) throw new InputError("the energy knows no classes; a classifier does");
  return rowFunction(energy, dtype, classes.count, (x, params) => classes.energies(x, params));
}

function rowFunction(
  { event, layout }: Pick<Energy, "event" | "layout">,
  dtype: Width,
  width: number,
  value: (x: Expr, params: Expr | undefined) => Expr,
): RowFunction {
  let program: Promise<Executable> | undefined;
  return async (x, params) => {
    const given = params && params.data.length > 0 ? { params: cast(params, dtype) } : {};
    program ??= (() => {
      const points = input("x", [CHUNK, ...event], dtype);
      const theta = layout.size > 0 ? input("params", [layout.size], dtype) : undefined;
      return compile({ x: points, ...(theta ? { params: theta } : {}) }, { value: value(points, theta) });
    })();
    const compiled = await program;
    return byChunks(x, dtype, width, async (chunk) => (await compiled.run({ x: chunk, ...given })).value!);
  };
}
