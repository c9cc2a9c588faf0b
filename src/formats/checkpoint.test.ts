import { expect, test } from "vitest";
import { InputError } from "../util/errors.js";
import { sha256 } from "../util/sha256.js";
import { tensor } from "../util/tensor.js";
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from "./checkpoint.js";

const example: Checkpoint = {
  step: 7,
  tensors: {
    parameters: tensor(new Float32Array([7, Number.NaN, -0])),
    "adam/v": tensor(new Float64Array([1e-300, 7 / 3, Infinity, 4]), [2, 2]),
    key: tensor(new BigInt64Array([-1n, 7n])),
    alive: tensor(new Uint8Array([1, 0, 1])),
  },
  meta: { objective: "balanced", nested: { list: [1, "zwei", null] } },
};

test("a checkpoint has the bytes it always had, and comes back equal", () => {
  const bytes = encodeCheckpoint(example);
  // Of the file that the first release of the format wrote, its checksum by Node's own SHA-256.
  expect([bytes.length, sha256(bytes)]).toEqual([
    543,
    "07916a652eedfd25772940a41dd27c09d9267baf9e32f7e15f034652838a0658",
  ]);
  const { step, meta, tensors } = decodeCheckpoint(bytes);
  expect({ step, meta, tensors: { ...tensors } }).toEqual(example);
});

test("with any one bit flipped, or cut at any length, is an InputError", () => {
  const bytes = encodeCheckpoint({ step: 1, tensors: { w: tensor(new Float32Array([1, 2])) }, meta: {} });
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const flipped = Uint8Array.from(bytes);
    flipped[bit >> 3] = flipped[bit >> 3]! ^ (1 << (bit & 7));
    expect(() => decodeCheckpoint(flipped), `bit ${bit}`).toThrow(InputError);
  }
  for (let length = 0; length < bytes.length; length++)
    expect(() => decodeCheckpoint(bytes.subarray(0, length)), `length ${length}`).toThrow(/cut short/);
  expect(decodeCheckpoint(bytes).step).toBe(1);
});
