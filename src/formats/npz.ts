/**
 * Several arrays of NumPy in one file, `.npz`: a zip archive of `.npy` files, stored or deflated. Source: PKWARE's
 * APPNOTE, of which this reads the directory at the end, with the sizes of zip64; NumPy writes nothing else.
 */

import { InputError } from "../util/errors.js";
import { mapValues } from "../util/records.js";
import type { Tensor } from "../util/tensor.js";
import { decodeNpy } from "./npy.js";

const [END, END64, ENTRY, LOCAL] = [0x06054b50, 0x07064b50, 0x02014b50, 0x04034b50];
/** What stands for a number that is in the zip64 field. */
const WIDE = 0xffffffff;
/** The longest comment an archive can end with, and what stands before it. */
const TAIL = 0xffff + 22;

/** Whether bytes begin as a zip archive does. */
export const isZip = (bytes: Uint8Array): boolean => [0x50, 0x4b, 0x03, 0x04].every((byte, i) => bytes[i] === byte);

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly encrypted: boolean;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly at: number;
}

/** Whether bytes begin as an archive whose first file is an array. */
export function isNpz(bytes: Uint8Array): boolean {
  if (!isZip(bytes) || bytes.length < 30) return false;
  const length = bytes[26]! + 256 * bytes[27]!;
  return new TextDecoder().decode(bytes.subarray(30, 30 + length)).endsWith(".npy");
}

/**
 * The bytes of each array by its name. What is no `.npy` in the archive is left out.
 * @param source what messages call the bytes.
 * @throws InputError when the bytes are no such archive, are cut off or damaged, or hold no array.
 */
export async function unpackNpz(bytes: Uint8Array, source: string): Promise<Readonly<Record<string, Uint8Array>>> {
  const broken = (): InputError => new InputError(`${source}: the archive is cut off or damaged; copy the file again`);
  if (!isZip(bytes))
    throw new InputError(`${source} is no archive of NumPy arrays; write one with np.savez(file, X=x, y=y)`);
  const arrays: Record<string, Uint8Array> = {};
  try {
    for (const entry of entriesOf(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength))) {
      if (!entry.name.endsWith(".npy")) continue;
      if (entry.encrypted) throw new InputError(`${source}: ${entry.name} is encrypted; write it without a password`);
      const unpacked = await unpack(bytes, entry);
      if (!unpacked) throw broken();
      arrays[entry.name.slice(0, -4)] = unpacked;
    }
  } catch (error) {
    // Beyond the end of the bytes.
    if (error instanceof RangeError) throw broken();
    throw error;
  }
  if (Object.keys(arrays).length === 0) throw new InputError(`${source}: the archive holds no NumPy array (.npy)`);
  return arrays;
}

/**
 * Arrays by name, as float64.
 * @param source what messages call the bytes.
 * @throws InputError as `unpackNpz` and `decodeNpy` do.
 */
export const decodeNpz = async (
  bytes: Uint8Array,
  source: string,
): Promise<Readonly<Record<string, Tensor<Float64Array>>>> =>
  mapValues(await unpackNpz(bytes, source), (array, name) => decodeNpy(array, `${source}, ${name}.npy`));

/** The directory. @throws RangeError when it lies beyond the bytes. */
function entriesOf(view: DataView): Entry[] {
  const n = view.byteLength;
  let end = n - 22;
  while (end >= Math.max(0, n - TAIL) && view.getUint32(end, true) !== END) end--;
  if (end < Math.max(0, n - TAIL)) throw new RangeError("no directory");
  let [count, at] = [view.getUint16(end + 10, true), view.getUint32(end + 16, true)];
  if (end >= 20 && view.getUint32(end - 20, true) === END64) {
    const wide = Number(view.getBigUint64(end - 12, true));
    [count, at] = [Number(view.getBigUint64(wide + 32, true)), Number(view.getBigUint64(wide + 48, true))];
  }
  const entries: Entry[] = [];
  for (let i = 0; i < count; i++) {
    if (view.getUint32(at, true) !== ENTRY) throw new RangeError("no entry");
    const [name, extra, comment] = [28, 30, 32].map((field) => view.getUint16(at + field, true)) as [
      number,
      number,
      number,
    ];
    const [packed, size, local] = widened(view, at, name, extra);
    entries.push({
      name: new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + at + 46, name)),
      encrypted: (view.getUint16(at + 8, true) & 1) === 1,
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      ...{ packed, size, at: local },
    });
    at += 46 + name + extra + comment;
  }
  return entries;
}

/** Sizes and place of an entry, those that do not fit 32 bits from its zip64 field. */
function widened(
  view: DataView,
  at: number,
  name: number,
  extra: number,
): [packed: number, size: number, local: number] {
  const [packed, size, local] = [20, 24, 42].map((field) => view.getUint32(at + field, true)) as [
    number,
    number,
    number,
  ];
  const numbers = { size, packed, local };
  let field = at + 46 + name;
  const stop = field + extra;
  while (field + 4 <= stop) {
    const [kind, length] = [view.getUint16(field, true), view.getUint16(field + 2, true)];
    if (kind === 1) {
      let from = field + 4;
      for (const key of ["size", "packed", "local"] as const)
        if (numbers[key] === WIDE) {
          numbers[key] = Number(view.getBigUint64(from, true));
          from += 8;
        }
    }
    field += 4 + length;
  }
  return [numbers.packed, numbers.size, numbers.local];
}

/** The bytes of a file of the archive, or nothing where they are not what the directory says. */
async function unpack(bytes: Uint8Array, { method, crc, packed, size, at }: Entry): Promise<Uint8Array | undefined> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(at, true) !== LOCAL) return undefined;
  const from = at + 30 + view.getUint16(at + 26, true) + view.getUint16(at + 28, true);
  if (from + packed > bytes.length || (method !== 0 && method !== 8)) return undefined;
  const stored = bytes.subarray(from, from + packed);
  const whole = method === 0 ? stored : await inflate(stored);
  return whole?.length === size && crc32(whole) === crc ? whole : undefined;
}

async function inflate(bytes: Uint8Array): Promise<Uint8Array | undefined> {
  try {
    const stream = new Blob([bytes as Uint8Array<ArrayBuffer>])
      .stream()
      .pipeThrough(new DecompressionStream("deflate-raw"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  } catch {
    return undefined;
  }
}

const table = Uint32Array.from({ length: 256 }, (_, i) => {
  let c = i;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

/** The checksum of zip. */
function crc32(bytes: Uint8Array): number {
  let c = 0xffffffff;
  for (const byte of bytes) c = table[(c ^ byte) & 0xff]! ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}
