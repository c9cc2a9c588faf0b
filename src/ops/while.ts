/** A loop of unknown length as one operation: a body applied while a condition on its state holds. */

import { apply, type Body, type Expr, type Op } from "../ir/expr.js";
import { showType } from "../ir/type.js";
import { InputError, ShapeError } from "../util/errors.js";
import { captures } from "./captures.js";
import type { ExprRecord } from "./control.js";
import { expectType, input } from "./leaf.js";

interface WhileParams {
  /** Its symbols are the step number, the condition and the states; its results the next condition and the new states. */
  readonly body: Body;
  readonly states: number;
}

/** Operands: the first condition, the largest number of steps, initial states, then what the body uses of the surrounding graph. */
const whileOp: Op<WhileParams> = {
  name: "while",
  infer: (_, { body }) => body.results.slice(1).map(({ shape, dtype }) => ({ shape, dtype })),
  key: ({ body, states }) =>
    `${[...body.symbols, ...body.results].map((e) => `${e.node.id}.${e.index}`).join()}|${states}`,
  show: ({ states }) => `${states} states`,
  vjpAll() {
    throw new InputError("repeatWhile: a loop of unknown length has no derivative; put its result behind stopGradient");
  },
  kernel: { conditional: ({ params }) => params },
  lower(to, names, { inputs, params: { body, states } }) {
    const own = 2 + states;
    const [condition, most, ...init] = names.slice(0, own);
    const captured = new Map(inputs.slice(own).map((e, i) => [e, names[own + i]!]));
    return to.nodes("Loop", [most!, condition!, ...init], states, { body: to.graph(body, captured) });
  },
};

export interface WhileOptions<S extends string> {
  /** State before the first step. */
  readonly init: ExprRecord<S>;
  /** An int64 scalar: after so many steps the loop ends whatever the condition says. */
  readonly most: Expr;
  /** Whether to go on: a bool scalar of the state, asked before every step. */
  readonly condition: (state: ExprRecord<S>) => Expr;
}

/**
 * Apply `body` while `condition` holds, at most `most` times: `(state, step) → state`, with the step number an int64
 * scalar from 0. Not differentiable: its length depends on values. The body is traced once; what in it depends on
 * neither is computed once, outside.
 * @throws ShapeError when a state changes its type, or the condition is no bool scalar.
 */
export function repeatWhile<S extends string>(
  { init, most, condition }: WhileOptions<S>,
  body: (state: ExprRecord<S>, step: Expr) => ExprRecord<S>,
): ExprRecord<S> {
  const names = Object.keys(init) as S[];
  const symbols = names.map((n) => input(n, init[n].shape, init[n].dtype));
  const step = input("step", [], "int64");
  const going = input("going", [], "bool");
  const zip = (values: readonly Expr[]): ExprRecord<S> =>
    Object.fromEntries(names.map((n, i) => [n, values[i]!])) as ExprRecord<S>;
  const asked = (state: ExprRecord<S>): Expr => {
    const e = condition(state);
    if (e.dtype !== "bool" || e.shape.length > 0)
      throw new ShapeError(`repeatWhile: the condition is ${showType(e)}, expected a bool scalar`);
    return e;
  };
  const next = body(zip(symbols), step);
  for (const n of names) expectType(`repeatWhile: state ${n}`, next[n], init[n]);
  const inside: Body = { symbols: [step, going, ...symbols], results: [asked(next), ...names.map((n) => next[n])] };
  const operands = [asked(init), most, ...names.map((n) => init[n]), ...captures(inside)];
  return zip(apply(whileOp, operands, { body: inside, states: names.length }));
}
