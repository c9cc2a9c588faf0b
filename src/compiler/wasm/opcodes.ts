/** Which instruction of WebAssembly does what the contract of a target names, by kind of number. */

import type { BinaryInstruction, Kind, Shift, Stored, UnaryInstruction } from "../machine.js";
import { type Type, unsigned } from "./encode.js";

/** A SIMD instruction. */
export const simd = (code: number): number[] => [0xfd, ...unsigned(code)];
const saturating = (code: number): number[] => [0xfc, code];

export const control = {
  block: [0x02, 0x40],
  loop: [0x03, 0x40],
  if: [0x04, 0x40],
  end: [0x0b],
  /** To the start of the innermost loop, or behind the block so many outside it. */
  branch: [0x0c, 0],
  branchIf: (outside: number) => [0x0d, outside],
  call: 0x10,
};
export const local = { get: 0x20, set: 0x21, tee: 0x22 };
export const select = [0x1b];
export const vector = {
  constant: simd(0x0c),
  shuffle: simd(0x0d),
  not: simd(0x4d),
  and: simd(0x4e),
  or: simd(0x50),
  xor: simd(0x51),
  /** Of operands a, b and a mask: bits of a where the mask has ones. */
  select: simd(0x52),
};
/** `isZero`, and whether the first is below the second of two numbers without sign. */
export const i32 = {
  isZero: [0x45],
  notEqual: [0x47],
  constant: 0x41,
  add: [0x6a],
  sub: [0x6b],
  mul: [0x6c],
  shl: [0x74],
};
export const i64 = { constant: 0x42, add: [0x7c], sub: [0x7d], mul: [0x7e], div: [0x7f], less: [0x53], below: [0x54] };
export const constantOf = { i32: 0x41, i64: 0x42, f32: 0x43, f64: 0x44 } as const;

/** The kind as which bits of a kind are taken. */
export const storedOf: Record<Kind, Stored> = {
  f32: "f32",
  f64: "f64",
  i32: "i32",
  i64: "i64",
  mask32: "i32",
  mask64: "i64",
  index: "i32",
  pointer: "i32",
};

/** How many of a kind fill the 128 bits of a vector; 1 where there are no vectors. */
export const lanesOf: Record<Kind, number> = {
  f32: 4,
  i32: 4,
  mask32: 4,
  f64: 2,
  i64: 2,
  mask64: 2,
  index: 1,
  pointer: 1,
};

/** What holds so many of a kind. One truth alone is 0 or 1; in a vector all bits of its lane are alike. */
export function typeOf(kind: Kind, lanes: number): Type {
  if (lanes === 1) return kind === "mask64" ? "i32" : storedOf[kind];
  if (lanes !== lanesOf[kind]) throw new Error(`wasm has no register of ${lanes} ${kind}, only of ${lanesOf[kind]}`);
  return "v128";
}

/** The mask that comparing two of a kind gives. */
export const maskOf = (kind: Kind): "mask32" | "mask64" => (storedOf[kind].endsWith("64") ? "mask64" : "mask32");

type Table<Names extends string> = Partial<Record<Kind, Partial<Record<Names, readonly number[]>>>>;

const bitsOfWord = { and: [0x71], or: [0x72], xor: [0x73] };
const bitsOfVector = { and: vector.and, or: vector.or, xor: vector.xor };
// Signed, so that a position may be below zero: one array is less than 2 GiB.
const index = { ...i32, less: [0x48], lessEqual: [0x4c], equal: [0x46] };
const word = { add: index.add, sub: index.sub, mul: index.mul };
const wordOrder = { less: index.less, lessEqual: index.lessEqual, equal: index.equal };

/** One number. i64's min, max and div are made of others. */
export const binary: Table<BinaryInstruction> = {
  f32: {
    ...{ add: [0x92], sub: [0x93], mul: [0x94], div: [0x95], min: [0x96], max: [0x97] },
    ...{ less: [0x5d], lessEqual: [0x5f], equal: [0x5b] },
  },
  f64: {
    ...{ add: [0xa0], sub: [0xa1], mul: [0xa2], div: [0xa3], min: [0xa4], max: [0xa5] },
    ...{ less: [0x63], lessEqual: [0x65], equal: [0x61] },
  },
  i32: { ...word, ...wordOrder, ...bitsOfWord },
  index: { ...word, ...wordOrder },
  i64: {
    ...{ add: i64.add, sub: i64.sub, mul: i64.mul, and: [0x83], or: [0x84], xor: [0x85] },
    ...{ less: i64.less, lessEqual: [0x57], equal: [0x51] },
  },
  mask32: bitsOfWord,
  mask64: bitsOfWord,
};

/** Numbers side by side. */
export const binaryOfVectors: Table<BinaryInstruction> = {
  f32: {
    ...{ add: simd(0xe4), sub: simd(0xe5), mul: simd(0xe6), div: simd(0xe7), min: simd(0xe8), max: simd(0xe9) },
    ...{ less: simd(0x43), lessEqual: simd(0x45), equal: simd(0x41) },
  },
  f64: {
    ...{ add: simd(0xf0), sub: simd(0xf1), mul: simd(0xf2), div: simd(0xf3), min: simd(0xf4), max: simd(0xf5) },
    ...{ less: simd(0x49), lessEqual: simd(0x4b), equal: simd(0x47) },
  },
  i32: {
    ...{ add: simd(0xae), sub: simd(0xb1), mul: simd(0xb5), ...bitsOfVector },
    ...{ less: simd(0x39), lessEqual: simd(0x3d), equal: simd(0x37) },
  },
  i64: {
    ...{ add: simd(0xce), sub: simd(0xd1), ...bitsOfVector },
    ...{ less: simd(0xd8), lessEqual: simd(0xda), equal: simd(0xd6) },
  },
  mask32: bitsOfVector,
  mask64: bitsOfVector,
};

/** One number. i64's are made of others. */
export const unary: Table<UnaryInstruction> = {
  f32: { neg: [0x8c], abs: [0x8b], sqrt: [0x91], floor: [0x8e] },
  f64: { neg: [0x9a], abs: [0x99], sqrt: [0x9f], floor: [0x9c] },
  mask32: { not: i32.isZero },
  mask64: { not: i32.isZero },
};

export const unaryOfVectors: Table<UnaryInstruction> = {
  f32: { neg: simd(0xe1), abs: simd(0xe0), sqrt: simd(0xe3), floor: simd(0x68) },
  f64: { neg: simd(0xed), abs: simd(0xec), sqrt: simd(0xef), floor: simd(0x75) },
  mask32: { not: vector.not },
  mask64: { not: vector.not },
};

export const shift: Table<Shift> = {
  i32: { shiftLeft: i32.shl, shiftRight: [0x75], shiftRightZero: [0x76] },
  i64: { shiftLeft: [0x86], shiftRight: [0x87], shiftRightZero: [0x88] },
};
export const shiftOfVectors: Table<Shift> = {
  i32: { shiftLeft: simd(0xab), shiftRight: simd(0xac), shiftRightZero: simd(0xad) },
  i64: { shiftLeft: simd(0xcb), shiftRight: simd(0xcc), shiftRightZero: simd(0xcd) },
};

/** `a b + c` rounded once, where there are relaxed instructions (W3C, relaxed SIMD 2023) and the machine does that. */
export const multiplyAdd: Partial<Record<Kind, readonly number[]>> = { f32: simd(0x105), f64: simd(0x107) };
/** The select of vectors in one instruction, if every lane of the mask is all ones or all zeros. */
export const selectOfMasks: Record<"mask32" | "mask64", readonly number[]> = {
  mask32: simd(0x10b),
  mask64: simd(0x10c),
};
/** `(x, y) → y < x ? y : x` and `x < y ? y : x`: one instruction, where min and max of wasm take six for NaN and −0. */
export const lesser: Partial<Record<Kind, readonly number[]>> = { f32: simd(0xea), f64: simd(0xf6) };
export const larger: Partial<Record<Kind, readonly number[]>> = { f32: simd(0xeb), f64: simd(0xf7) };

/** Lanes of a vector: one number in all, one out, one in. */
export const lane: Record<Stored, Record<"splat" | "extract" | "replace", readonly number[]>> = {
  i32: { splat: simd(0x11), extract: simd(0x1b), replace: simd(0x1c) },
  i64: { splat: simd(0x12), extract: simd(0x1d), replace: simd(0x1e) },
  f32: { splat: simd(0x13), extract: simd(0x1f), replace: simd(0x20) },
  f64: { splat: simd(0x14), extract: simd(0x21), replace: simd(0x22) },
};

/** Memory, before alignment and offset. `splat` loads one number into all lanes. */
export const memory = {
  load: { i32: [0x28], i64: [0x29], f32: [0x2a], f64: [0x2b], v128: simd(0x00) },
  store: { i32: [0x36], i64: [0x37], f32: [0x38], f64: [0x39], v128: simd(0x0b) },
  splat: { i32: simd(0x09), f32: simd(0x09), i64: simd(0x0a), f64: simd(0x0a) },
  loadByte: [0x2d],
  storeByte: [0x3a],
};

/** One number as another kind. */
export const convert: Record<Stored, Record<Stored, readonly number[]>> = {
  f32: { f32: [], f64: [0xbb], i32: saturating(0x00), i64: saturating(0x04) },
  f64: { f32: [0xb6], f64: [], i32: saturating(0x02), i64: saturating(0x06) },
  i32: { f32: [0xb2], f64: [0xb7], i32: [], i64: [0xac] },
  i64: { f32: [0xb4], f64: [0xb9], i32: [0xa7], i64: [] },
};
export const convertOfVectors: Partial<Record<Kind, Partial<Record<Kind, readonly number[]>>>> = {
  f32: { i32: simd(0xf8) },
  i32: { f32: simd(0xfa) },
};

/** The same bits as another kind. */
export const bits: Partial<Record<Kind, Partial<Record<Kind, readonly number[]>>>> = {
  f32: { i32: [0xbc], f32: [] },
  f64: { i64: [0xbd], f64: [] },
  i32: { f32: [0xbe], i32: [] },
  i64: { f64: [0xbf], i64: [] },
};
