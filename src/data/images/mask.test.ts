import { expect, it } from "vitest";
import { InputError } from "../../util/errors.js";
import type { ImageShape } from "../../util/tensor.js";
import { maskedPixels, pixelsOf } from "./mask.js";

const shape: ImageShape = [2, 2, 3];

it("takes pixels away of every channel", () => {
  expect(maskedPixels("left-half", shape)).toEqual([0, 1, 3, 4, 6, 7, 9, 10]);
  expect(maskedPixels("right-half", shape)).toEqual([2, 5, 8, 11]);
  expect(maskedPixels("top-half", shape)).toEqual([0, 1, 2, 6, 7, 8]);
  expect(maskedPixels("bottom-half", shape)).toEqual([3, 4, 5, 9, 10, 11]);
  expect(maskedPixels("box:1,1,1,2", shape)).toEqual([4, 5, 10, 11]);
});

it("is a file where it is no name", () => {
  for (const text of ["mask.png", "toString", "left"]) expect(maskedPixels(text, shape)).toBeUndefined();
});

it.each(["box:0,0,0,1", "box:1,0,2,1", "box:0,2,1,2", "box:0,0,1", "box:-1,0,1,1", "box:"])(
  "is within the image: %s",
  (text) => {
    expect(() => maskedPixels(text, shape)).toThrow(InputError);
    expect(() => maskedPixels(text, shape)).toThrow("within 2 rows and 3 columns");
  },
);

it("leaves some pixels, and takes some", () => {
  expect(() => pixelsOf(() => true, shape)).toThrow("every pixel");
  expect(() => pixelsOf(() => false, shape)).toThrow("no pixel");
  expect(() => maskedPixels("box:0,0,2,3", shape)).toThrow("every pixel");
});
