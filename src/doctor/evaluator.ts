/** An energy as functions of rows of numbers, in one width. */

import { grad } from "../autodiff/grad.js";
import type { Energy } from "../energies/energy.js";
import type { Expr } from "../ir/expr.js";
import { input } from "../ops/leaf.js";
import { sum } from "../ops/shape.js";
import type { Executable } from "../runtime/engine.js";
import { compile, type Where } from "../runtime/program.js";
import { ShapeError } from "../util/errors.js";
import { cast, type FloatTensor, floats, sameShape, showShape, sizeOf, tensor } from "../util/tensor.js";

export type Width = "float32" | "float64";

/** Numbers row by row, `n · size` of them. */
export type Rows = Float64Array;

export interface Evaluator {
  /** The width of what it returns. */
  readonly width: Width;
  /** Energies of rows that are one batch. */
  together(rows: Rows): Promise<Float64Array>;
  /** Energies of any number of rows. */
  energy(rows: Rows): Promise<Float64Array>;
  /** Gradients of any number of rows, row by row. Rejects where the energy has none. */
  gradient(rows: Rows): Promise<Float64Array>;
}

/** Rows of one program. */
const BATCH = 64;

interface Built {
  readonly inputs: Readonly<Record<string, Expr>>;
  readonly x: Expr;
  readonly value: Expr;
}

/** The graph of an energy for a batch. @throws ShapeError when it returns something else than a number a point. */
function build(energy: Energy, parameters: number, width: Width, batch: number): Built {
  const x = input("x", [batch, ...energy.event], width);
  const theta: Record<string, Expr> = parameters > 0 ? { params: input("params", [parameters], width) } : {};
  const value = energy(x, theta.params);
  if (!sameShape(value.shape, [batch]))
    throw new ShapeError(
      `the energy of points ${showShape(x.shape)} has shape ${showShape(value.shape)}, expected one number a point, (${batch})`,
    );
  if (!value.dtype.startsWith("float"))
    throw new ShapeError(`the energy is ${value.dtype}, expected floating-point numbers`);
  return { inputs: { x, ...theta }, x, value };
}

/**
 * The functions of an energy at given parameters. Everything is compiled when it is first asked for.
 * @throws what the energy throws when it is built in that width, or the engine when it has no kernel for it.
 */
export async function evaluate(
  energy: Energy,
  params: FloatTensor | undefined,
  width: Width,
  where: Where,
): Promise<Evaluator> {
  const size = sizeOf(energy.event);
  const given = params ? { params: cast(params, width) } : {};
  const programs = new Map<string, Promise<Executable>>();
  function program(batch: number, what: "energy" | "gradient"): Promise<Executable> {
    const key = `${what} ${batch}`;
    const known = programs.get(key);
    if (known) return known;
    const made = (async () => {
      const { inputs, x, value } = build(energy, params?.data.length ?? 0, width, batch);
      return compile(inputs, { y: what === "energy" ? value : grad(sum(value), [x])[0] }, where);
    })();
    programs.set(key, made);
    return made;
  }
  async function run(what: "energy" | "gradient", batch: number, rows: Rows): Promise<Float64Array> {
    const { run } = await program(batch, what);
    const x = cast(tensor(rows, [batch, ...energy.event]), width);
    return Float64Array.from(floats((await run({ x, ...given })).y!));
  }
  async function byBatches(what: "energy" | "gradient", rows: Rows): Promise<Float64Array> {
    const n = rows.length / size;
    const each = what === "energy" ? 1 : size;
    const out = new Float64Array(n * each);
    for (let from = 0; from < n; from += BATCH) {
      const used = Math.min(BATCH, n - from);
      // The last batch is filled up with its own first row.
      const batch = new Float64Array(BATCH * size);
      batch.set(rows.subarray(from * size, (from + used) * size));
      for (let i = used; i < BATCH; i++) batch.copyWithin(i * size, 0, size);
      out.set((await run(what, BATCH, batch)).subarray(0, used * each), from * each);
    }
    return out;
  }
  await program(BATCH, "energy");
  const { value } = build(energy, params?.data.length ?? 0, width, 1);
  return {
    width: value.dtype === "float32" ? "float32" : width,
    together: (rows) => run("energy", rows.length / size, rows),
    energy: (rows) => byBatches("energy", rows),
    gradient: (rows) => byBatches("gradient", rows),
  };
}
