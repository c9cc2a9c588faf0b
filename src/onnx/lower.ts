/** From expressions to one ONNX model. Asks every operation to write itself; knows none by name. */

import type { Attribute, Body, Emitter, Expr, Node } from "../ir/expr.js";
import { topologicalOrder } from "../ir/order.js";
import { ShapeError } from "../util/errors.js";
import { type Tensor, tensor } from "../util/tensor.js";
import { type AttributeValue, graphProto, modelProto, nodeProto, tensorProto, valueInfo } from "./proto.js";

/** What all graphs of one model share: names, and constants, which live in the outermost graph. */
interface Model {
  readonly steadyRows: boolean;
  readonly initializers: Uint8Array[];
  readonly constants: Map<string | object, string>;
  fresh(stem: string): string;
}

/** A graph under construction and the name of each expression written so far. */
interface Scope {
  readonly emitter: Emitter;
  readonly nodes: Uint8Array[];
  readonly names: Map<Expr, string>;
  /** Nodes that a surrounding graph has written: what this one reads of their results has a name. */
  readonly outside: ReadonlySet<Node>;
}

function newModel(steadyRows: boolean): Model {
  let count = 0;
  return { steadyRows, initializers: [], constants: new Map(), fresh: (stem) => `${stem}_${count++}` };
}

/** Small constants are one per value, large ones one per tensor: two may share an array under different shapes. */
function constantKey(value: Tensor): string | object {
  const { dtype, shape, data } = value;
  if (data.length > 64) return value;
  return `${dtype}|${shape}|${[...data].map((v: number | bigint) => (Object.is(v, -0) ? "-0" : `${v}`)).join()}`;
}

function constantName(model: Model, value: Tensor): string {
  const key = constantKey(value);
  const known = model.constants.get(key);
  if (known !== undefined) return known;
  const name = model.fresh("constant");
  model.constants.set(key, name);
  model.initializers.push(tensorProto(name, value));
  return name;
}

function openScope(model: Model, names: Map<Expr, string>, outside: ReadonlySet<Node> = new Set()): Scope {
  const nodes: Uint8Array[] = [];
  const emit: Emitter["nodes"] = (type, inputs, results, attributes = {}) => {
    const name = model.fresh(type);
    const outputs = Array.from({ length: results }, (_, i) => (results === 1 ? name : `${name}.${i}`));
    // An attribute that holds a graph was made by this file's own `graph`, as bytes.
    const encoded = attributes as Readonly<Record<string, AttributeValue>>;
    nodes.push(nodeProto({ type, name, inputs, outputs, attributes: encoded }));
    return outputs;
  };
  const emitter: Emitter = {
    steadyRows: model.steadyRows,
    nodes: emit,
    node: (type, inputs, attributes) => emit(type, inputs, 1, attributes)[0]!,
    constant: (value) => constantName(model, value),
    ints: (values) => constantName(model, tensor(BigInt64Array.from(values.map(BigInt)))),
    graph: (body, captured) => nestedGraph(model, body, captured),
  };
  return { emitter, nodes, names, outside };
}

/** Write everything the results need and return their names. */
function writeAll(scope: Scope, results: readonly Expr[]): string[] {
  const { emitter, names, outside } = scope;
  const isWritten = (node: Node): boolean => outside.has(node) || node.outputs.every((e) => names.has(e));
  for (const node of topologicalOrder(results, isWritten)) {
    if (isWritten(node)) continue;
    const composed = node.op.compose?.(node);
    if (!composed && !node.op.lower)
      throw new ShapeError(
        node.inputs.length === 0
          ? `compile: the program uses the input ${node.op.show?.(node.params) ?? node.op.name}, which it is not given`
          : `compile: ${node.op.name} cannot be written for ${node.outputs[0]!.dtype}`,
      );
    const written = composed
      ? writeAll(scope, composed)
      : node.op.lower!(
          emitter,
          node.inputs.map((e) => names.get(e)!),
          node,
        );
    for (const [i, output] of node.outputs.entries()) names.set(output, written[i]!);
  }
  return results.map((e) => names.get(e)!);
}

/** Results under fresh names of their own: a graph may not return its inputs, or one value twice. */
function writeOutputs(model: Model, scope: Scope, results: readonly Expr[], names?: readonly string[]): Uint8Array[] {
  return writeAll(scope, results).map((from, i) => {
    const { dtype, shape } = results[i]!;
    const name = names?.[i] ?? model.fresh("result");
    scope.nodes.push(
      nodeProto({ type: "Identity", name: `to_${name}`, inputs: [from], outputs: [name], attributes: {} }),
    );
    return valueInfo(name, dtype, shape);
  });
}

function nestedGraph(model: Model, { symbols, results }: Body, captured: ReadonlyMap<Expr, string>): Attribute {
  const names = new Map(captured);
  const inputs = symbols.map((e) => {
    const name = model.fresh("state");
    names.set(e, name);
    return valueInfo(name, e.dtype, e.shape);
  });
  // A loop outside of which one result is read here is not to be run here for its other results.
  const scope = openScope(model, names, new Set([...captured.keys()].map((e) => e.node)));
  const outputs = writeOutputs(model, scope, results);
  return { graph: graphProto({ name: model.fresh("body"), nodes: scope.nodes, initializers: [], inputs, outputs }) };
}

/**
 * One ONNX model that maps the named inputs to the named outputs, which it calls `in:name` and `out:name`: no name
 * collides with those of its own nodes. Only what the outputs need is written; what they share is written once. Equal
 * structures give equal bytes.
 * @throws ShapeError when an output needs an input that is not among the given ones.
 */
export function lower(
  inputs: Readonly<Record<string, Expr>>,
  outputs: Readonly<Record<string, Expr>>,
  { steadyRows = false }: { readonly steadyRows?: boolean | undefined } = {},
): Uint8Array {
  const model = newModel(steadyRows);
  const names = new Map(Object.entries(inputs).map(([name, e]) => [e, `in:${name}`]));
  const scope = openScope(model, names);
  const results = writeOutputs(
    model,
    scope,
    Object.values(outputs),
    Object.keys(outputs).map((n) => `out:${n}`),
  );
  return modelProto(
    graphProto({
      name: "ebbflow",
      nodes: scope.nodes,
      initializers: model.initializers,
      inputs: Object.entries(inputs).map(([name, e]) => valueInfo(`in:${name}`, e.dtype, e.shape)),
      outputs: results,
    }),
  );
}
