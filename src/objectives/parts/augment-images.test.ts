import { describe, expect, it } from "vitest";
import { numbers } from "../../../test/support/tensors.js";
import { constant, input } from "../../ops/leaf.js";
import { fold, makeKey } from "../../random/key.js";
import { drawNoise } from "../../random/noise.js";
import { evaluate } from "../../runtime/program.js";
import { InputError } from "../../util/errors.js";
import { mapValues } from "../../util/records.js";
import { type ImageShape, tensor } from "../../util/tensor.js";
import { augmentation } from "./augment-images.js";

const [channels, height, width] = [2, 3, 4];
const image: ImageShape = [channels, height, width];
const d = channels * height * width;
/** Numbers of an image that tell where each pixel is. */
const pixels = Float32Array.from({ length: d }, (_, i) => i);
const images = (n: number) =>
  constant(
    tensor(
      Float32Array.from({ length: n * d }, (_, i) => pixels[i % d]!),
      [n, d],
    ),
  );

/** What may come of one of them, by name. */
function variant(turned: boolean, down: number, right: number): string {
  const held = (v: number, size: number): number => Math.min(size - 1, Math.max(0, v));
  return Array.from({ length: d }, (_, at) => {
    const [c, y, x] = [Math.floor(at / (height * width)), Math.floor(at / width) % height, at % width];
    const [row, column] = [held(y - down, height), held(x - right, width)];
    return pixels[(c * height + row) * width + (turned ? width - 1 - column : column)]!;
  }).join(" ");
}

async function augmented(n: number, options: object, key = makeKey(7)): Promise<string[]> {
  const { noise, apply } = augmentation({ event: [d], image }, n, options, "test");
  const drawn = mapValues(drawNoise(key, noise), (t) => constant(t));
  const values = numbers((await evaluate({ y: apply(images(n), drawn) })).y);
  return Array.from({ length: n }, (_, i) => values.slice(i * d, (i + 1) * d).join(" "));
}

describe("stored images", () => {
  it("are mirrored and shifted as whole images, each way alike often", async () => {
    const n = 9000;
    const found = await augmented(n, { mirror: 0.5, shift: 1 });
    const counts = new Map<string, number>();
    for (const one of found) counts.set(one, (counts.get(one) ?? 0) + 1);
    const kinds = [false, true].flatMap((turned) =>
      [-1, 0, 1].flatMap((down) => [-1, 0, 1].map((right) => variant(turned, down, right))),
    );
    expect(new Set(kinds).size).toBe(18);
    expect([...counts.keys()].every((one) => kinds.includes(one))).toBe(true);
    // 500 of each expected, of deviation 21.7: five and a half of them, a false alarm in a million over eighteen.
    for (const one of kinds) expect(Math.abs((counts.get(one) ?? 0) - n / 18)).toBeLessThan(120);
  });

  it("are mirrored as often as is said, and never shifted unless it is", async () => {
    const n = 4000;
    const found = await augmented(n, { mirror: 0.2 });
    const turned = found.filter((one) => one === variant(true, 0, 0)).length;
    expect(found.every((one) => one === variant(true, 0, 0) || one === variant(false, 0, 0))).toBe(true);
    // 800 expected, of deviation 25.3: five of them, a false alarm in two million.
    expect(Math.abs(turned - 800)).toBeLessThan(127);
    expect(await augmented(20, { mirror: 1 })).toEqual(Array(20).fill(variant(true, 0, 0)));
  });

  it("are filled with the lines of the edge, however many a shift leaves", async () => {
    const found = new Set(await augmented(3000, { shift: 3 }));
    const steps = [-3, -2, -1, 0, 1, 2, 3];
    const kinds = new Set(steps.flatMap((down) => steps.map((right) => variant(false, down, right))));
    // One of 49 or fewer kinds is missed once in 10²³.
    expect(found).toEqual(kinds);
  });

  it("are others with another key alone", async () => {
    const of = (i: number) => augmented(50, { mirror: 0.5, shift: 2 }, fold(makeKey(1), i));
    expect(await of(1)).toEqual(await of(1));
    expect(await of(2)).not.toEqual(await of(1));
  });

  it("stay as they are, by the same graph, where nothing is asked for", () => {
    const x = input("x", [3, d]);
    const { noise, apply } = augmentation({ event: [d] }, 3, {}, "test");
    expect([Object.keys(noise), apply(x, {})]).toEqual([[], x]);
  });

  it("are refused where points are no images, or smaller than the shift", () => {
    expect(() => augmentation({ event: [2] }, 3, { shift: 1 }, "pcd")).toThrow(InputError);
    expect(() => augmentation({ event: [2] }, 3, { mirror: 0.5 }, "pcd")).toThrow(
      "objective pcd: mirror is of images, and a point has shape (2); say the shape of the image, as data.image",
    );
    expect(() => augmentation({ event: [d], image }, 3, { shift: 4 }, "replay")).toThrow(
      "objective replay: shift is 4, and images have 3 × 4 pixels; take a smaller one",
    );
    // A point that is an image itself says its shape.
    expect(() => augmentation({ event: image }, 3, { shift: 2 }, "replay")).not.toThrow();
  });
});
