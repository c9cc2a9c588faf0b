/** One kernel to be tried on a target of the compiler: memory before it runs, and what must lie there after it. */

import { expect } from "vitest";
import type { Assembler, Callee, Kind, Machine, Pointer, Stored, Value } from "../../../src/compiler/machine.js";

/** How many numbers of each width the target is asked to take side by side, 1 included. */
export interface LaneCounts {
  /** f32, i32 and mask32. */
  readonly four: readonly number[];
  /** f64, i64 and mask64. */
  readonly eight: readonly number[];
}

export interface MachineCase {
  readonly title: string;
  /** Cases of one group, such as an instruction with different lanes, leave the same bytes in their last region. */
  readonly group?: string;
  /** What lies in the last region. */
  readonly result?: Stored;
  /** What lies in memory before; the kernel has the address of each. */
  readonly regions: readonly Uint8Array[];
  readonly write: (to: Assembler, regions: readonly Pointer[], functions: readonly Callee[]) => void;
  /** Functions that the kernel calls. */
  readonly functions?: (machine: Machine) => readonly Callee[];
  /** Throws where memory is not what it must be. */
  readonly check: (regions: readonly Uint8Array[], machine: Machine) => void;
}

export const bytesOf: { readonly [K in Stored]: 4 | 8 } = { f32: 4, i32: 4, f64: 8, i64: 8 };

export const kinds: readonly Stored[] = ["f32", "f64", "i32", "i64"];
export const isFloat = (kind: Kind): boolean => kind === "f32" || kind === "f64";

export const lanesOf = (kind: Stored, counts: LaneCounts): readonly number[] =>
  bytesOf[kind] === 4 ? counts.four : counts.eight;

/** Numbers as JavaScript has them: bigint for i64. */
export type Numbers = readonly number[] | readonly bigint[];

/** The bytes in which numbers of a kind lie in memory. */
export function toBytes(kind: Stored, numbers: Numbers): Uint8Array {
  const array =
    kind === "i64"
      ? BigInt64Array.from(numbers as readonly bigint[])
      : { f32: Float32Array, f64: Float64Array, i32: Int32Array }[kind].from(numbers as readonly number[]);
  return new Uint8Array(array.buffer);
}

/** The numbers of a kind that lie in memory. */
export function fromBytes(kind: Stored, bytes: Uint8Array): Numbers {
  const copy = bytes.slice().buffer;
  if (kind === "i64") return [...new BigInt64Array(copy)];
  return [...new { f32: Float32Array, f64: Float64Array, i32: Int32Array }[kind](copy)];
}

export const zeros = (kind: Stored, count: number): Uint8Array => new Uint8Array(count * bytesOf[kind]);

/** Fails where numbers are not the same; −0 is not 0, unless `zeros` says that either will do. */
export function expectSame(kind: Stored, bytes: Uint8Array, expected: Numbers, zeros?: "any"): void {
  const found = fromBytes(kind, bytes);
  const plain = (x: number | bigint): number | bigint => (zeros === "any" && x === 0 ? 0 : x);
  const wrong = [...found.keys()].filter((at) => !Object.is(plain(found[at]!), plain(expected[at]!)));
  expect(found.length).toBe(expected.length);
  expect(wrong.slice(0, 5).map((at) => `[${at}] is ${show(found[at]!)}, not ${show(expected[at]!)}`)).toEqual([]);
}

const show = (x: number | bigint): string => (Object.is(x, -0) ? "-0" : String(x));

/** The bytes with every NaN the same: which of them an instruction gives is not said. */
export function oneNaN(bytes: Uint8Array, kind: Stored): Uint8Array {
  if (!isFloat(kind)) return bytes;
  // Copied as it is, a NaN keeps its sign.
  const numbers = fromBytes(kind, bytes) as readonly number[];
  return toBytes(
    kind,
    numbers.map((x) => (Number.isNaN(x) ? Number.NaN : x)),
  );
}

/** What rounds a number to a kind as its arithmetic does. */
export const roundTo = (kind: Stored): ((x: number) => number) =>
  ({ f32: Math.fround, f64: (x: number) => x, i32: (x: number) => x | 0, i64: (x: number) => x })[kind];

const floats: readonly number[] = [
  ...[0, -0, 1, -1, 0.5, -0.5, 1.5, -2.5, 3.7, -3.7, 1 / 3, -0.1, 1e10, -1e10, 8388609.5],
  ...[2147483520, 2147483648, -2147483648, -2147483904, 4294967296, 9.223372036854775e18, -9.3e18],
  ...[1.401298464324817e-45, -1.1e-38, 3.4028234663852886e38, -3.4028234663852886e38],
  ...[Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN],
  ...[123.456, -9876.54321, 2 ** -126],
];
const doubles: readonly number[] = [...floats.slice(0, -6), 5e-324, 1.7976931348623157e308, ...floats.slice(-4)];
const ints: readonly number[] = [
  ...[0, 1, -1, 2, -2, 3, 7, -7, 100, -100, 65535, 65536, 46341, -46341, 123456789, -987654321],
  ...[2147483647, -2147483648, 2147483646, -2147483647, 1 << 24, (1 << 24) + 1, -(1 << 30), 1 << 30],
  ...[0x55555555, ~0x55555555, 255, 256, 31, 32, 0x0f0f0f0f, -5],
];
const longs: readonly bigint[] = [
  ...ints.slice(0, 24).map(BigInt),
  ...[
    2n ** 63n - 1n,
    -(2n ** 63n),
    2n ** 32n,
    -(2n ** 32n) - 1n,
    2n ** 53n + 1n,
    0x5555555555555555n,
    3037000500n,
    2n ** 40n,
  ],
];

/** Thirty-two numbers of a kind, those where things go wrong among them. */
export const specials = (kind: Stored): Numbers =>
  ({ f32: floats.map(Math.fround), f64: doubles, i32: ints, i64: longs })[kind];

/** Every two of them. */
export function pairs(kind: Stored): { readonly a: Numbers; readonly b: Numbers } {
  const one = specials(kind) as readonly number[];
  return { a: one.flatMap((a) => one.map(() => a)), b: one.flatMap(() => one) };
}

/** For so many numbers at a time: the address of the same place in every region, whose elements have these kinds. */
export function eachPlace(
  to: Assembler,
  regions: readonly Pointer[],
  sizes: readonly number[],
  count: number,
  lanes: number,
  body: (at: readonly Pointer[]) => void,
): void {
  to.loop({ to: count, step: lanes }, (i) => body(regions.map((region, k) => to.at(region, i, sizes[k]!))));
}

/** One and zero where a mask holds and where not, as integers of its width. */
export function truthNumbers(to: Assembler, mask: Value): Value {
  const kind = mask.kind === "mask64" ? "i64" : "i32";
  return to.select(mask, to.constant(kind, mask.lanes, 1), to.constant(kind, mask.lanes, 0));
}
