/** The binary format of WebAssembly, as far as modules of functions over one imported memory need it (W3C, core 2.0). */

export const types = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b } as const;
/** What a local or the stack of a WebAssembly function holds. */
export type Type = keyof typeof types;

/** A whole number from 0 below 2³², seven bits a byte, the lowest first. */
export function unsigned(x: number): number[] {
  const bytes: number[] = [];
  let rest = x;
  while (rest > 0x7f) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
  return bytes;
}

/** A whole number with its sign, seven bits a byte, the lowest first. */
export function signed(x: bigint): number[] {
  const bytes: number[] = [];
  let rest = x;
  for (;;) {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    // The last byte's highest bit is the sign.
    if ((rest === 0n && low < 0x40) || (rest === -1n && low >= 0x40)) return [...bytes, low];
    bytes.push(low | 0x80);
  }
}

/** The bytes of numbers as they lie in memory. */
export function bytesOf(kind: "i32" | "i64" | "f32" | "f64", value: number | bigint, times = 1): number[] {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  if (kind === "f32") view.setFloat32(0, Number(value), true);
  else if (kind === "f64") view.setFloat64(0, Number(value), true);
  else view.setBigInt64(0, BigInt(value), true);
  const one = [...bytes.subarray(0, kind === "f32" || kind === "i32" ? 4 : 8)];
  return Array.from({ length: times }, () => one).flat();
}

const name = (text: string): number[] => [...unsigned(text.length), ...[...text].map((c) => c.charCodeAt(0))];

function join(parts: readonly (readonly number[] | Uint8Array)[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((n, part) => n + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** A section: what it is, how many items it has, and the items. */
function section(id: number, items: readonly (readonly number[] | Uint8Array)[]): Uint8Array {
  const body = join([unsigned(items.length), ...items]);
  return join([[id], unsigned(body.length), body]);
}

/** A function of so many addresses: its locals and instructions. */
export interface Body {
  readonly parameters: number;
  readonly bytes: Uint8Array;
}

/** What of a module is seen from outside. */
export const names = { module: "host", memory: "memory", run: "run" } as const;

/** A module of functions that share an imported memory. One of them, `entry`, is called from outside. */
export function encodeModule(functions: readonly Body[], entry: number): Uint8Array<ArrayBuffer> {
  const counts = [...new Set(functions.map((one) => one.parameters))];
  const signature = (n: number) => [0x60, ...unsigned(n), ...Array<number>(n).fill(types.i32), 0];
  return join([
    [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    section(1, counts.map(signature)),
    section(2, [[...name(names.module), ...name(names.memory), 2, 0, 0]]),
    section(
      3,
      functions.map((one) => unsigned(counts.indexOf(one.parameters))),
    ),
    section(7, [[...name(names.run), 0, ...unsigned(entry)]]),
    section(
      10,
      functions.map(({ bytes }) => join([unsigned(bytes.length), bytes])),
    ),
  ]);
}
