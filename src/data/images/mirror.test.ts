import { expect, it } from "vitest";
import { makeKey } from "../../random/key.js";
import { type ImageShape, tensor } from "../../util/tensor.js";
import { mirrored } from "./mirror.js";

const [N, image] = [4000, [2, 2, 3] as ImageShape];
const rows = tensor(
  Float32Array.from({ length: N * 12 }, (_, i) => i),
  [N, 12],
);
const of = (i: number, data: ArrayLike<number>): number[] => Array.from({ length: 12 }, (_, j) => data[12 * i + j]!);

it("mirrors each image as a whole, half of them, channel by channel and row by row", () => {
  const { data, shape } = mirrored(rows, image, makeKey(1));
  expect(shape).toEqual([N, 12]);
  let count = 0;
  for (let i = 0; i < N; i++) {
    const own = of(i, rows.data);
    const turned = [2, 1, 0, 5, 4, 3, 8, 7, 6, 11, 10, 9].map((j) => own[j]!);
    const found = of(i, data);
    if (found[0] !== own[0]) count++;
    expect(found).toEqual(found[0] === own[0] ? own : turned);
  }
  // Of 4,000 coins five deviations: 158, a false alarm in two million.
  expect(Math.abs(count - N / 2)).toBeLessThan(158);
});

it("is a function of the key, leaves what it is given, and undoes itself", () => {
  const before = rows.data.slice();
  const once = mirrored(rows, image, makeKey(2));
  expect(rows.data).toEqual(before);
  expect(mirrored(rows, image, makeKey(2))).toEqual(once);
  expect(mirrored(rows, image, makeKey(3))).not.toEqual(once);
  expect(mirrored(once, image, makeKey(2))).toEqual(rows);
});
