import { expect, it } from "vitest";
import { describeImages } from "./describe-images.js";

const shape = [1, 2, 2] as const;

it("counts images, classes, twins, levels and pixels that never vary", () => {
  const levels = Uint8Array.from([...[0, 9, 3, 0], ...[0, 9, 4, 0], ...[0, 9, 3, 0], ...[0, 9, 3, 200]]);
  expect(describeImages({ source: "some", shape, levels, labels: ["b", "a", "b", "c"] })).toEqual({
    ...{ images: 4, shape, duplicates: 1, constant: 2 },
    classes: [
      ["b", 2],
      ["a", 1],
      ["c", 1],
    ],
    levels: { low: 0, high: 200, distinct: 5 },
  });
});

it("knows no classes where there are none, and one image by itself", () => {
  const alone = describeImages({ source: "one", shape, levels: Uint8Array.of(1, 1, 1, 1) });
  expect(alone).toMatchObject({ images: 1, classes: null, duplicates: 0, constant: 4 });
  expect(alone.levels).toEqual({ low: 1, high: 1, distinct: 1 });
});
