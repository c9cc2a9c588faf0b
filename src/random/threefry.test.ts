import { describe, expect, it } from "vitest";
import { threefry } from "./threefry.js";

const block = (key: readonly [number, number], counter: readonly [number, number]): number[] => {
  const words = new Uint32Array(2);
  threefry(words, key[0], key[1], counter[0], counter[1]);
  return [...words];
};

describe("threefry", () => {
  // Random123 1.14, kat_vectors, threefry2x32 with 20 rounds: counter, key, result.
  it.each([
    [
      [0, 0],
      [0, 0],
      [0x6b200159, 0x99ba4efe],
    ],
    [
      [0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x1cb996fc, 0xbb002be7],
    ],
    [
      [0x243f6a88, 0x85a308d3],
      [0x13198a2e, 0x03707344],
      [0xc4923a9c, 0x483df7a0],
    ],
  ] as const)("gives the known answer for counter %j", (counter, key, answer) => {
    expect(block(key, counter)).toEqual(answer);
  });

  it("numbers its blocks consecutively, wherever it starts and however long the fill is", () => {
    const words = new Uint32Array(9);
    threefry(words, 7, 42, 1000, 3);
    for (let j = 0; j < 4; j++) expect([words[2 * j], words[2 * j + 1]]).toEqual(block([7, 42], [1000 + j, 3]));
    expect(words[8]).toBe(block([7, 42], [1004, 3])[0]);
  });

  it("flips about half of the output bits for any flipped bit of the key or the counter", () => {
    const base = [1, 2, 3, 4];
    let flips = 0;
    for (let bit = 0; bit < 128; bit++) {
      const v = [...base];
      v[bit >> 5] = (v[bit >> 5]! ^ (1 << (bit & 31))) >>> 0;
      const [p, q] = [block([1, 2], [3, 4]), block([v[0]!, v[1]!], [v[2]!, v[3]!])];
      for (let i = 0; i < 2; i++) for (let d = (p[i]! ^ q[i]!) >>> 0; d !== 0; d &= d - 1) flips++;
    }
    // 8192 fair coins: mean 4096, sd 45; 4.5 sd has a false-alarm rate of 7e-6.
    expect(Math.abs(flips - 4096)).toBeLessThan(4.5 * 45.3);
  });
});
