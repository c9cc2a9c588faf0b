/** Archives of NumPy arrays as `np.savez` writes them, and as others might. */

import { deflateRawSync } from "node:zlib";

/** The bytes of a `.npy` of doubles. */
export function npy(shape: string, numbers: readonly number[], fortran = false): Uint8Array {
  const header = `{'descr': '<f8', 'fortran_order': ${fortran ? "True" : "False"}, 'shape': ${shape}, }`
    .padEnd(117)
    .concat("\n");
  return Uint8Array.from([
    ...[0x93, ...new TextEncoder().encode("NUMPY"), 1, 0, 118, 0],
    ...new TextEncoder().encode(header),
    ...new Uint8Array(Float64Array.from(numbers).buffer),
  ]);
}

function crc32(bytes: Uint8Array): number {
  let c = 0xffffffff;
  for (const byte of bytes) {
    c ^= byte;
    for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  }
  return (c ^ 0xffffffff) >>> 0;
}

export interface ZipFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly stored?: boolean;
  /** Sizes in a zip64 field. */
  readonly wide?: boolean;
}

/** A zip archive, written by its description. */
export function zip(files: readonly ZipFile[], comment = ""): Uint8Array {
  const u16 = (v: number) => [v & 255, v >>> 8];
  const u32 = (v: number) => [...u16(v & 0xffff), ...u16(v >>> 16)];
  const text = (v: string) => [...new TextEncoder().encode(v)];
  const body: number[] = [];
  const directory: number[] = [];
  for (const { name, bytes, stored = false, wide = false } of files) {
    const packed = stored ? bytes : deflateRawSync(bytes);
    const sizes = [...u32(packed.length), ...u32(bytes.length)];
    const common = [...u16(0), ...u16(stored ? 0 : 8), ...u32(0), ...u32(crc32(bytes))];
    const extra = wide
      ? [...u16(1), ...u16(16), ...u32(bytes.length), ...u32(0), ...u32(packed.length), ...u32(0)]
      : [];
    directory.push(
      ...[...u32(0x02014b50), ...u16(20), ...u16(20), ...common],
      ...(wide ? [...u32(0xffffffff), ...u32(0xffffffff)] : sizes),
      ...[...u16(name.length), ...u16(extra.length), ...u16(0), ...u16(0), ...u16(0), ...u32(0), ...u32(body.length)],
      ...[...text(name), ...extra],
    );
    body.push(
      ...u32(0x04034b50),
      ...u16(20),
      ...common,
      ...sizes,
      ...u16(name.length),
      ...u16(0),
      ...text(name),
      ...packed,
    );
  }
  return Uint8Array.from([
    ...[...body, ...directory, ...u32(0x06054b50), ...u32(0), ...u16(files.length), ...u16(files.length)],
    ...[...u32(directory.length), ...u32(body.length), ...u16(comment.length), ...text(comment)],
  ]);
}
