/** Arrays of NumPy as bytes, `.npy` of version 1. Source: the NEP 1 format. */

import type { FloatTensor } from "ebbflow";

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0];
/** Numbers begin at a multiple of this. */
const ALIGN = 64;

/** Little-endian, row by row, of the width that the tensor has. */
export function encodeNpy({ shape, data }: FloatTensor): Uint8Array<ArrayBuffer> {
  const width = data.BYTES_PER_ELEMENT;
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const words = `{'descr': '<f${width}', 'fortran_order': False, 'shape': (${tuple}), }`;
  const length = MAGIC.length + 2;
  const start = Math.ceil((length + words.length + 1) / ALIGN) * ALIGN;
  const header = `${words.padEnd(start - length - 1)}\n`;
  const bytes = new Uint8Array(start + data.length * width);
  const view = new DataView(bytes.buffer);
  bytes.set(MAGIC);
  view.setUint16(MAGIC.length, header.length, true);
  bytes.set(new TextEncoder().encode(header), length);
  for (const [i, v] of data.entries())
    if (width === 4) view.setFloat32(start + 4 * i, v, true);
    else view.setFloat64(start + 8 * i, v, true);
  return bytes;
}
