/**
 * Arrays of NumPy as bytes, `.npy`. Source: the NEP 1 format, versions 1 to 3: magic, version, length of the header, a
 * Python dictionary of `descr`, `fortran_order` and `shape`, then the numbers.
 */

import { InputError } from "../util/errors.js";
import { showShape, sizeOf, type Tensor, tensor } from "../util/tensor.js";

type Read = (at: number, little: boolean) => number;
const NUMBER = /^([<>|=]?)([biuf])([1248])$/;

/** How one number is read, by its kind and size. */
const readers = (view: DataView): Readonly<Record<string, Read>> => ({
  b1: (at) => view.getUint8(at),
  i1: (at) => view.getInt8(at),
  u1: (at) => view.getUint8(at),
  i2: (at, little) => view.getInt16(at, little),
  u2: (at, little) => view.getUint16(at, little),
  i4: (at, little) => view.getInt32(at, little),
  u4: (at, little) => view.getUint32(at, little),
  i8: (at, little) => Number(view.getBigInt64(at, little)),
  u8: (at, little) => Number(view.getBigUint64(at, little)),
  f4: (at, little) => view.getFloat32(at, little),
  f8: (at, little) => view.getFloat64(at, little),
});

/** Whether bytes begin as an array of NumPy does. */
export const isNpy = (bytes: Uint8Array): boolean =>
  [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59].every((byte, i) => bytes[i] === byte);

/** What stands before the numbers. */
interface Header {
  readonly descr: string | undefined;
  readonly fortran: boolean;
  /** Nothing where it cannot be read. */
  readonly shape: readonly number[] | undefined;
  /** Where the numbers begin. */
  readonly start: number;
}

/** @throws InputError when the bytes are no array, or are cut off before its numbers. */
export function npyHeader(bytes: Uint8Array, source: string): Header {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const wide = bytes[6] !== 1;
  const from = wide ? 12 : 10;
  if (!isNpy(bytes) || bytes.length < from) throw new InputError(`${source}: the NumPy array is cut off in its header`);
  const start = from + (wide ? view.getUint32(8, true) : view.getUint16(8, true));
  const header = new TextDecoder().decode(bytes.subarray(from, start));
  const sizes = /'shape':\s*\(([\d,\s]*)\)/.exec(header)?.[1];
  return {
    descr: /'descr':\s*'([^']*)'/.exec(header)?.[1],
    fortran: /'fortran_order':\s*True/.test(header),
    shape: sizes?.split(",").flatMap((text) => (text.trim() === "" ? [] : [Number(text)])),
    start,
  };
}

/**
 * An array of NumPy as float64, whatever numbers it holds.
 * @param source what messages call the bytes.
 * @throws InputError when the bytes are no such array, are cut off, or hold something other than real numbers, or whole
 * ones that a double does not hold.
 */
export function decodeNpy(bytes: Uint8Array, source: string): Tensor<Float64Array> {
  const { descr, fortran, shape, start } = npyHeader(bytes, source);
  const [, order, kind, size] = NUMBER.exec(descr ?? "") ?? [];
  const read = readers(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength))[`${kind}${size}`];
  if (shape === undefined || order === undefined || !read)
    throw new InputError(
      `${source}: the NumPy array holds ${descr ?? "records or objects"}, not real numbers; save it with x.astype(float)`,
    );
  const [n, bytesEach] = [sizeOf(shape), Number(size)];
  if (bytes.length < start + n * bytesEach)
    throw new InputError(`${source}: the NumPy array of shape ${showShape(shape)} is cut off`);
  const stored = new Float64Array(n);
  for (let i = 0; i < n; i++) stored[i] = read(start + i * bytesEach, order !== ">");
  if (bytesEach === 8 && kind !== "f") expectHeld(stored, source);
  if (!fortran || shape.length < 2) return tensor(stored, shape);
  if (shape.length > 2)
    throw new InputError(`${source}: the NumPy array is in Fortran's order; save it with np.ascontiguousarray(x)`);
  const [rows, columns] = shape as [number, number];
  return tensor(
    stored.map((_, i) => stored[(i % columns) * rows + Math.floor(i / columns)]!),
    shape,
  );
}

/** @throws InputError for whole numbers from 2^53 on, whose neighbours a double does not tell apart. */
function expectHeld(numbers: Float64Array, source: string): void {
  const lost = numbers.find((v) => Math.abs(v) > Number.MAX_SAFE_INTEGER);
  if (lost !== undefined)
    throw new InputError(
      `${source}: the NumPy array holds ${lost}, which is beyond 2^53, so that neighbours become one number: an identifier? leave its column out, or save the array with x.astype(float)`,
    );
}
