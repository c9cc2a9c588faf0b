/** Loops as one operation: a body applied again and again, compiled once. */

import { apply, type Body, type Expr, type Node, type Op } from "../ir/expr.js";
import { topologicalOrder } from "../ir/order.js";
import { showType } from "../ir/type.js";
import { ShapeError } from "../util/errors.js";
import { add } from "./arithmetic.js";
import { captures } from "./captures.js";
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
  kernel: { counted: ({ params }) => params },
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

/** Sequences that the body does not read are left out. */
function makeScan(init: readonly Expr[], sequences: readonly Expr[], params: ScanParams): readonly Expr[] {
  const { body, states, length } = params;
  const read = new Set(topologicalOrder(body.results));
  const used = sequences.map((x, i) => [x, body.symbols[states + i]!] as const).filter(([, e]) => read.has(e.node));
  // ONNX counts steps by its sequences: a loop without any is given its step number.
  if (used.length === 0) used.push([arange(length), input("step", [])]);
  const symbols = [...body.symbols.slice(0, states), ...used.map(([, e]) => e)];
  const operands = [...init, ...used.map(([x]) => x), ...captures({ ...body, symbols })];
  return apply(scanOp, operands, { ...params, body: { ...body, symbols } });
}

/** The loop run backwards: cotangents of the states are its states, and those of captured values add up. */
function scanBackward(
  cotangents: readonly (Expr | null)[],
  node: Node<ScanParams>,
  wanted: readonly boolean[],
): (Expr | null)[] {
  const { body, states: count, length, reverse } = node.params;
  const own = body.symbols.length;
  const [init, sequences] = [node.inputs.slice(0, count), node.inputs.slice(count, own)];
  const isFloat = (e: Expr): boolean => e.dtype.startsWith("float");
  const like = (e: Expr): Expr => input(`d_${e.node.op.name}`, e.shape, e.dtype);

  const dResults = body.results.map((e, i) => (isFloat(e) && (i < count || cotangents[i]) ? like(e) : null));
  const wrt = [...body.symbols, ...node.inputs.slice(own)];
  const pulled = pullback(body.results, dResults, wrt).map((g, i) =>
    isFloat(wrt[i]!) ? (g ?? zerosLike(wrt[i]!)) : null,
  );
  const among = (from: number, to: number, has: (i: number) => boolean): number[] =>
    wrt.flatMap((_, i) => (i >= from && i < to && has(i) ? [i] : []));
  const floatStates = among(0, count, (i) => isFloat(wrt[i]!));
  const wantedSequences = among(count, own, (i) => wanted[i]!);
  const wantedCaptured = among(own, wrt.length, (i) => wanted[i]!);
  const sums = wantedCaptured.map((i) => like(wrt[i]!));
  const results = [
    ...floatStates.map((i) => pulled[i]!),
    ...wantedCaptured.map((i, k) => add(sums[k]!, pulled[i]!)),
    ...wantedSequences.map((i) => pulled[i]!),
  ];

  // The loop is run again for the states that the derivative reads, if it reads any.
  const read = new Set(topologicalOrder(results));
  const visited = body.symbols.slice(0, count).filter((e) => read.has(e.node));
  const states = body.results.slice(0, count);
  const rerun = { ...node.params, body: { symbols: body.symbols, results: [...states, ...visited] } };
  const paths = visited.length > 0 ? makeScan(init, sequences, rerun).slice(count) : [];
  const stacked = body.results.flatMap((_, i) => (i >= count && dResults[i] ? [i] : []));
  const found = makeScan(
    [...floatStates.map((i) => cotangents[i] ?? zerosLike(init[i]!)), ...wantedCaptured.map((i) => zerosLike(wrt[i]!))],
    [...paths, ...sequences, ...stacked.map((i) => cotangents[i]!)],
    {
      states: floatStates.length + wantedCaptured.length,
      length,
      reverse: !reverse,
      body: {
        symbols: [
          ...floatStates.map((i) => dResults[i]!),
          ...sums,
          ...visited,
          ...body.symbols.slice(count),
          ...stacked.map((i) => dResults[i]!),
        ],
        results,
      },
    },
  );
  const cotangentOf = new Map([...floatStates, ...wantedCaptured, ...wantedSequences].map((i, k) => [i, found[k]!]));
  return wrt.map((_, i) => cotangentOf.get(i) ?? null);
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
  if (steps === undefined || !Number.isInteger(steps) || steps < 1)
    throw new ShapeError(`scan: ${steps ?? "an unknown number of"} steps: give xs or a length, a whole number from 1`);
  for (const name of xNames)
    if (xs[name].shape[0] !== steps)
      throw new ShapeError(`scan: ${name} is ${showType(xs[name])}, expected ${steps} steps`);

  const states = stateNames.map((n) => input(n, init[n].shape, init[n].dtype));
  const steps_ = xNames.map((n) => input(n, xs[n].shape.slice(1), xs[n].dtype));
  const zip = <N extends string>(names: readonly N[], values: readonly Expr[]): ExprRecord<N> =>
    Object.fromEntries(names.map((n, i) => [n, values[i]!])) as ExprRecord<N>;
  const { state, outputs = {} as ExprRecord<Y> } = body(zip(stateNames, states), zip(xNames, steps_));
  for (const n of stateNames) expectType(`scan: state ${n}`, state[n], init[n]);
  const outNames = Object.keys(outputs) as Y[];

  const results = makeScan(
    stateNames.map((n) => init[n]),
    xNames.map((n) => xs[n]),
    {
      states: stateNames.length,
      length: steps,
      reverse,
      body: {
        symbols: [...states, ...steps_],
        results: [...stateNames.map((n) => state[n]), ...outNames.map((n) => outputs[n])],
      },
    },
  );
  return { state: zip(stateNames, results), outputs: zip(outNames, results.slice(stateNames.length)) };
}
