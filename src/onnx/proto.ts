/** Just enough of protocol buffers and of ONNX's messages to write a model (onnx.proto, IR version 10). */

import type { DType, Shape, Tensor } from "../util/tensor.js";

/** A message under construction: fields in the order they are written. */
type Field = readonly [number: number, value: Uint8Array | string | number | bigint | { readonly f32: number }];

const utf8 = new TextEncoder();

function pushVarint(out: number[], value: number | bigint): void {
  let v = BigInt.asUintN(64, BigInt(value));
  while (v > 127n) {
    out.push(Number(v & 127n) | 128);
    v >>= 7n;
  }
  out.push(Number(v));
}

/** Encode a message. Wire types: 0 varint, 2 length-delimited, 5 four bytes. */
export function message(fields: readonly Field[]): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const [number, value] of fields) {
    const head: number[] = [];
    if (typeof value === "number" || typeof value === "bigint") {
      pushVarint(head, number << 3);
      pushVarint(head, value);
      parts.push(Uint8Array.from(head));
    } else if (typeof value === "string" || value instanceof Uint8Array) {
      const bytes = typeof value === "string" ? utf8.encode(value) : value;
      pushVarint(head, (number << 3) | 2);
      pushVarint(head, bytes.length);
      parts.push(Uint8Array.from(head), bytes);
    } else {
      pushVarint(head, (number << 3) | 5);
      parts.push(Uint8Array.from(head), new Uint8Array(Float32Array.of(value.f32).buffer));
    }
  }
  const bytes = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

const ELEMENT_TYPE: Record<DType, number> = { float32: 1, int64: 7, bool: 9, float64: 11 };

/** TensorProto. Little-endian raw data, as on every machine that runs JavaScript engines. */
export function tensorProto(name: string, { dtype, shape, data }: Tensor): Uint8Array {
  return message([
    ...shape.map((n): Field => [1, n]),
    [2, ELEMENT_TYPE[dtype]],
    [8, name],
    [9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)],
  ]);
}

/** ValueInfoProto of a tensor with a fixed shape. */
export function valueInfo(name: string, dtype: DType, shape: Shape): Uint8Array {
  const dims = message(shape.map((n): Field => [1, message([[1, n]])]));
  const tensorType = message([
    [1, ELEMENT_TYPE[dtype]],
    [2, dims],
  ]);
  return message([
    [1, name],
    [2, message([[1, tensorType]])],
  ]);
}

/** AttributeProto of a node. `graph` holds an encoded GraphProto. */
export function attributeProto(name: string, value: AttributeValue): Uint8Array {
  const named: Field = [1, name];
  if ("int" in value) return message([named, [3, value.int], [20, 2]]);
  if ("float" in value) return message([named, [2, { f32: value.float }], [20, 1]]);
  if ("ints" in value) return message([named, ...value.ints.map((n): Field => [8, n]), [20, 7]]);
  if ("string" in value) return message([named, [4, value.string], [20, 3]]);
  return message([named, [6, value.graph], [20, 5]]);
}

export type AttributeValue =
  | { readonly int: number }
  | { readonly float: number }
  | { readonly ints: readonly number[] }
  | { readonly string: string }
  | { readonly graph: Uint8Array };

export interface NodeParts {
  readonly type: string;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

/** NodeProto. */
export const nodeProto = ({ type, name, inputs, outputs, attributes }: NodeParts): Uint8Array =>
  message([
    ...inputs.map((n): Field => [1, n]),
    ...outputs.map((n): Field => [2, n]),
    [3, name],
    [4, type],
    ...Object.entries(attributes).map(([key, value]): Field => [5, attributeProto(key, value)]),
  ]);

export interface GraphParts {
  readonly name: string;
  readonly nodes: readonly Uint8Array[];
  readonly initializers: readonly Uint8Array[];
  readonly inputs: readonly Uint8Array[];
  readonly outputs: readonly Uint8Array[];
}

/** GraphProto. */
export const graphProto = ({ name, nodes, initializers, inputs, outputs }: GraphParts): Uint8Array =>
  message([
    ...nodes.map((n): Field => [1, n]),
    [2, name],
    ...initializers.map((n): Field => [5, n]),
    ...inputs.map((n): Field => [11, n]),
    ...outputs.map((n): Field => [12, n]),
  ]);

/** The operator set every model is written against. */
export const OPSET = 21;

/** ModelProto. */
export const modelProto = (graph: Uint8Array): Uint8Array =>
  message([
    [1, 10],
    [2, "ebbflow"],
    [7, graph],
    [8, message([[2, OPSET]])],
  ]);
