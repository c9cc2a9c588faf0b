/** Parts of the plane as pictures show them: moved, zoomed, and what a pixel is. */

import type { Box } from "../engine/messages.js";

export interface Place {
  readonly x: number;
  readonly y: number;
}

/** A rectangle on the page. */
export interface Frame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The point of the plane under a place of the page. */
export const pointAt = (place: Place, frame: Frame, [[x0, x1], [y0, y1]]: Box): Place => ({
  x: x0 + ((place.x - frame.left) / frame.width) * (x1 - x0),
  y: y1 - ((place.y - frame.top) / frame.height) * (y1 - y0),
});

/** The box moved by so much along each axis. */
export const moved = ([[x0, x1], [y0, y1]]: Box, { x, y }: Place): Box => [
  [x0 + x, x1 + x],
  [y0 + y, y1 + y],
];

/** The box `by` times as large, a point staying where it is. */
export function scaled([x, y]: Box, at: Place, by: number): Box {
  const around = ([low, high]: readonly [number, number], middle: number) =>
    [middle + (low - middle) * by, middle + (high - middle) * by] as const;
  return [around(x, at.x), around(y, at.y)];
}

export const middleOf = ([[x0, x1], [y0, y1]]: Box): Place => ({ x: (x0 + x1) / 2, y: (y0 + y1) / 2 });

/** What keys do to a picture that has the focus. `null`: all of the plane. `undefined`: no key of a picture. */
export function boxAfterKey(key: string, box: Box): Box | null | undefined {
  const [[x0, x1], [y0, y1]] = box;
  const [dx, dy] = [(x1 - x0) / 10, (y1 - y0) / 10];
  const moves: Readonly<Record<string, Place>> = {
    ArrowLeft: { x: -dx, y: 0 },
    ArrowRight: { x: dx, y: 0 },
    ArrowUp: { x: 0, y: dy },
    ArrowDown: { x: 0, y: -dy },
  };
  if (moves[key]) return moved(box, moves[key]);
  if (key === "+" || key === "=") return scaled(box, middleOf(box), 0.8);
  if (key === "-") return scaled(box, middleOf(box), 1.25);
  return key === "0" ? null : undefined;
}
