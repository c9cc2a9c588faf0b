/** Rules by which random programs grow loops and derivatives. */

import { grad } from "../../../src/autodiff/grad.js";
import type { Expr } from "../../../src/ir/expr.js";
import * as ops from "../../../src/ops/index.js";
import { sizeOf } from "../../../src/util/tensor.js";
import { type Draw, type Grown, grown, isExact, isFloat, ofType, type Pool, pick, type Rule, rank } from "./grown.js";

/** What a body grows to, from the values that are there; the rules are given, for bodies hold loops again. */
export type GrowBody = (pool: Pool, inside: readonly Draw[]) => Pool;

const MOST_STATE = 200;
const isState = ({ expr }: Grown): boolean => sizeOf(expr.shape) <= MOST_STATE;

/** A symbol of a body: rounded, unless it is no float. */
const symbolOf = (expr: Expr, { size, grid }: Grown, isStacked: boolean): Grown => ({
  expr,
  size,
  grid: isStacked || !expr.dtype.startsWith("float") ? grid : null,
});

/** A result that may take the place of a state: its numbers no larger than those of the state. */
function nextState(state: Grown, pool: Pool, states: Pool, draw: number): Expr {
  const fits = (v: Grown): boolean => ofType(state)(v) && v.size <= Math.max(state.size, 1);
  const kind = draw % 5;
  // Passed on as it is, or changed with another of its type.
  if (kind === 0) return state.expr;
  if (kind === 1) return pick(states, draw >> 3, (v) => v !== state && fits(v))?.expr ?? state.expr;
  const found = pick(pool, draw >> 3, (v) => !states.includes(v) && fits(v));
  if (found) return found.expr;
  if (!isFloat(state)) return state.expr;
  // None of the type: something of every value, with the state.
  const other = pick(pool, draw >> 3, (v) => v.expr.dtype === state.expr.dtype && sizeOf(v.expr.shape) > 0);
  const mixed = other ? ops.add(state.expr, ops.mean(other.expr)) : state.expr;
  return ops.tanh(ops.mul(mixed, 0.7));
}

/** Sequences of so many steps, cut to length where they are longer. */
function sequences(pool: Pool, draws: readonly number[], length: number): Grown[] {
  return draws.flatMap((d) => {
    const x = pick(pool, d, (v) => rank(v) > 0 && v.expr.shape[0]! >= length);
    return x ? [{ ...x, expr: ops.slice(x.expr, 0, x.expr.shape[0]! - length) }] : [];
  });
}

const named = <T>(prefix: string, values: readonly T[]): Record<string, T> =>
  Object.fromEntries(values.map((v, i) => [`${prefix}${i}`, v]));

export const scanRule =
  (growBody: GrowBody): Rule =>
  (pool, { a, b, n, inside }) => {
    const states = [a, b, n].slice(0, 1 + (n % 3)).flatMap((d) => pick(pool, d, isState) ?? []);
    const length = 1 + (b % 4);
    const xs = sequences(pool, [n >> 2, a >> 2].slice(0, a % 3), length);
    if (states.length === 0) return [];
    let sizes: number[] = [];
    const init = named(
      "s",
      states.map(({ expr }) => expr),
    );
    const options = {
      init,
      xs: named(
        "x",
        xs.map(({ expr }) => expr),
      ),
      length,
      reverse: n % 4 === 0,
    };
    const result = ops.scan(options, (state, x) => {
      const own = [
        ...states.map((v, i) => symbolOf(state[`s${i}`]!, { ...v, size: Math.max(v.size, 1) }, false)),
        ...xs.map((v, i) => symbolOf(x[`x${i}`]!, v, true)),
      ];
      const symbols = own.slice(0, states.length);
      const all = growBody([...pool.slice(-6), ...own], inside);
      const next = symbols.map((s, i) => nextState(s, all.slice(-12), symbols, [a, b, n][i]! + (a >> 4)));
      const stacked = [b >> 1, n >> 1].slice(0, b % 3).flatMap((d) => pick(all, d, isState) ?? []);
      sizes = stacked.map(({ size }) => size);
      return {
        state: named("s", next),
        outputs: named(
          "y",
          stacked.map(({ expr }) => expr),
        ),
      };
    });
    return [
      ...states.flatMap((v, i) => grown(result.state[`s${i}`]!, Math.max(v.size, 1), isFloat(v) ? null : 0)),
      ...sizes.flatMap((size, i) => grown(result.outputs[`y${i}`]!, size, null)),
    ];
  };

export const whileRule =
  (growBody: GrowBody): Rule =>
  (pool, { a, b, n, inside }) => {
    const states = [a, b].slice(0, 1 + (n % 2)).flatMap((d) => pick(pool, d, isState) ?? []);
    if (states.length === 0) return [];
    const end = pick(pool, b, ({ expr, size }) => expr.dtype === "int64" && rank({ expr } as Grown) === 0 && size < 8);
    const init: Record<string, Expr> = {
      count: ops.scalar(0, "int64"),
      ...named(
        "s",
        states.map(({ expr }) => expr),
      ),
    };
    const most = n % 3 === 0 && end ? end.expr : ops.scalar(n % 5, "int64");
    const result = ops.repeatWhile(
      { init, most, condition: ({ count }) => ops.less(count!, a % 2 && end ? end.expr : ops.scalar(a % 6, "int64")) },
      (state, step) => {
        const own = states.map((v, i) => symbolOf(state[`s${i}`]!, { ...v, size: Math.max(v.size, 1) }, false));
        const numbers: Pool = [
          { expr: step, size: 4, grid: 0 },
          { expr: state.count!, size: 10, grid: 0 },
        ];
        const all = growBody([...pool.slice(-6), ...numbers, ...own], inside);
        const next = own.map((s, i) => nextState(s, all.slice(-12), own, [a, b][i]! + (n >> 3)));
        return { count: ops.add(state.count!, 1 + (n % 2)), ...named("s", next) };
      },
    );
    return [
      ...grown(result.count!, 10, 0),
      ...states.flatMap((v, i) => grown(result[`s${i}`]!, Math.max(v.size, 1), isFloat(v) ? null : 0)),
    ];
  };

/** The derivative of a sum by another value: nothing where one does not follow from the other, or has none. */
export const gradientRule: Rule = (pool, { a, b }) => {
  const y = pick(pool, a, isFloat);
  const x = pick(pool, b, (v) => isFloat(v) && v !== y && isState(v));
  if (!y || !x || sizeOf(y.expr.shape) === 0) return [];
  try {
    const [g] = grad(ops.mean(y.expr), [x.expr]);
    return [{ expr: ops.tanh(g), size: 1, grid: null }];
  } catch {
    return [];
  }
};

export { isExact };
