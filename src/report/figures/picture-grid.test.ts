import { decode } from "fast-png";
import { expect, it } from "vitest";
import { newDocument } from "../document.node.js";
import { roles } from "../roles.js";
import { drawFigure } from "./figure.js";
import { type PictureGroup, pictureGrid } from "./picture-grid.js";

/** The bitmaps of a grid of images of one pixel, eight in a row. */
function bitmaps(...groups: readonly Omit<PictureGroup, "name">[]) {
  const grid = pictureGrid({ title: "t", shape: [1, 1, 1], groups: groups.map((group) => ({ name: "g", ...group })) });
  const svg = drawFigure(grid, newDocument());
  return [...svg.matchAll(/data:image\/png;base64,([^"]*)/g)].map(([, text]) => decode(Buffer.from(text!, "base64")));
}

type Bitmap = ReturnType<typeof bitmaps>[number];

/** The colour at the middle of image `i`, and of the line before it. */
function coloursOf({ data, width, channels, height }: Bitmap, i: number): [image: number[], line: number[]] {
  // Eight images of one pixel and nine lines, all equally wide.
  const scale = width / 17;
  const at = (place: number): number[] => {
    const from = (Math.floor(height / 2) * width + Math.floor((place + 0.5) * scale)) * channels;
    return [...data.subarray(from, from + channels)];
  };
  return [at(2 * i + 1), at(2 * i)];
}

const rgb = (colour: string): number[] => [1, 3, 5].map((k) => Number.parseInt(colour.slice(k, k + 2), 16));

it("is grey where nothing is missing or marked, and levels are those that were given", () => {
  const [grey] = bitmaps({ images: [[0], [100], [255], [300]] });
  expect(grey!.channels).toBe(1);
  expect([0, 1, 2, 3].map((i) => coloursOf(grey!, i)[0])).toEqual([[0], [100], [255], [255]]);
});

it("shows a missing pixel in a colour of its own, which no grey level has", () => {
  const [first, second] = bitmaps({ images: [[100], [Number.NaN]] }, { images: [[0]] });
  expect(coloursOf(first!, 0)[0]).toEqual([100, 100, 100]);
  expect(coloursOf(first!, 1)[0]).toEqual(rgb(roles.ebm.colour));
  expect(second!.channels).toBe(1);
});

it("has a frame around a marked image, and the image as it is", () => {
  const [bitmap] = bitmaps({ images: [[10], [20], [30]], marked: [false, true, false] });
  const [image, before] = coloursOf(bitmap!, 1);
  expect([image, before]).toEqual([[20, 20, 20], rgb(roles.flow.colour)]);
  expect(coloursOf(bitmap!, 2)[1]).toEqual(rgb(roles.flow.colour));
  expect(coloursOf(bitmap!, 0)[1]).not.toEqual(rgb(roles.flow.colour));
});
