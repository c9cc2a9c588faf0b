import { InputError } from "../../util/errors.js";
import type { ImageShape } from "../../util/tensor.js";

/** Pixels of an image, `(height, width)`: which of them a mask takes away. */
type Taken = (row: number, column: number) => boolean;

/** Halves of an image of `h` rows and `w` columns. */
const halves: Readonly<Record<string, (h: number, w: number) => Taken>> = {
  "left-half": (_, w) => (_row, column) => 2 * column < w,
  "right-half": (_, w) => (_row, column) => 2 * column >= w,
  "top-half": (h) => (row) => 2 * row < h,
  "bottom-half": (h) => (row) => 2 * row >= h,
};

/** What a mask may be, in words. */
export const MASKS = `box:ROW,COLUMN,HEIGHT,WIDTH counted from 0, ${Object.keys(halves).join(", ")}, or a PNG of the size of the images, white where a pixel is taken away`;

const box = /^box:(\d+),(\d+),(\d+),(\d+)$/;

/**
 * The numbers of the pixels that a mask takes away, of every channel; `undefined` for a text that is the name of none,
 * which may be a file.
 * @throws InputError for a box that is empty or reaches beyond the image.
 */
export function maskedPixels(text: string, shape: ImageShape): readonly number[] | undefined {
  const [, h, w] = shape;
  const half = Object.hasOwn(halves, text) ? halves[text] : undefined;
  if (half) return pixelsOf(half(h, w), shape);
  if (!text.startsWith("box:")) return undefined;
  const [top, left, height, width] = (box.exec(text)?.slice(1) ?? []).map(Number);
  if (top === undefined || left === undefined || !height || !width || top + height > h || left + width > w)
    throw new InputError(
      `mask ${text}: expected box:ROW,COLUMN,HEIGHT,WIDTH within ${h} rows and ${w} columns, counted from 0`,
    );
  return pixelsOf((row, column) => row >= top && row < top + height && column >= left && column < left + width, shape);
}

/** The numbers of pixels of every channel. @throws InputError where nothing, or everything, is taken away. */
export function pixelsOf(taken: Taken, [channels, h, w]: ImageShape): readonly number[] {
  const plane = [...Array(h * w).keys()].filter((at) => taken(Math.floor(at / w), at % w));
  if (plane.length === 0 || plane.length === h * w)
    throw new InputError(
      `the mask takes away ${plane.length === 0 ? "no pixel" : "every pixel, so that nothing tells what the image is"}; expected some of them`,
    );
  return Array.from({ length: channels }, (_, c) => plane.map((at) => c * h * w + at)).flat();
}
