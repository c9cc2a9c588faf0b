/** Reads an ONNX model back: just enough to see what was written, by the field numbers of onnx.proto. */

export interface ReadNode {
  readonly type: string;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Integer attributes and lists of integers. */
  readonly ints: Readonly<Record<string, readonly number[]>>;
  readonly strings: Readonly<Record<string, string>>;
  readonly graphs: Readonly<Record<string, ReadGraph>>;
}

export interface ReadValue {
  readonly name: string;
  /** ONNX's number: 1 float32, 7 int64, 9 bool, 11 float64. */
  readonly type: number;
  readonly shape: readonly number[];
}

export interface ReadGraph {
  readonly name: string;
  readonly nodes: readonly ReadNode[];
  readonly initializers: readonly ReadValue[];
  readonly inputs: readonly ReadValue[];
  readonly outputs: readonly ReadValue[];
}

export interface ReadModel {
  readonly irVersion: number;
  readonly producer: string;
  readonly opset: number;
  readonly graph: ReadGraph;
}

type Value = bigint | Uint8Array;

/** A message as its fields, in order. @throws Error on bytes that are no message. */
function fields(bytes: Uint8Array): (readonly [field: number, value: Value])[] {
  const found: (readonly [number, Value])[] = [];
  let at = 0;
  const take = (n: number): Uint8Array => {
    if (at + n > bytes.length) throw new Error(`a field ends at ${at + n} of ${bytes.length} bytes`);
    at += n;
    return bytes.subarray(at - n, at);
  };
  const varint = (): bigint => {
    let v = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = take(1)[0]!;
      v |= BigInt(byte & 127) << shift;
      if (byte < 128) return v;
    }
  };
  while (at < bytes.length) {
    const head = Number(varint());
    const wire = head & 7;
    if (wire !== 0 && wire !== 2 && wire !== 5) throw new Error(`wire type ${wire}`);
    found.push([head >> 3, wire === 0 ? varint() : take(wire === 2 ? Number(varint()) : 4)]);
  }
  return found;
}

const text = (v: Value | undefined): string => (v instanceof Uint8Array ? new TextDecoder().decode(v) : "");
const whole = (v: Value | undefined): number => (typeof v === "bigint" ? Number(BigInt.asIntN(64, v)) : 0);

/** The values of one field of a message; the last of them. */
function reader(bytes: Value | undefined) {
  const all = fields(bytes instanceof Uint8Array ? bytes : new Uint8Array());
  const list = (field: number): Value[] => all.filter(([f]) => f === field).map(([, v]) => v);
  return { list, last: (field: number): Value | undefined => list(field).at(-1) };
}

function readNode(bytes: Value): ReadNode {
  const { list, last } = reader(bytes);
  const attributes = list(5).map((a) => reader(a));
  const named = <T>(kinds: readonly number[], read: (a: ReturnType<typeof reader>) => T): Record<string, T> =>
    Object.fromEntries(
      attributes.filter((a) => kinds.includes(whole(a.last(20)))).map((a) => [text(a.last(1)), read(a)]),
    );
  return {
    type: text(last(4)),
    name: text(last(3)),
    inputs: list(1).map(text),
    outputs: list(2).map(text),
    ints: named([2, 7], (a) => [...a.list(3), ...a.list(8)].map(whole)),
    strings: named([3], (a) => text(a.last(4))),
    graphs: named([5], (a) => readGraph(a.last(6))),
  };
}

function readValue(bytes: Value): ReadValue {
  const { last } = reader(bytes);
  const type = reader(reader(last(2)).last(1));
  const shape = reader(type.last(2)).list(1);
  return { name: text(last(1)), type: whole(type.last(1)), shape: shape.map((d) => whole(reader(d).last(1))) };
}

function readInitializer(bytes: Value): ReadValue {
  const { list, last } = reader(bytes);
  return { name: text(last(8)), type: whole(last(2)), shape: list(1).map(whole) };
}

function readGraph(bytes: Value | undefined): ReadGraph {
  const { list, last } = reader(bytes);
  return {
    name: text(last(2)),
    nodes: list(1).map(readNode),
    initializers: list(5).map(readInitializer),
    inputs: list(11).map(readValue),
    outputs: list(12).map(readValue),
  };
}

/** @throws Error on bytes that are no ONNX model of the default operator set. */
export function readModel(bytes: Uint8Array): ReadModel {
  const { last } = reader(bytes);
  const opset = reader(last(8));
  if (text(opset.last(1)) !== "") throw new Error("expected the default operator set");
  return {
    irVersion: whole(last(1)),
    producer: text(last(2)),
    opset: whole(opset.last(2)),
    graph: readGraph(last(7)),
  };
}

/** How often each operator stands in a graph; bodies of loops are not entered. */
export function countTypes(graph: ReadGraph): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { type } of graph.nodes) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
}
