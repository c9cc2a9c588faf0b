/**
 * Programs computed by the kernel rules of their operations alone, one number after the other, in plain JavaScript: what
 * a compiler that fuses, tiles and reuses memory is compared with. Sums are added in double precision and rounded once.
 */

import type { Body, Expr, Node } from "../../src/ir/expr.js";
import type { Cell, Counter, CounterCell, Kernel, Layout, Loops } from "../../src/ir/kernel.js";
import { topologicalOrder } from "../../src/ir/order.js";
import { showType } from "../../src/ir/type.js";
import {
  allocate,
  type DType,
  type Shape,
  sizeOf,
  type Tensor,
  type TypedArray,
  tensor,
} from "../../src/util/tensor.js";
import { holds, type PlainScalar, plain, plainMath } from "./plain-scalars.js";

type Rule = Kernel<Node, Expr, Body>;

/** A value: numbers, and where in them its elements lie. */
interface Held {
  readonly data: TypedArray;
  readonly dtype: DType;
  readonly shape: Shape;
  readonly layout: Layout;
}

type Values = Map<Expr, Held>;

/** Thrown where a program needs an operation that has no rule. */
export class NoRule extends Error {}

/** By its `kernel`, else by what it says it is made of. @throws NoRule */
export function ruleOf(node: Node): Rule {
  if (node.op.kernel) return node.op.kernel;
  const composed = node.op.compose?.(node);
  if (composed) return { compose: () => composed };
  throw new NoRule(`${node.op.name} has no kernel for ${showType(node.inputs[0] ?? node.outputs[0]!)}`);
}

const rowMajor = (shape: Shape): Layout => ({
  offset: 0,
  strides: shape.map((_, i) => sizeOf(shape.slice(i + 1))),
});

const held = ({ data, dtype, shape }: Tensor): Held => ({ data, dtype, shape, layout: rowMajor(shape) });

const zeros = (e: { readonly dtype: DType; readonly shape: Shape }): Held =>
  held(tensor(allocate(e.dtype, sizeOf(e.shape)), e.shape));

/** @throws when a rule leads outside of the numbers there are. */
function inside(data: TypedArray, at: number): number {
  if (!(Number.isInteger(at) && at >= 0 && at < data.length))
    throw new Error(`a kernel reads or writes element ${at} of ${data.length}`);
  return at;
}

const load = (h: Held, at: number): PlainScalar => plain(h.data[inside(h.data, at)]!, h.dtype);

function store(h: Held, at: number, x: PlainScalar): void {
  if (x.dtype !== h.dtype) throw new Error(`a kernel writes ${x.dtype} where ${h.dtype} lies`);
  h.data[inside(h.data, at)] = x.value;
}

/** Where the element at a position lies; axes of size one are repeated, and leading axes that it has not left out. */
function locate({ layout, shape }: Held, index: readonly number[]): number {
  const lead = index.length - shape.length;
  return shape.reduce((at, n, i) => at + (n === 1 ? 0 : index[lead + i]! * layout.strides[i]!), layout.offset);
}

const elementAt = (h: Held, index: readonly number[]): PlainScalar => load(h, locate(h, index));

/** Every position of a shape, in row-major order. */
function* positions(shape: Shape): Generator<number[]> {
  const strides = rowMajor(shape).strides;
  for (let flat = 0; flat < sizeOf(shape); flat++) yield shape.map((n, i) => Math.floor(flat / strides[i]!) % n);
}

function fill(e: Expr, f: (index: readonly number[]) => PlainScalar): Held {
  const result = zeros(e);
  for (const index of positions(e.shape)) store(result, locate(result, index), f(index));
  return result;
}

/** The same elements, row-major. */
const packed = (h: Held): Held => fill({ dtype: h.dtype, shape: h.shape } as Expr, (index) => elementAt(h, index));

function reduce(node: Node, x: Held, by: "add" | "max", axes: readonly number[]): Held {
  const kept = x.shape.map((_, i) => i).filter((i) => !axes.includes(i));
  const start = x.dtype === "int64" ? 0n : by === "add" ? 0 : Number.NEGATIVE_INFINITY;
  return fill(node.outputs[0]!, (outer) => {
    let total: number | bigint = start;
    for (const index of positions(axes.map((a) => x.shape[a]!))) {
      const at = new Array<number>(x.shape.length).fill(0);
      for (const [k, a] of kept.entries()) at[a] = outer[k]!;
      for (const [k, a] of axes.entries()) at[a] = index[k]!;
      const { value } = elementAt(x, at);
      if (typeof value === "bigint") total = (total as bigint) + value;
      else total = by === "add" ? (total as number) + value : Math.max(total as number, value);
    }
    return plain(total, x.dtype);
  });
}

function product(node: Node, a: Held, b: Held, transposeA: boolean, transposeB: boolean): Held {
  const inner = a.shape.at(transposeA ? -2 : -1)!;
  return fill(node.outputs[0]!, (index) => {
    const [lead, row, column] = [index.slice(0, -2), index.at(-2)!, index.at(-1)!];
    let total = 0;
    for (let k = 0; k < inner; k++) {
      const left = elementAt(a, [...lead, ...(transposeA ? [k, row] : [row, k])]);
      const right = elementAt(b, [...lead, ...(transposeB ? [column, k] : [k, column])]);
      total += Number(left.value) * Number(right.value);
    }
    return plain(total, a.dtype);
  });
}

function place(node: Node, operands: readonly Held[], axis: number, starts: readonly number[]): Held {
  const result = zeros(node.outputs[0]!);
  for (const [i, x] of operands.entries())
    for (const index of positions(x.shape))
      store(result, locate(result, index.with(axis, index[axis]! + starts[i]!)), elementAt(x, index));
  return result;
}

/** A position as this evaluator holds it. */
interface PlainCounter extends Counter {
  readonly at: number;
}
const counter = (at: number): PlainCounter => ({ counts: true, at });
const atOf = (i: Counter): number => (i as PlainCounter).at;

function loops(operands: readonly Held[], results: readonly Held[]): Loops {
  const cell = <T>(initial: T): { get(): T; set(x: T): void } => {
    let now = initial;
    return {
      get: () => now,
      set: (x) => {
        now = x;
      },
    };
  };
  return {
    math: plainMath,
    each(n, body) {
      const end = typeof n === "number" ? n : atOf(n);
      for (let i = 0; i < end; i++) body(counter(i));
    },
    repeat(condition, body) {
      while (holds(condition())) body();
    },
    when(condition, body) {
      if (holds(condition)) body();
    },
    position: (terms, constant = 0) => counter(terms.reduce((at, [i, factor]) => at + atOf(i) * factor, constant)),
    toCounter: (x) => counter(Number((x as PlainScalar).value)),
    fromCounter: (i) => plain(atOf(i), "int64"),
    before: (i, j) => plain(atOf(i) < atOf(j) ? 1 : 0, "bool"),
    cell: (initial) => cell(initial) satisfies Cell,
    counterCell: (initial) => cell(initial) satisfies CounterCell,
    read: (operand, at) => load(operands[operand]!, atOf(at)),
    reread: (result, at) => load(results[result]!, atOf(at)),
    write: (result, at, x) => store(results[result]!, atOf(at), x as PlainScalar),
  };
}

/** What a body gives for its symbols; what it captures is known already. */
function runBody({ symbols, results }: Body, values: Values, given: readonly Held[]): Held[] {
  const inner: Values = new Map([...values, ...symbols.map((e, i) => [e, given[i]!] as const)]);
  return computeAll(results, inner);
}

function counted(node: Node, rule: Extract<Rule, { counted: unknown }>, values: Values, operands: Held[]): Held[] {
  const { body, states, length, reverse } = rule.counted(node);
  let state = operands.slice(0, states);
  const sequences = operands.slice(states, body.symbols.length).map(packed);
  const outputs = node.outputs.slice(states).map(zeros);
  for (let t = 0; t < length; t++) {
    const step = reverse ? length - 1 - t : t;
    const rows = sequences.map(({ data, dtype, shape }): Held => {
      const row = shape.slice(1);
      return { data, dtype, shape: row, layout: { ...rowMajor(row), offset: step * sizeOf(row) } };
    });
    const results = runBody(body, values, [...state, ...rows]);
    state = results.slice(0, states);
    for (const [i, y] of results.slice(states).entries())
      for (const index of positions(y.shape))
        store(outputs[i]!, locate(outputs[i]!, [step, ...index]), elementAt(y, index));
  }
  return [...state, ...outputs];
}

function conditional(
  node: Node,
  rule: Extract<Rule, { conditional: unknown }>,
  values: Values,
  operands: Held[],
): Held[] {
  const { body, states } = rule.conditional(node);
  const most = Number(elementAt(operands[1]!, []).value);
  let [condition, state] = [operands[0]!, operands.slice(2, 2 + states)];
  for (let step = 0; step < most && holds(elementAt(condition, [])); step++) {
    const at = held(tensor(BigInt64Array.of(BigInt(step)), []));
    const [next, ...states] = runBody(body, values, [at, condition, ...state]);
    [condition, state] = [next!, states];
  }
  return state;
}

function compute(node: Node, values: Values): readonly Held[] {
  const rule = ruleOf(node);
  const operands = node.inputs.map((e) => values.get(e)!);
  const [y] = node.outputs as readonly [Expr];
  if ("map" in rule)
    return [
      fill(y, (index) => {
        const numbers = operands.map((h) => elementAt(h, index));
        return rule.map(plainMath, numbers, node) as PlainScalar;
      }),
    ];
  if ("view" in rule) {
    const [x] = operands as [Held];
    const seen = rule.view(x.layout, node);
    const of = (from: Held, layout: Layout): Held => ({ data: from.data, dtype: y.dtype, shape: y.shape, layout });
    if (seen) return [of(x, seen)];
    const copy = packed(x);
    return [of(copy, rule.view(copy.layout, node)!)];
  }
  if ("reduce" in rule) return [reduce(node, operands[0]!, rule.reduce, rule.axes(node))];
  if ("product" in rule) {
    const { transposeA, transposeB } = rule.product(node);
    return [product(node, operands[0]!, operands[1]!, transposeA, transposeB)];
  }
  if ("place" in rule) {
    const { axis, starts } = rule.place(node);
    return [place(node, operands, axis, starts)];
  }
  if ("loops" in rule) {
    const results = node.outputs.map(zeros);
    // What a rule does not write must not pass for a zero.
    for (const { data } of results) data.fill((data instanceof BigInt64Array ? -77n : 77) as never);
    rule.loops(loops(operands.map(packed), results), node);
    return results;
  }
  if ("counted" in rule) return counted(node, rule, values, operands);
  if ("conditional" in rule) return conditional(node, rule, values, operands);
  if ("compose" in rule) return computeAll(rule.compose(node), values);
  return [held(rule.constant(node))];
}

/** What the results need is computed, operands before users, and remembered. */
function computeAll(results: readonly Expr[], values: Values): Held[] {
  const known = (node: Node): boolean => node.outputs.every((e) => values.has(e));
  for (const node of topologicalOrder(results, known)) {
    if (known(node)) continue;
    for (const [i, h] of compute(node, values).entries()) values.set(node.outputs[i]!, h);
  }
  return results.map((e) => values.get(e)!);
}

/**
 * The results by the kernel rules alone.
 * @throws NoRule when an operation has none.
 */
export function evaluateByKernels(
  inputs: Readonly<Record<string, Expr>>,
  outputs: Readonly<Record<string, Expr>>,
  feeds: Readonly<Record<string, Tensor>>,
): Record<string, Tensor> {
  const values: Values = new Map(Object.entries(inputs).map(([name, e]) => [e, held(feeds[name]!)]));
  const results = computeAll(Object.values(outputs), values).map(packed);
  return Object.fromEntries(Object.keys(outputs).map((name, i) => [name, tensor(results[i]!.data, results[i]!.shape)]));
}
