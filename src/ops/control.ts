/** Loops as one operation: a body applied again and again, compiled once. */

import { apply, type Body, type Expr, type Node, type Op } from "../ir/expr.js";
import { dependents, topologicalOrder } from "../ir/order.js";
import { showType } from "../ir/type.js";
import { ShapeError } from "../util/errors.js";
import { add } from "./arithmetic.js";
import { zerosLike } from "./indexing.js";
import { arange, expectType, input } from "./leaf.js";
import { pullback } from "./pullback.js";

interface ScanParams {
  /** Its symbols are the states, then the per-step inputs; its results the new states, then the per-step outputs. */
  readonly body: Body;
  readonly states: number;
  readonly length: number;
  /** From the last step to the first; stacked outputs keep the order of the inputs. */
  readonly reverse: boolean;
}

/** Operands: initial states, stacked per-step inputs, then what the body uses of the surrounding graph. */
const scanOp: Op<ScanParams> = {
  name: "scan",
  infer(_, { body, states, length }) {
    return body.results.map(({ shape, dtype }, i) => ({ shape: i < states ? shape : [length, ...shape], dtype }));
  },
  key: ({ body, states, length, reverse }) =>
    `${[...body.symbols, ...body.results].map((e) => `${e.node.id}.${e.index}`).join()}|${states}|${length}|${reverse}`,
  show: ({ body, states, length, reverse }) =>
    `${length} steps${reverse ? " backwards" : ""} of ${states} states, ${body.symbols.length - states} inputs`,
  vjpAll: scanBackward,
  lower(to, names, { inputs, params: { body, states, reverse } }) {
    const own = body.symbols.length;
    const captured = new Map(inputs.slice(own).map((e, i) => [e, names[own + i]!]));
    const direction = (n: number) => ({ ints: Array<number>(n).fill(reverse ? 1 : 0) });
    return to.nodes("Scan", names.slice(0, own), body.results.length, {
      body: to.graph(body, captured),
      num_scan_inputs: { int: own - states },
      scan_input_directions: direction(own - states),
      scan_output_directions: direction(body.results.length - states),
    });
  },
};

/** What a body uses of the surrounding graph: computed outside, once, whatever the number of steps. */
function captures({ symbols, results }: Body): Expr[] {
  const order = topologicalOrder(results);
  const inside = dependents(order, symbols);
  const found = new Set<Expr>();
  const visit = (e: Expr): void => {
    const isConstant = e.node.inputs.length === 0 && e.node.op.lower !== undefined;
    if (!inside.has(e.node) && !isConstant) found.add(e);
  };
  for (const node of order) if (inside.has(node)) node.inputs.forEach(visit);
  results.forEach(visit);
  return [...found];
}

function makeScan(init: readonly Expr[], sequences: readonly Expr[], params: ScanParams): readonly Expr[] {
  return apply(scanOp, [...init, ...sequences, ...captures(params.body)], params);
}

/** The loop run backwards: cotangents of the states are its states, and those of captured values add up. */
function scanBackward(cotangents: readonly (Expr | null)[], node: Node<ScanParams>): (Expr | null)[] {
  const { body, states: count, length, reverse } = node.params;
  const [init, sequences, captured] = [
    node.inputs.slice(0, count),
    node.inputs.slice(count, body.symbols.length),
    node.inputs.slice(body.symbols.length),
  ];
  const isFloat = (e: Expr): boolean => e.dtype.startsWith("float");
  const visited = makeScan(init, sequences, {
    ...node.params,
    body: { symbols: body.symbols, results: [...body.results.slice(0, count), ...body.symbols.slice(0, count)] },
  }).slice(count);

  const like = (e: Expr): Expr => input(`d_${e.node.op.name}`, e.shape, e.dtype);
  const dResults = body.results.map((e, i) => (isFloat(e) && (i < count || cotangents[i]) ? like(e) : null));
  const wrt = [...body.symbols, ...captured];
  const pulled = pullback(body.results, dResults, wrt).map((g, i) => (isFloat(wrt[i]!) ? (g ?? zerosLike(wrt[i]!)) : null));
  const floatStates = init.flatMap((e, i) => (isFloat(e) ? [i] : []));
  const floatSequences = sequences.flatMap((e, i) => (isFloat(e) ? [i] : []));
  const floatCaptured = captured.flatMap((e, i) => (isFloat(e) ? [i] : []));
  const sums = floatCaptured.map((i) => like(captured[i]!));
  const stacked = body.results.flatMap((_, i) => (i >= count && dResults[i] ? [i] : []));

  const results = makeScan(
    [...floatStates.map((i) => cotangents[i] ?? zerosLike(init[i]!)), ...floatCaptured.map((i) => zerosLike(captured[i]!))],
    [...visited, ...sequences, ...stacked.map((i) => cotangents[i]!)],
    {
      states: floatStates.length + floatCaptured.length,
      length,
      reverse: !reverse,
      body: {
        symbols: [...floatStates.map((i) => dResults[i]!), ...sums, ...body.symbols, ...stacked.map((i) => dResults[i]!)],
        results: [
          ...floatStates.map((i) => pulled[i]!),
          ...floatCaptured.map((i, k) => add(sums[k]!, pulled[body.symbols.length + i]!)),
          ...floatSequences.map((i) => pulled[count + i]!),
        ],
      },
    },
  );
  const take = (indices: readonly number[], from: number, n: number): (Expr | null)[] => {
    const all: (Expr | null)[] = Array(n).fill(null);
    for (const [k, i] of indices.entries()) all[i] = results[from + k]!;
    return all;
  };
  return [
    ...take(floatStates, 0, init.length),
    ...take(floatSequences, floatStates.length + floatCaptured.length, sequences.length),
    ...take(floatCaptured, floatStates.length, captured.length),
  ];
}

export type ExprRecord<Names extends string = string> = Readonly<Record<Names, Expr>>;

export interface ScanOptions<S extends string, X extends string> {
  /** State before the first step. */
  readonly init: ExprRecord<S>;
  /** Per-step inputs, stacked along the first axis. */
  readonly xs?: ExprRecord<X>;
  /** Number of steps; needed only without `xs`. */
  readonly length?: number;
  /** From the last step to the first. */
  readonly reverse?: boolean;
}

export interface ScanResult<S extends string, Y extends string> {
  /** State after the last step. */
  readonly state: ExprRecord<S>;
  /** Per-step outputs, stacked along a new first axis. */
  readonly outputs: ExprRecord<Y>;
}

/**
 * Apply `body` once per step: `(state, x) → { state, outputs }`. The body is traced once; whatever in it depends on
 * neither the state nor the step's inputs is computed once, outside. Differentiable: the derivative runs backwards
 * over the visited states, which it stores (memory grows with the number of steps).
 * @throws ShapeError when a state changes its type, `xs` differ in length, or there are no steps.
 */
export function scan<S extends string, X extends string = never, Y extends string = never>(
  { init, xs = {} as ExprRecord<X>, length, reverse = false }: ScanOptions<S, X>,
  body: (state: ExprRecord<S>, x: ExprRecord<X>) => { state: ExprRecord<S>; outputs?: ExprRecord<Y> },
): ScanResult<S, Y> {
  const stateNames = Object.keys(init) as S[];
  const xNames = Object.keys(xs) as X[];
  const steps = length ?? (xNames.length > 0 ? xs[xNames[0]!].shape[0] : undefined);
  if (steps === undefined || steps < 1) throw new ShapeError(`scan: ${steps ?? "an unknown number of"} steps: give xs or a length`);
  for (const name of xNames)
    if (xs[name].shape[0] !== steps) throw new ShapeError(`scan: ${name} is ${showType(xs[name])}, expected ${steps} steps`);

  const states = stateNames.map((n) => input(n, init[n].shape, init[n].dtype));
  const steps_ = xNames.map((n) => input(n, xs[n].shape.slice(1), xs[n].dtype));
  const zip = <N extends string>(names: readonly N[], values: readonly Expr[]): ExprRecord<N> =>
    Object.fromEntries(names.map((n, i) => [n, values[i]!])) as ExprRecord<N>;
  const { state, outputs = {} as ExprRecord<Y> } = body(zip(stateNames, states), zip(xNames, steps_));
  for (const n of stateNames) expectType(`scan: state ${n}`, state[n], init[n]);
  const outNames = Object.keys(outputs) as Y[];

  // ONNX counts steps by its sequences: a loop without any is given its step number.
  const counter = xNames.length === 0 ? [arange(steps)] : [];
  const results = makeScan(
    stateNames.map((n) => init[n]),
    [...xNames.map((n) => xs[n]), ...counter],
    {
      states: stateNames.length,
      length: steps,
      reverse,
      body: {
        symbols: [...states, ...steps_, ...counter.map(() => input("step", []))],
        results: [...stateNames.map((n) => state[n]), ...outNames.map((n) => outputs[n])],
      },
    },
  );
  return { state: zip(stateNames, results), outputs: zip(outNames, results.slice(stateNames.length)) };
}
