/**
 * The safetensors file format: named tensors and nothing that runs.
 *
 * `u64 N (little-endian) · N bytes of JSON {name: {dtype, shape, data_offsets: [begin, end]}} · data`; the key
 * `__metadata__` maps strings to strings. Offsets count from the first data byte.
 */

import { InputError, ShapeError } from "../util/errors.js";
import { allocate, type DType, type Shape, showShape, sizeOf, type Tensor, type TypedArray } from "../util/tensor.js";
import { duplicateKey } from "./json.js";

const codes: Readonly<Record<DType, string>> = { float32: "F32", float64: "F64", int64: "I64", bool: "BOOL" };
const widths: Readonly<Record<DType, number>> = { float32: 4, float64: 8, int64: 8, bool: 1 };
const dtypes = new Map<unknown, DType>(
  (["float32", "float64", "int64", "bool"] as const).map((dtype) => [codes[dtype], dtype]),
);

const metadataKey = "__metadata__";
const maxHeader = 100_000_000;

/** What a file holds. Both records have no prototype, so a name such as `__proto__` is a name like any other. */
export interface Safetensors {
  readonly tensors: Record<string, Tensor>;
  readonly metadata: Record<string, string>;
}

const isBit = (byte: number): boolean => byte < 2;
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** How a message names a tensor or key: a hostile name may be a megabyte long. */
const quote = (name: string): string => JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}…` : name);

function checkTensor(name: string, t: Tensor): void {
  if (name === metadataKey) throw new InputError(`safetensors: a tensor cannot be named ${metadataKey}; rename it`);
  const fits = t.shape.every(isCount) && t.data.length === sizeOf(t.shape);
  if (!fits || t.data.constructor !== allocate(t.dtype, 0).constructor)
    throw new ShapeError(
      `safetensors: tensor ${quote(name)} says ${t.dtype} ${showShape(t.shape)} but holds ${t.data.length} elements of a ${t.data.constructor.name}`,
    );
  if (t.data instanceof Uint8Array && !t.data.every(isBit))
    throw new InputError(`safetensors: tensor ${quote(name)} holds bytes other than 0 and 1; bool allows no other`);
}

/**
 * The bytes of a safetensors file: names in the order given; data by falling element size, so that each array is aligned.
 * @throws InputError for the name `__metadata__` or a boolean that is not 0 or 1; ShapeError when data do not fill a shape.
 */
export function encodeSafetensors(
  tensors: Readonly<Record<string, Tensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const named = Object.entries(tensors);
  const begins = new Map<string, number>();
  let size = 0;
  for (const [name, t] of named.toSorted(([, a], [, b]) => widths[b.dtype] - widths[a.dtype])) {
    checkTensor(name, t);
    begins.set(name, size);
    size += t.data.byteLength;
  }
  const header = encodeHeader(named, begins, metadata);
  const start = 8 + header.length;
  const out = new Uint8Array(start + size);
  new DataView(out.buffer).setBigUint64(0, BigInt(header.length), true);
  out.set(header, 8);
  for (const [name, { data }] of named)
    out.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), start + begins.get(name)!);
  return out;
}

/** Keys are written one by one: an object literal would reorder number-like names and lose `__proto__`. */
function encodeHeader(
  named: readonly (readonly [string, Tensor])[],
  begins: ReadonlyMap<string, number>,
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const fields = named.map(([name, { dtype, shape, data }]) => {
    const begin = begins.get(name)!;
    const entry = { dtype: codes[dtype], shape, data_offsets: [begin, begin + data.byteLength] };
    return `${JSON.stringify(name)}:${JSON.stringify(entry)}`;
  });
  if (Object.keys(metadata).length > 0) fields.unshift(`"${metadataKey}":${JSON.stringify(metadata)}`);
  const header = new TextEncoder().encode(`{${fields.join(",")}}`);
  const padded = new Uint8Array(Math.ceil(header.length / 8) * 8).fill(0x20);
  padded.set(header);
  if (padded.length > maxHeader)
    throw new InputError(
      `safetensors: a header of ${padded.length} bytes is above the format's ${maxHeader}; keep less metadata`,
    );
  return padded;
}

interface Entry {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: Shape;
  readonly begin: number;
  readonly end: number;
}

const bad = (part: string, problem: string): InputError => new InputError(`safetensors ${part}: ${problem}`);

/**
 * The tensors and metadata of a safetensors file, every field checked.
 *
 * The arrays are views of `bytes` where the alignment allows: writing to one writes to the other.
 * @throws InputError naming the part that is wrong: length, header, metadata, one tensor, or data.
 */
export function decodeSafetensors(bytes: Uint8Array): Safetensors {
  const { text, start } = readHeader(bytes);
  const { entries, metadata } = parseHeader(text);
  checkLayout(entries, bytes.length - start);
  const tensors: Record<string, Tensor> = Object.create(null);
  for (const { name, dtype, shape, begin, end } of entries) {
    const data = arrayAt(bytes, dtype, start + begin, start + end);
    if (data instanceof Uint8Array && !data.every(isBit))
      throw bad(`tensor ${quote(name)}`, "a BOOL byte is neither 0 nor 1");
    tensors[name] = { dtype, shape, data };
  }
  return { tensors, metadata };
}

function readHeader(bytes: Uint8Array): { text: string; start: number } {
  if (bytes.length < 8)
    throw bad("length", `the file is cut short: ${bytes.length} bytes, the header's length alone takes 8`);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > BigInt(maxHeader))
    throw bad("length", `a header of ${length} bytes is above the cap of ${maxHeader}; this is not a safetensors file`);
  const start = 8 + Number(length);
  if (start > bytes.length)
    throw bad(
      "length",
      `the file is cut short: the header should end at byte ${start}, the file ends at ${bytes.length}`,
    );
  if (bytes[8] !== 0x7b || length === 0n)
    throw bad("header", "it does not start with {; this is not a safetensors file");
  try {
    const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    return { text: decoder.decode(bytes.subarray(8, start)), start };
  } catch {
    throw bad("header", "it is not UTF-8");
  }
}

function parseHeader(text: string): { entries: Entry[]; metadata: Record<string, string> } {
  let header: Record<string, unknown>;
  try {
    header = JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw bad("header", "it is not JSON");
  }
  const twice = duplicateKey(text);
  if (twice !== undefined) throw bad("header", `the key ${quote(twice)} appears twice`);
  const entries: Entry[] = [];
  let metadata: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(header)) {
    if (name === metadataKey) metadata = parseMetadata(value);
    else entries.push(parseEntry(name, value));
  }
  return { entries, metadata };
}

function parseMetadata(value: unknown): Record<string, string> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw bad("metadata", "it is not an object");
  const metadata: Record<string, string> = Object.create(null);
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== "string") throw bad("metadata", "a value is not a string");
    metadata[key] = text;
  }
  return metadata;
}

function parseEntry(name: string, value: unknown): Entry {
  const part = `tensor ${quote(name)}`;
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw bad(part, "its entry is not an object");
  const { dtype: code, shape, data_offsets: offsets, ...others } = value as Record<string, unknown>;
  if (Object.keys(others).length > 0) throw bad(part, "it has a field other than dtype, shape and data_offsets");
  const dtype = dtypes.get(code);
  if (dtype === undefined)
    throw bad(
      part,
      `its dtype is ${typeof code === "string" ? code.slice(0, 20) : "not a string"}; supported are ${Object.values(codes).join(", ")}`,
    );
  if (!Array.isArray(shape) || !shape.every(isCount)) throw bad(part, "its shape is not a list of whole numbers ≥ 0");
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount))
    throw bad(part, "its data_offsets are not two whole numbers ≥ 0");
  const [begin, end] = offsets as [number, number];
  const size = sizeOf(shape) * widths[dtype];
  if (end - begin !== size)
    throw bad(
      part,
      `${code} of shape ${showShape(shape).slice(0, 60)} takes ${size} bytes, its data_offsets span ${end - begin}`,
    );
  return { name, dtype, shape, begin, end };
}

/** Sorted by offset, each tensor begins where the one before ends, and the last ends with the file. */
function checkLayout(entries: readonly Entry[], size: number): void {
  let at = 0;
  for (const { name, begin, end } of entries.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== at)
      throw bad(
        `tensor ${quote(name)}`,
        `its data begin at ${begin}, ${begin < at ? "inside another tensor" : "after a hole"}; expected ${at}`,
      );
    at = end;
  }
  if (at > size) throw bad("data", `the file is cut short: the tensors take ${at} bytes, ${size} are there`);
  if (at < size) throw bad("data", `${size - at} bytes at the end belong to no tensor`);
}

/** A view where the file's alignment allows, else a copy. The format and every supported machine are little-endian. */
function arrayAt(bytes: Uint8Array, dtype: DType, start: number, end: number): TypedArray {
  const width = widths[dtype];
  const aligned = (bytes.byteOffset + start) % width === 0;
  const source = aligned ? bytes.subarray(start, end) : Uint8Array.from(bytes.subarray(start, end));
  const { buffer, byteOffset } = source;
  const n = (end - start) / width;
  switch (dtype) {
    case "float32":
      return new Float32Array(buffer, byteOffset, n);
    case "float64":
      return new Float64Array(buffer, byteOffset, n);
    case "int64":
      return new BigInt64Array(buffer, byteOffset, n);
    case "bool":
      return new Uint8Array(buffer, byteOffset, n);
  }
}
