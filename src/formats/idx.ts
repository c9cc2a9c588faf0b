/**
 * Arrays of bytes as IDX, the format of MNIST: two zeros, the type of the numbers, how many sizes there are, the sizes as
 * four bytes each from the highest, the numbers. Source: LeCun, Cortes & Burges (1998), The MNIST database.
 */

import { InputError } from "../util/errors.js";
import { showShape, sizeOf } from "../util/tensor.js";

/** The type of unsigned bytes, the one that images and labels have. */
const BYTES = 0x08;

/** Numbers of an IDX file that is read: as many as a typed array holds. */
const MOST = 2 ** 31 - 1;

/** Whether bytes begin as an IDX file of unsigned bytes does. */
export const isIdx = (bytes: Uint8Array): boolean =>
  bytes[0] === 0 && bytes[1] === 0 && bytes[2] === BYTES && bytes[3]! >= 1 && bytes[3]! <= 4;

export interface IdxHeader {
  readonly shape: readonly number[];
  /** Where the numbers begin. */
  readonly start: number;
  /** Bytes of the whole file. */
  readonly size: number;
}

/**
 * What the beginning of an IDX file says.
 * @param source what messages call the bytes.
 * @throws InputError unless it is one of unsigned bytes of a size that can be.
 */
export function idxHeader(bytes: Uint8Array, source: string): IdxHeader {
  if (!isIdx(bytes)) {
    const head = Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
    throw new InputError(
      `${source} is no IDX file of bytes: it begins with ${head || "nothing"}, and expected is 00 00 08 and 03 for images, 01 for labels`,
    );
  }
  const start = 4 + 4 * bytes[3]!;
  if (bytes.length < start) throw new InputError(`${source}: the IDX file is cut off in its header; copy it again`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: bytes[3]! }, (_, i) => view.getUint32(4 + 4 * i));
  const numbers = sizeOf(shape);
  if (numbers === 0 || numbers > MOST)
    throw new InputError(
      `${source}: the IDX file says it holds ${showShape(shape)} numbers; it is damaged, copy it again`,
    );
  return { shape, start, size: start + numbers };
}

export interface IdxArray {
  readonly shape: readonly number[];
  /** A view of the file's bytes. */
  readonly data: Uint8Array;
}

/** @throws InputError as {@link idxHeader} does, and for a file that is shorter or longer than it says. */
export function decodeIdx(bytes: Uint8Array, source: string): IdxArray {
  const { shape, start, size } = idxHeader(bytes, source);
  if (bytes.length !== size)
    throw new InputError(
      `${source}: the IDX file of ${showShape(shape)} has ${bytes.length} bytes, expected ${size}: it is ${bytes.length < size ? "cut off" : "too long"}; copy it again`,
    );
  return { shape, data: bytes.subarray(start, size) };
}
