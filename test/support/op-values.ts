/** Types and values of operations compared with their cases, on the engine in use. */

import type { Expr } from "../../src/ir/expr.js";
import { showType } from "../../src/ir/type.js";
import { input } from "../../src/ops/leaf.js";
import { compile } from "../../src/runtime/program.js";
import { sameShape, type Tensor } from "../../src/util/tensor.js";
import { type OpCase, realise, type Width } from "./op-case.js";
import type { Values } from "./reference.js";

const TOLERANCE = { float32: 1e-6, float64: 1e-12 } as const;
/** Below the smallest normal number engines may round to zero. */
const TINY = { float32: 2 ** -126, float64: 2 ** -1022 } as const;

const list = <T extends object>(x: T | readonly T[]): readonly T[] => (Array.isArray(x) ? x : [x as T]);
const toNumbers = (t: Tensor): number[] => Array.from(t.data as ArrayLike<number | bigint>, Number);
const valuesOf = (t: Tensor): Values => ({ shape: t.shape, data: toNumbers(t) });

/** The first element that is off, as text; the same infinity and NaN for NaN count as equal. */
function difference(got: Tensor, expected: Values, width: Width, scale: number): string | null {
  const dtype = expected.dtype ?? width;
  if (got.dtype !== dtype || !sameShape(got.shape, expected.shape))
    return `type ${showType(got)}, expected ${showType({ dtype, shape: expected.shape })}`;
  const exact = dtype === "int64" || dtype === "bool";
  for (const [i, v] of toNumbers(got).entries()) {
    const e = dtype === "float32" ? Math.fround(expected.data[i]!) : expected.data[i]!;
    const allowed = exact ? 0 : TOLERANCE[width] * Math.max(Math.abs(e), scale) + TINY[width];
    if (!(Object.is(v, e) || v === e || Math.abs(v - e) <= allowed)) return `element ${i} is ${v}, expected ${e}`;
  }
  return null;
}

type Exprs = Readonly<Record<string, Expr>>;
type Tensors = Readonly<Record<string, Tensor>>;
/** How a program's results come from what it is fed. */
export type Compute = (symbols: Exprs, results: Exprs, feeds: Tensors) => Tensors | Promise<Tensors>;

const onEngine: Compute = async (symbols, results, feeds) => (await compile(symbols, results)).run(feeds);

/**
 * All cases of one operation in one program: what the type rule says is what the engine returns, and the values are
 * those expected, to 1e-6 (float32) or 1e-12 (float64) of themselves.
 * @param compute what runs the program; the engine in use unless said.
 * @returns one line for each disagreement.
 */
export async function valueErrors(
  name: string,
  all: readonly OpCase[],
  width: Width,
  compute: Compute = onEngine,
): Promise<string[]> {
  const symbols: Record<string, Expr> = {};
  const feeds: Record<string, Tensor> = {};
  const results: Record<string, Expr> = {};
  const errors: string[] = [];
  const checks: [key: string, label: string, expected: Values, scale: number][] = [];
  for (const [n, c] of all.entries()) {
    const tensors = c.operands.map((o, i) => realise(o, width, `${name} ${c.label} ${i}`));
    const inputs = tensors.map((t, i) => input(`x${n}.${i}`, t.shape, t.dtype));
    for (const [i, t] of tensors.entries()) [symbols[`x${n}.${i}`], feeds[`x${n}.${i}`]] = [inputs[i]!, t];
    const [built, expected] = [list(c.build(...inputs)), list(c.expected(...tensors.map(valuesOf)))];
    if (built.length !== expected.length)
      errors.push(`${c.label}: ${built.length} results, expected ${expected.length}`);
    for (const [i, y] of built.entries()) {
      results[`${n}.${i}`] = y;
      checks.push([`${n}.${i}`, `${c.label}, result ${i}`, expected[i]!, c.scale ?? 0]);
    }
  }
  const got = await compute(symbols, results, feeds);
  for (const [key, label, expected, scale] of checks) {
    const [t, inferred] = [got[key]!, results[key]!];
    if (showType(t) !== showType(inferred))
      errors.push(`${label}: inferred ${showType(inferred)}, engine ${showType(t)}`);
    const off = difference(t, expected, width, scale);
    if (off) errors.push(`${label}: ${off}`);
  }
  return errors;
}
