/** Drawing in the units of the data on a canvas of pixels. */

import type { Box } from "../engine/messages.js";

export interface Pen {
  readonly context: CanvasRenderingContext2D;
  readonly box: Box;
  /** Of the canvas, in its own pixels. */
  readonly width: number;
  readonly height: number;
  /** Pixels of the canvas in one of the page. */
  readonly ratio: number;
  x(value: number): number;
  y(value: number): number;
  colour(name: string): string;
}

/** The colours of roles as a page has them now, each looked up once. */
export function coloursOf(element: Element): (name: string) => string {
  const style = getComputedStyle(element);
  const known = new Map<string, string>();
  return (name) => {
    const found = known.get(name) ?? style.getPropertyValue(`--${name}`).trim();
    known.set(name, found);
    return found;
  };
}

export function penOf(canvas: HTMLCanvasElement, box: Box, ratio: number, colour = coloursOf(canvas)): Pen {
  const { width, height } = canvas;
  const [[x0, x1], [y0, y1]] = box;
  return {
    ...{ context: canvas.getContext("2d")!, box, width, height, ratio, colour },
    x: (value) => ((value - x0) / (x1 - x0)) * width,
    y: (value) => ((y1 - value) / (y1 - y0)) * height,
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

/** Lines through points `x, y, x, y, …`, a `NaN` pair between two of them. */
export function strokeLines({ context, x, y }: Pen, points: Float32Array): void {
  let begun = false;
  context.beginPath();
  for (let i = 0; i + 1 < points.length; i += 2) {
    const [px, py] = [x(points[i]!), y(points[i + 1]!)];
    if (Number.isNaN(px)) begun = false;
    else if (begun) context.lineTo(px, py);
    else {
      context.moveTo(px, py);
      begun = true;
    }
  }
  context.stroke();
}
