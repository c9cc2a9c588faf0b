/** Threefry-2x32 with 20 rounds, a counter-based generator: the only source of random bits in ebbflow. */

import { FEW, fillLanes } from "./fill-lanes.js";

/**
 * Fill `words`, or its elements `from` to `to`, with the blocks of consecutive counters.
 *
 * Block `j` is the Threefry-2x32-20 image of the counter `(first + j, high)` under the key `(a, b)`; it gives the words
 * `2j` and `2j + 1` of what is filled. An odd length leaves out the last block's second word. Under one key distinct
 * counters have distinct blocks, because each key is a bijection of the 64-bit counters.
 *
 * Salmon, Moraes, Dror & Shaw (2011), Parallel random numbers: as easy as 1, 2, 3.
 */
export function threefry(
  words: Uint32Array,
  a: number,
  b: number,
  first = 0,
  high = 0,
  from = 0,
  to = words.length,
): void {
  const k0 = a | 0;
  const k1 = b | 0;
  const k2 = 0x1bd11bda ^ k0 ^ k1;
  // The key words added after every four rounds, with the injection number folded in.
  const k2s1 = (k2 + 1) | 0;
  const k0s2 = (k0 + 2) | 0;
  const k1s3 = (k1 + 3) | 0;
  const k2s4 = (k2 + 4) | 0;
  const k0s5 = (k0 + 5) | 0;
  const y0 = (high + k1) | 0;
  const filled = to - from < FEW ? 0 : fillLanes("words", words.subarray(from, to), a, b, first, high);
  let counter = (first + filled / 2) | 0;
  for (let i = from + filled; i < to; i += 2, counter = (counter + 1) | 0) {
    let x = (counter + k0) | 0;
    let y = y0;
    x = (x + y) | 0;
    y = ((y << 13) | (y >>> 19)) ^ x;
    x = (x + y) | 0;
    y = ((y << 15) | (y >>> 17)) ^ x;
    x = (x + y) | 0;
    y = ((y << 26) | (y >>> 6)) ^ x;
    x = (x + y) | 0;
    y = (((y << 6) | (y >>> 26)) ^ x) + k2s1;
    x = (x + k1 + y) | 0;
    y = ((y << 17) | (y >>> 15)) ^ x;
    x = (x + y) | 0;
    y = ((y << 29) | (y >>> 3)) ^ x;
    x = (x + y) | 0;
    y = ((y << 16) | (y >>> 16)) ^ x;
    x = (x + y) | 0;
    y = (((y << 24) | (y >>> 8)) ^ x) + k0s2;
    x = (x + k2 + y) | 0;
    y = ((y << 13) | (y >>> 19)) ^ x;
    x = (x + y) | 0;
    y = ((y << 15) | (y >>> 17)) ^ x;
    x = (x + y) | 0;
    y = ((y << 26) | (y >>> 6)) ^ x;
    x = (x + y) | 0;
    y = (((y << 6) | (y >>> 26)) ^ x) + k1s3;
    x = (x + k0 + y) | 0;
    y = ((y << 17) | (y >>> 15)) ^ x;
    x = (x + y) | 0;
    y = ((y << 29) | (y >>> 3)) ^ x;
    x = (x + y) | 0;
    y = ((y << 16) | (y >>> 16)) ^ x;
    x = (x + y) | 0;
    y = (((y << 24) | (y >>> 8)) ^ x) + k2s4;
    x = (x + k1 + y) | 0;
    y = ((y << 13) | (y >>> 19)) ^ x;
    x = (x + y) | 0;
    y = ((y << 15) | (y >>> 17)) ^ x;
    x = (x + y) | 0;
    y = ((y << 26) | (y >>> 6)) ^ x;
    x = (x + y) | 0;
    y = (((y << 6) | (y >>> 26)) ^ x) + k0s5;
    words[i] = x + k2;
    if (i + 1 < to) words[i + 1] = y;
  }
}
