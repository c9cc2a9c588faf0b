/** The colours of the landscape: heights of cells as an image, with lines of equal height. */

import type { Numbers, View } from "../engine/messages.js";
import type { Shown } from "../state/address.js";
import { pictures } from "./heights.js";
import { type Pen, strokeLines } from "./pen.js";

type Answers = Readonly<Record<string, Numbers | null>>;

/** Red, green and blue of a colour as canvases write it, `#rrggbb`. */
const channels = (colour: string): number[] => [1, 3, 5].map((i) => Number.parseInt(colour.slice(i, i + 2), 16));

/** A colour of a style sheet, however it is written there, as canvases write it. */
function plainColour(context: CanvasRenderingContext2D, colour: string): string {
  context.fillStyle = colour;
  return String(context.fillStyle);
}

/** An image of cells, a pixel each, the first axis to the right and the second upwards; colours as `#rrggbb`. */
export function imageOf(cells: ArrayLike<number>, side: number, low: string, high: string): ImageData {
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

export interface Background {
  /** The picture over its view; nothing where there are no numbers of it. */
  draw(pen: Pen, show: Shown, numbers: Answers, seen: View): void;
}

/** A background that makes an image anew only where the numbers, or the colours, have changed. */
export function newBackground(): Background {
  const picture = document.createElement("canvas");
  let made: { from: unknown; show: Shown; colours: string } | undefined;
  return {
    draw(pen, show, numbers, { box: [[x0, x1], [y0, y1]], side }) {
      const found = numbers[pictures[show].part];
      if (!found) return;
      const [low, high] = [pen.colour("low"), pen.colour("high")];
      const colours = low + high;
      if (made?.from !== found || made.show !== show || made.colours !== colours) {
        const heights = pictures[show].heights(found);
        if (!heights) return;
        if (picture.width !== side) [picture.width, picture.height] = [side, side];
        const own = picture.getContext("2d")!;
        own.putImageData(imageOf(heights, side, plainColour(own, low), plainColour(own, high)), 0, 0);
        made = { from: found, show, colours };
      }
      const { context } = pen;
      context.imageSmoothingEnabled = true;
      context.drawImage(picture, pen.x(x0), pen.y(y1), pen.x(x1) - pen.x(x0), pen.y(y0) - pen.y(y1));
      if (!(found.lines instanceof Float32Array)) return;
      context.strokeStyle = pen.colour("text");
      context.lineWidth = 0.7 * pen.ratio;
      context.globalAlpha = 0.35;
      strokeLines(pen, found.lines);
      context.globalAlpha = 1;
    },
  };
}
