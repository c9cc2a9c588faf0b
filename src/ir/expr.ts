/**
 * Expressions: a hash-consed graph of pure operations. A node is made once: building the same operation on the same
 * operands again returns the same node, so common subexpressions are shared without a pass that looks for them.
 */

import type { DType, Shape, Tensor } from "../util/tensor.js";
import type { Kernel } from "./kernel.js";
import { identityOf, parameterKey } from "./key.js";
import type { TensorType } from "./type.js";

/** One tensor of a program: an output of a node. Owns no memory. */
export interface Expr extends TensorType {
  readonly node: Node;
  /** Which of the node's outputs this is. */
  readonly index: number;
}

/** What an operation takes: an expression, or a number that adopts the other operand's dtype. */
export type Operand = Expr | number;

/** One application of an operation. */
export interface Node<Params = unknown, In extends readonly Expr[] = readonly Expr[]> {
  readonly id: number;
  readonly op: Op<Params, In>;
  readonly inputs: In;
  readonly params: Params;
  readonly outputs: readonly Expr[];
}

/** A cotangent for each operand, or `null` where none flows. */
export type Cotangents<In extends readonly Expr[]> = { readonly [I in keyof In]: Expr | null };

/**
 * Everything the project knows about one kind of operation. An operation is this object, made once and applied often:
 * its name is for people, no pass asks for it, and two objects of one name are two operations.
 */
export interface Op<Params = unknown, In extends readonly Expr[] = readonly Expr[]> {
  readonly name: string;
  /** Types of the results. @throws ShapeError on operands that do not fit. */
  infer(inputs: In, params: Params): readonly TensorType[];
  /**
   * Cotangents of the operands given `g`, that of the result, as expressions, so that gradients nest. A cotangent may
   * keep the broadcast shape: the walk sums it down. Left out where nothing is differentiable.
   */
  vjp?(g: Expr, node: Node<Params, In>): Cotangents<In>;
  /**
   * The same for an operation with several results, of which some may have no cotangent. Operands that are not
   * `wanted` may be left out.
   */
  vjpAll?(cotangents: readonly (Expr | null)[], node: Node<Params, In>, wanted: readonly boolean[]): Cotangents<In>;
  /** Write the operation as ONNX and return the names of its results. */
  lower?(to: Emitter, inputs: readonly string[], node: Node<Params, In>): readonly string[];
  /** How it computes, for the compiler. A program with an operation that has no rule, nor `compose`, is left to ONNX. */
  readonly kernel?: Kernel<Node<Params, In>, Expr, Body>;
  /** The same value in other operations, where the engine has no kernel for it; else `null`. */
  compose?(node: Node<Params, In>): readonly Expr[] | null;
  /** A simpler equal value, or `null`; asked once, before a node is made. */
  simplify?(inputs: In, params: Params): readonly Expr[] | null;
  /** The sum of several cotangents that all are results of this operation, if it is simpler than adding them. */
  accumulate?(terms: readonly Expr[]): Expr | null;
  /** Its values are the numbers of its operands in their order: they take no memory of their own. */
  readonly views?: true;
  /** Its value is its operand repeated along axes. */
  readonly spreads?: true;
  /** Its value is the elementwise product of its two operands. */
  readonly multiplies?: true;
  /** Its value is the absolute value of its operand. */
  readonly absolute?: true;
  /** Text that tells parameters apart; `parameterKey` unless said. Equal texts mean equal nodes. */
  key?(params: Params): string;
  /** How parameters print for a person. */
  show?(params: Params): string;
}

/** A body of a control-flow operation: its own inputs and results. */
export interface Body {
  readonly symbols: readonly Expr[];
  readonly results: readonly Expr[];
}

export type Attribute =
  | { readonly int: number }
  | { readonly float: number }
  | { readonly ints: readonly number[] }
  | { readonly string: string }
  | { readonly graph: unknown };

/** How an operation writes itself: implemented by the lowering, known to operations only by this interface. */
export interface Emitter {
  /** Whether equal rows must give equal bits, wherever they stand: see `CompileOptions.steadyRows`. */
  readonly steadyRows: boolean;
  /** Append an ONNX node with one result; returns the result's name. */
  node(type: string, inputs: readonly string[], attributes?: Readonly<Record<string, Attribute>>): string;
  /** Append an ONNX node with several results. */
  nodes(
    type: string,
    inputs: readonly string[],
    results: number,
    attributes?: Readonly<Record<string, Attribute>>,
  ): string[];
  constant(value: Tensor): string;
  /** A one-dimensional int64 constant: shapes, axes, starts. */
  ints(values: readonly number[]): string;
  /** A nested graph; `captured` names expressions of the surrounding graph that it uses. */
  graph(body: Body, captured: ReadonlyMap<Expr, string>): Attribute;
}

const interned = new Map<string, WeakRef<Node>>();
const forgotten = new FinalizationRegistry<string>((key) => {
  if (interned.get(key)?.deref() === undefined) interned.delete(key);
});
let count = 0;

/** Key of an operand: nodes are unique, so their number tells them apart. */
const operandKey = (e: Expr): string => (e.index === 0 ? `${e.node.id}` : `${e.node.id}.${e.index}`);

/**
 * Apply an operation: simplified, or found among the nodes that exist, or made.
 * @throws ShapeError from the operation's own rule.
 */
export function apply<Params, In extends readonly Expr[]>(
  op: Op<Params, In>,
  inputs: In,
  params: Params,
): readonly Expr[] {
  const simpler = op.simplify?.(inputs, params);
  if (simpler) return simpler;
  const key = `${identityOf(op)}(${inputs.map(operandKey).join()})${op.key ? op.key(params) : parameterKey(params)}`;
  const known = interned.get(key)?.deref();
  if (known) return known.outputs;
  const types = op.infer(inputs, params);
  const outputs: Expr[] = [];
  // A node's operation is stored at its widest type; the node itself proves that operands and parameters fit it.
  const node: Node = { id: count++, op: op as unknown as Op, inputs, params, outputs };
  for (const [index, { shape, dtype }] of types.entries()) outputs.push({ node, index, shape, dtype });
  interned.set(key, new WeakRef(node));
  forgotten.register(node, key);
  return outputs;
}

/** Apply an operation that has one result. */
export function apply1<Params, In extends readonly Expr[]>(op: Op<Params, In>, inputs: In, params: Params): Expr {
  return apply(op, inputs, params)[0]!;
}

/** Whether an expression is a result of an operation: of this very one, not of one of the same name. */
export const isResultOf = <Params, In extends readonly Expr[]>(
  op: Op<Params, In>,
  e: Expr,
): e is Expr & { readonly node: Node<Params, In> } => e.node.op === (op as unknown as Op);

/** The type rule of an operation with one result. */
export const one = (shape: Shape, dtype: DType): readonly TensorType[] => [{ shape, dtype }];

/** Whether an operand is an expression. */
export const isExpr = (x: Operand): x is Expr => typeof x !== "number";
