import { describe, expect, it } from "vitest";
import { fillLanes } from "./fill-lanes.js";
import { threefry } from "./threefry.js";

/** The words one block at a time, which is too few for the vectors. */
function blockwise(n: number, [a, b]: readonly [number, number], first: number, high: number): Uint32Array {
  const words = new Uint32Array(n);
  for (let i = 0; i < n; i += 2) threefry(words.subarray(i, i + 2), a, b, first + i / 2, high);
  return words;
}

const keys = [
  [0, 0],
  [7, 42],
  [0xffffffff, 0x9abcdef0],
] as const;

// 16384 words are a page of its memory, 32 a turn of its loop.
describe.each([64, 71, 96, 1000, 16384, 16385, 40007])("a fill of %i words", (n) => {
  it.each(keys)("has the bits of the blocks one by one under the key (%i, %i)", (a, b) => {
    for (const [first, high] of [
      [0, 0],
      [1000, 3],
      [2 ** 32 - 9, 0xa0000000],
    ] as const) {
      const expected = blockwise(n, [a, b], first, high);
      const words = new Uint32Array(n);
      const filled = fillLanes("words", words, a, b, first, high);
      expect(filled).toBe(n - (n % 32));
      expect(words.subarray(0, filled)).toEqual(expected.subarray(0, filled));
      expect(words.subarray(filled).every((word) => word === 0)).toBe(true);
      const whole = new Uint32Array(n);
      threefry(whole, a, b, first, high);
      expect(whole).toEqual(expected);
    }
  });

  it("has uniforms that are the middles of 2²³ cells", () => {
    const uniforms = new Float32Array(n);
    const filled = fillLanes("units", new Uint32Array(uniforms.buffer), 7, 42, 5, 6);
    const expected = Float32Array.from(blockwise(n, [7, 42], 5, 6), (word) => ((word >>> 9) + 0.5) * 2 ** -23);
    expect(uniforms.subarray(0, filled)).toEqual(expected.subarray(0, filled));
  });
});

it("leaves short fills alone", () => {
  const words = new Uint32Array(63);
  expect(fillLanes("words", words, 1, 2, 0, 0)).toBe(0);
  expect(words.every((word) => word === 0)).toBe(true);
});
