/** Pictures of any channels in rows, under names: images of data beside draws of a model, chains as strips of film. */

import * as Plot from "@observablehq/plot";
import { encode } from "fast-png";
import { InputError } from "../../util/errors.js";
import type { FloatTensor, ImageShape } from "../../util/tensor.js";
import { roles } from "../roles.js";
import { ink } from "../theme.js";
import type { Axis } from "./axes.js";
import { type Figure, shorten, WIDTH } from "./figure.js";

export interface PictureGroup {
  readonly name: string;
  /** Levels from 0 to 255, `(channels, height, width)` each; NaN where a pixel is missing, which has a colour of its own. */
  readonly images: readonly ArrayLike<number>[];
  /** Which of them have a frame. */
  readonly marked?: readonly boolean[];
}

export interface PictureGrid {
  readonly title: string;
  /** One channel is grey, three are red, green and blue. */
  readonly shape: ImageShape;
  readonly groups: readonly PictureGroup[];
  /** Images in a row; 8 unless said. */
  readonly columns?: number;
}

/** Room beside the pictures, and for a name above them, in pixels of the figure. */
const [SIDE, NAME] = [14, 22];
/** Pixels of the bitmap for one of the figure, about, so that edges stay sharp on fine screens. */
const FINE = 2;
/** Level of the lines between images. */
const BETWEEN = 235;

const bare = (length: number): Axis => ({
  ...{ label: "", domain: [0, length], ticks: [], tickFormat: () => "", axis: null },
});

/** Numbers of a colour `#rrggbb`. */
const rgb = (colour: string): number[] => [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
/** Colours of what is no level: a pixel that is missing, and the frame of a marked image. */
const [ABSENT, FRAME] = [rgb(roles.ebm.colour), rgb(roles.flow.colour)];

/** Images side by side as one PNG, each pixel `scale` wide, a line between two and around all. */
function bitmap(
  { images, marked = [] }: PictureGroup,
  [channels, h, w]: PictureGrid["shape"],
  columns: number,
  scale: number,
) {
  const rows = Math.ceil(images.length / columns);
  const [pitchX, pitchY] = [w * scale + scale, h * scale + scale];
  const [width, height] = [columns * pitchX + scale, rows * pitchY + scale];
  const coloured =
    channels === 3 || marked.some(Boolean) || images.some((image) => Array.from(image).some(Number.isNaN));
  const depth = coloured ? 3 : 1;
  const data = new Uint8Array(width * height * depth).fill(BETWEEN);
  for (const [n, image] of images.entries()) {
    const [x0, y0] = [(n % columns) * pitchX, Math.floor(n / columns) * pitchY];
    for (let y = 0; y < pitchY + scale; y++)
      for (let x = 0; x < pitchX + scale; x++) {
        const [row, column] = [Math.floor(y / scale) - 1, Math.floor(x / scale) - 1];
        const inside = row >= 0 && row < h && column >= 0 && column < w;
        if (!inside && !marked[n]) continue;
        for (let c = 0; c < depth; c++) {
          const level = inside ? image[((channels === 3 ? c : 0) * h + row) * w + column]! : FRAME[c]!;
          const shown = Number.isNaN(level) ? ABSENT[c]! : Math.min(255, Math.max(0, Math.round(level)));
          data[((y0 + y) * width + x0 + x) * depth + c] = shown;
        }
      }
  }
  return { png: encode({ width, height, channels: depth, data }), width, height };
}

/** Images `(n, pixels)` of levels from 0 to `top`, as {@link PictureGroup} has them. */
export const picturesOf = ({ data, shape: [n = 0, d = 0] }: FloatTensor, top: number): number[][] =>
  Array.from({ length: n }, (_, i) => Array.from(data.subarray(i * d, (i + 1) * d), (v) => (255 * v) / top));

const base64 = (bytes: Uint8Array): string => {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
};

/**
 * Groups of images below one another. The pictures stand in the figure as PNG.
 * @throws InputError for no images, other channels than 1 or 3, or an image of another size.
 */
export function pictureGrid({ title, shape, groups, columns = 8 }: PictureGrid): Figure {
  const [channels, h, w] = shape;
  const all = groups.flatMap(({ images }) => images);
  const wrong = all.find((image) => image.length !== channels * h * w);
  if (all.length === 0 || wrong || (channels !== 1 && channels !== 3))
    throw new InputError(
      `pictureGrid: ${wrong ? `an image of ${wrong.length} numbers` : `${all.length} images of ${channels} channels`}; expected images of one size, of 1 channel or 3`,
    );
  const room = WIDTH - 2 * SIDE;
  const scale = Math.max(1, Math.round((FINE * room) / (columns * w)));
  const drawn = groups.map((group) => ({ name: group.name, ...bitmap(group, shape, columns, scale) }));
  const heights = drawn.map(({ width, height }) => (room * height) / width);
  const inner = heights.reduce((sum, height) => sum + height + NAME, 0);
  const tops = heights.map((_, i) => inner - heights.slice(0, i).reduce((sum, height) => sum + height + NAME, 0));
  const marks = drawn.flatMap(({ name, png }, i) => [
    Plot.text([0], {
      x: 0,
      y: tops[i]! - NAME / 2,
      text: () => shorten(name, room, 12),
      textAnchor: "start",
      fill: ink,
    }),
    Plot.image([0], {
      ...{ x: room / 2, y: tops[i]! - NAME - heights[i]! / 2, width: room, height: heights[i]! },
      ...{ src: `data:image/png;base64,${base64(png)}`, preserveAspectRatio: "none" },
    }),
  ]);
  return {
    title,
    description: `${title}: ${groups.map(({ name, images }) => `${images.length} images, ${name}`).join("; ")}; ${w} by ${h} pixels each.`,
    key: [],
    inner,
    marginBottom: 8,
    marginLeft: SIDE,
    marginRight: SIDE,
    plot: { x: bare(room), y: bare(inner), marks },
  };
}
