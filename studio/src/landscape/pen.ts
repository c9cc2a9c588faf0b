/** Drawing in the units of the data on a canvas of pixels. */

import type { Box } from "../engine/messages.js";

export interface Pen {
  readonly context: CanvasRenderingContext2D;
  /** Of the canvas, in its own pixels. */
  readonly width: number;
  readonly height: number;
  /** Pixels of the canvas in one of the page. */
  readonly ratio: number;
  x(value: number): number;
  y(value: number): number;
  colour(name: string): string;
}

export function penOf(canvas: HTMLCanvasElement, [[x0, x1], [y0, y1]]: Box, ratio: number): Pen {
  const { width, height } = canvas;
  const style = getComputedStyle(canvas);
  const colours = new Map<string, string>();
  return {
    ...{ context: canvas.getContext("2d")!, width, height, ratio },
    x: (value) => ((value - x0) / (x1 - x0)) * width,
    y: (value) => ((y1 - value) / (y1 - y0)) * height,
    colour(name) {
      const known = colours.get(name) ?? style.getPropertyValue(`--${name}`).trim();
      colours.set(name, known);
      return known;
    },
  };
}

/** Small discs at points `(n, 2)`, or of rows of more columns at their first two. */
export function discs(pen: Pen, points: Float32Array, radius: number, columns = 2): void {
  const { context } = pen;
  context.beginPath();
  for (let i = 0; i + 1 < points.length; i += columns) {
    const [x, y] = [pen.x(points[i]!), pen.y(points[i + 1]!)];
    context.moveTo(x + radius, y);
    context.arc(x, y, radius, 0, 2 * Math.PI);
  }
  context.fill();
}
