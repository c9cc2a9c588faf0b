/** The colours of the landscape: numbers of cells as an image, with lines of equal height. */

import { rgb } from "d3-color";
import { contours } from "d3-contour";
import type { Numbers, View } from "../engine/messages.js";
import type { Shown } from "../state/address.js";
import type { Pen } from "./pen.js";

/** Which part holds the numbers of what is shown, and how high each cell is: 0 is the colour of nothing, 1 the fullest. */
const heights: Readonly<Record<Shown, { readonly part: string; of(numbers: Numbers): Float64Array | null }>> = {
  density: { part: "energies", of: ({ energy }) => densities(energy, -1) },
  energy: { part: "energies", of: ({ energy }) => depths(energy) },
  truth: { part: "truth", of: ({ logDensity }) => densities(logDensity, 1) },
  flow: { part: "flow-density", of: ({ logDensity }) => densities(logDensity, 1) },
};

/** Nats below the lowest energy at which all is as good as nothing. */
const DEEP = 12;

/** `exp(sign · v)` as a share of the largest; its square root, so that faint modes are seen. */
function densities(values: Numbers[string] | undefined, sign: number): Float64Array | null {
  if (!(values instanceof Float32Array)) return null;
  const most = values.reduce((a, v) => Math.max(a, sign * v), Number.NEGATIVE_INFINITY);
  return Float64Array.from(values, (v) => Math.exp((sign * v - most) / 2));
}

function depths(values: Numbers[string] | undefined): Float64Array | null {
  if (!(values instanceof Float32Array)) return null;
  const least = values.reduce((a, v) => Math.min(a, v), Number.POSITIVE_INFINITY);
  return Float64Array.from(values, (v) => Math.max(0, 1 - (v - least) / DEEP));
}

export const partOf = (show: Shown): string => heights[show].part;

/** Heights of the cells of a view; `null` where there are none to show. */
export function heightsOf(show: Shown, numbers: Readonly<Record<string, Numbers | null>>): Float64Array | null {
  const found = numbers[heights[show].part];
  return found ? heights[show].of(found) : null;
}

const channels = (colour: string): [number, number, number] => {
  const { r, g, b } = rgb(colour);
  return [r, g, b];
};

/** An image of cells, a pixel each, the first axis to the right and the second upwards. */
export function imageOf(cells: Float64Array, side: number, low: string, high: string): ImageData {
  const image = new ImageData(side, side);
  const [from, to] = [channels(low), channels(high)];
  for (let i = 0; i < side; i++)
    for (let j = 0; j < side; j++) {
      const h = cells[i * side + j]!;
      const at = 4 * ((side - 1 - j) * side + i);
      for (let c = 0; c < 3; c++) image.data[at + c] = from[c]! + (to[c]! - from[c]!) * h;
      image.data[at + 3] = 255;
    }
  return image;
}

const LEVELS = [0.1, 0.25, 0.4, 0.55, 0.7, 0.85];

/** Lines of equal height over the part of the plane that a view has. */
export function drawContours(pen: Pen, cells: Float64Array, { box, side }: View): void {
  const [[x0, x1], [y0, y1]] = box;
  // Rows are y from below, as the lines are asked for.
  const byRow = Array.from(cells, (_, k) => cells[(k % side) * side + Math.floor(k / side)]!);
  const place = ([i, j]: readonly number[]): [number, number] => [
    pen.x(x0 + (i! / side) * (x1 - x0)),
    pen.y(y0 + (j! / side) * (y1 - y0)),
  ];
  const { context } = pen;
  context.strokeStyle = pen.colour("text");
  context.lineWidth = 0.7 * pen.ratio;
  context.globalAlpha = 0.35;
  context.beginPath();
  for (const { coordinates } of contours().size([side, side]).thresholds(LEVELS)(byRow))
    for (const polygon of coordinates)
      for (const ring of polygon)
        for (const [k, point] of ring.entries()) {
          const [x, y] = place(point);
          if (k === 0) context.moveTo(x, y);
          else context.lineTo(x, y);
        }
  context.stroke();
  context.globalAlpha = 1;
}
