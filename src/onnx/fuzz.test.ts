import fc from "fast-check";
import { expect, it } from "vitest";
import { along, at, commonShape, generate, reduce, total, type Values, zip } from "../../test/support/reference.js";
import type { Expr } from "../ir/expr.js";
import * as ops from "../ops/index.js";
import { compile } from "../runtime/program.js";
import { floats, type Shape, type Tensor, tensor } from "../util/tensor.js";

/** The same value twice: as an expression, and computed by the interpreter of this test. */
interface Both {
  readonly expr: Expr;
  readonly values: Values;
}

const both = (expr: Expr, values: Values): Both => ({ expr, values });
const rank = (a: Both): number => a.values.shape.length;
const fits = (a: Both, b: Both): boolean => {
  const shape = commonShape(a.values, b.values);
  return [a, b].every(({ values: v }) =>
    v.shape.every((n, i) => n === 1 || n === shape[i - v.shape.length + shape.length]),
  );
};

type Rule = (a: Both, b: Both, n: number) => Both;
const unary =
  (f: (x: Expr) => Expr, g: (x: number) => number): Rule =>
  (a) =>
    both(f(a.expr), zip(g, [a.values]));
/** Operands that do not broadcast are summed to scalars first. */
const binary =
  (f: (x: Expr, y: Expr) => Expr, g: (x: number, y: number) => number): Rule =>
  (a, b) => {
    const other = fits(a, b) ? b : both(ops.sum(b.expr), reduce(b.values, axes(b), total));
    return both(f(a.expr, other.expr), zip(g, [a.values, other.values]));
  };
const axes = (a: Both): number[] => a.values.shape.map((_, i) => i);
/** One axis of an operand that has one, else the operand as it is. */
const onAxis =
  (f: (x: Expr, axis: number) => Expr, g: (x: Values, axis: number) => Values): Rule =>
  (a, _, n) =>
    rank(a) === 0 ? a : both(f(a.expr, n % rank(a)), g(a.values, n % rank(a)));

const running = (l: readonly number[]): number[] => l.map((_, k) => total(l.slice(0, k + 1)));
const softmax = (l: readonly number[]): number[] => l.map((v) => Math.exp(v) / total(l.map(Math.exp)));
/** Every step shrinks: nothing overflows, and rounding does not grow. */
const shrink = (y: Expr): Expr => ops.tanh(ops.mul(y, 0.5));
const shrunk =
  (f: (x: number, y: number) => number) =>
  (x: number, y: number): number =>
    Math.tanh(f(x, y) * 0.5);

const rules: readonly Rule[] = [
  binary(
    (x, y) => shrink(ops.add(x, y)),
    shrunk((x, y) => x + y),
  ),
  binary(
    (x, y) => shrink(ops.sub(x, y)),
    shrunk((x, y) => x - y),
  ),
  binary(ops.mul, (x, y) => x * y),
  binary(
    (x, y) => shrink(ops.div(x, ops.add(ops.square(y), 1))),
    shrunk((x, y) => x / (y * y + 1)),
  ),
  binary(ops.maximum, Math.max),
  binary(ops.minimum, Math.min),
  binary(
    (x, y) => ops.where(ops.less(x, 0.3), x, y),
    (x, y) => (x < 0.3 ? x : y),
  ),
  unary(ops.neg, (x) => -x),
  unary(ops.sin, Math.sin),
  unary(
    (x) => ops.log1p(ops.square(x)),
    (x) => Math.log1p(x * x),
  ),
  unary(
    (x) => ops.add(x, 0),
    (x) => x,
  ),
  unary(
    (x) => ops.mul(ops.mul(x, 1), -1),
    (x) => -x,
  ),
  (a, _, n) =>
    both(
      ops.mul(a.expr, n - 2),
      zip((x) => x * (n - 2), [a.values]),
    ),
  onAxis(
    (x, i) => ops.mean(x, i),
    (x, i) => reduce(x, [i], (l) => total(l) / l.length),
  ),
  onAxis(
    (x, i) => ops.max(x, i),
    (x, i) => reduce(x, [i], (l) => Math.max(...l)),
  ),
  onAxis(ops.flip, (x, i) => along(x, i, (l) => l.toReversed())),
  onAxis(
    (x, i) => shrink(ops.cumsum(x, i)),
    (x, i) =>
      zip(
        shrunk((v) => v),
        [along(x, i, running), { shape: [], data: [0] }],
      ),
  ),
  onAxis(ops.softmax, (x, i) => along(x, i, softmax)),
  onAxis(
    (x, i) => ops.slice(x, i, -1),
    (x, i) => along(x, i, (l) => l.slice(-1)),
  ),
  onAxis(
    (x, i) => ops.pad(x, i, 1, 0),
    (x, i) => along(x, i, (l) => [0, ...l]),
  ),
  onAxis(
    (x, i) => ops.concat([x, x], i),
    (x, i) => along(x, i, (l) => [...l, ...l]),
  ),
  (a) =>
    both(
      ops.transpose(a.expr),
      generate(a.values.shape.toReversed(), (i) => at(a.values, i.toReversed())),
    ),
  (a) => both(ops.reshape(a.expr, [a.values.data.length]), { shape: [a.values.data.length], data: a.values.data }),
  (a, _, n) => {
    const shape = [n, ...a.values.shape];
    return both(
      ops.broadcastTo(a.expr, shape),
      generate(shape, (i) => at(a.values, i.slice(1))),
    );
  },
  // A constant in place of what was computed: whatever follows may fold.
  (a) => both(ops.constant(tensor(Float64Array.from(a.values.data), a.values.shape)), a.values),
];

const SHAPES: readonly Shape[] = [[], [3], [2, 3], [2, 1]];
const step = fc.record({
  rule: fc.nat(rules.length - 1),
  a: fc.nat(30),
  b: fc.nat(30),
  n: fc.integer({ min: 1, max: 3 }),
});

/** Grown from the inputs, each step from two earlier values; a step that grows beyond 200 elements is left out. */
function grow(steps: readonly { rule: number; a: number; b: number; n: number }[]) {
  const feeds: Record<string, Tensor> = {};
  const inputs: Record<string, Expr> = {};
  const pool = SHAPES.map((shape, k) => {
    const values = generate(shape, (i) => Math.sin(3 * k + 1 + i.reduce((s, v, d) => s + (d + 1) * v, 0)));
    feeds[`x${k}`] = tensor(Float64Array.from(values.data), shape);
    inputs[`x${k}`] = ops.input(`x${k}`, shape, "float64");
    return both(inputs[`x${k}`]!, values);
  });
  for (const { rule, a, b, n } of steps) {
    const made = rules[rule]!(pool[a % pool.length]!, pool[b % pool.length]!, n);
    if (made.values.data.length <= 200) pool.push(made);
  }
  return { feeds, inputs, made: pool.slice(SHAPES.length) };
}

it("random programs give what an interpreter gives", async () => {
  const property = fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
    const { feeds, inputs, made } = grow(steps);
    const outputs = Object.fromEntries(made.map(({ expr }, i) => [`y${i}`, expr]));
    const got = await (await compile(inputs, outputs)).run(feeds);
    for (const [i, { values, expr }] of made.entries()) {
      const y = got[`y${i}`]!;
      expect([y.shape, expr.shape]).toEqual([values.shape, values.shape]);
      for (const [j, v] of floats(y).entries()) expect(Math.abs(v - values.data[j]!)).toBeLessThan(1e-11);
    }
  });
  await fc.assert(property, { numRuns: 200, seed: 20240611 });
});
