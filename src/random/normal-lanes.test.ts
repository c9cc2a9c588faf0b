import { beforeAll, describe, expect, it } from "vitest";
import type { FloatArray } from "../util/tensor.js";
import { fillNormal } from "./draw.js";
import { fold, makeKey } from "./key.js";
import { normalLanes, normalsOfWords } from "./normal-lanes.js";
import { normalQuantile } from "./normal-quantile.js";
import { threefry } from "./threefry.js";

const widths = [
  { width: "f32", array: Float32Array, words: 1 },
  { width: "f64", array: Float64Array, words: 2 },
] as const;

/** The numbers of words, one by one: what is exact in float32 stays so. */
function plainly(words: Uint32Array, out: FloatArray): FloatArray {
  const wide = out instanceof Float64Array;
  for (let i = 0; i < out.length; i++)
    out[i] = normalQuantile(
      wide ? (words[2 * i]! * 2 ** 20 + (words[2 * i + 1]! >>> 12) + 0.5) * 2 ** -52 : (words[i]! + 0.5) * 2 ** -32,
    );
  return out;
}

/** How many numbers have other bits. */
function different(a: FloatArray, b: FloatArray): number {
  const [x, y] = [a, b].map((one) => new Uint8Array(one.buffer, one.byteOffset, one.byteLength));
  expect(x!.length).toBe(y!.length);
  return x!.reduce((sum, byte, i) => sum + Number(byte !== y![i]), 0);
}

describe.each(widths)("normals of $width, two a vector,", ({ width, array, words }) => {
  beforeAll(() => {
    // So many that the modules have been written.
    fillNormal(makeKey(0), new array(40_000));
  });

  const plain = (key: number, n: number): FloatArray => {
    const drawn = new Uint32Array(words * n);
    threefry(drawn, makeKey(key).a, makeKey(key).b);
    return plainly(drawn, new array(n));
  };

  // 4096 are done at a time, 32 or 16 by a turn of the words' loop.
  it.each([...Array(41).keys(), 4095, 4096, 4097, 12_289, 200_001])("have the bits of the plain ones: %i", (n) => {
    const out = new array(n);
    expect(normalsOfWords(new Uint32Array(out.buffer), out)).toBe(n >= 12);
    fillNormal(makeKey(n), out);
    expect(different(out, plain(n, n))).toBe(0);
  });

  it("differ from those of another key (negative control)", () => {
    const out = new array(1000);
    fillNormal(makeKey(1), out);
    expect(different(out, plain(2, 1000))).toBeGreaterThan(1000);
  });

  it("stay within a part of a larger array, wherever it begins", () => {
    for (const from of [1, 2, 3, 7]) {
      const whole = new array(150).fill(7);
      fillNormal(makeKey(9), whole.subarray(from, from + 101));
      expect(different(whole.slice(from, from + 101), plain(9, 101))).toBe(0);
      expect([...whole.slice(0, from), ...whole.slice(from + 101)].every((x) => x === 7)).toBe(true);
    }
  });

  /** What becomes of given words. */
  function transformed(given: Uint32Array): FloatArray {
    const lanes = normalLanes(width)!;
    const n = given.length / words;
    new Uint32Array(lanes.values.buffer, 0, given.length).set(given);
    lanes.transform(n);
    return lanes.values.slice(0, n);
  }

  const ends = [
    0,
    1,
    2,
    3,
    74,
    2 ** 12 - 1,
    2 ** 12,
    2 ** 31 - 1,
    2 ** 31,
    2 ** 32 - 2 ** 12,
    2 ** 32 - 2,
    2 ** 32 - 1,
  ];

  it("are right of the extreme words, far out in the tails and at their joints", () => {
    // Both sides of p = 0.075 and 0.925, and in float64 of e⁻²⁵ and 1 − e⁻²⁵.
    const joints = [0.075, 0.925, Math.exp(-25), 1 - Math.exp(-25)].flatMap((p) =>
      [-2, -1, 0, 1, 2].map((step) => (Math.floor(p * 2 ** 32) + step + 2 ** 32) % 2 ** 32),
    );
    const marks = [...ends, ...joints];
    // Second words on both sides of e⁻²⁵, which is less than a step of the first one, and of 1 − e⁻²⁵.
    const far = [-1, 0, 1, 2 ** 13, 2 ** 15].map((step) => (Math.floor(Math.exp(-25) * 2 ** 52) + step) * 2 ** 12);
    const seconds = [...ends, ...far, ...far.map((b) => 2 ** 32 - b), 0x6bd93c11, 0x94000000];
    const pairs = marks.flatMap((a) => seconds.map((b) => [a, b]));
    const given = Uint32Array.from([...pairs, ...pairs.map(([a, b]) => [b!, a!])].flat());
    const n = Math.min(given.length, 4096 * words);
    const some = given.subarray(0, n);
    const out = transformed(some);
    expect(out.every(Number.isFinite)).toBe(true);
    expect(different(out, plainly(some, new array(n / words)))).toBe(0);
    // Both tails are reached, by two words their far parts too.
    expect(Math.max(...out)).toBeGreaterThan(width === "f32" ? 6.2 : 8.1);
    expect(Math.min(...out)).toBeLessThan(width === "f32" ? -6.2 : -8.1);
  });

  it.each([0, 2 ** 31, 2 ** 32 - 1])("have room for as many tails as there are numbers: words of %i", (word) => {
    for (const n of [1, 2, 3, 4095, 4096]) {
      const given = new Uint32Array(words * n).fill(word);
      expect(different(transformed(given), plainly(given, new array(n)))).toBe(0);
    }
  });

  it("do not depend on what was drawn before", () => {
    const first = new array(100);
    fillNormal(fold(makeKey(3), "a"), first);
    transformed(new Uint32Array(words * 4096).fill(2 ** 32 - 1));
    const again = new array(100);
    fillNormal(fold(makeKey(3), "a"), again);
    expect(different(first, again)).toBe(0);
  });
});
