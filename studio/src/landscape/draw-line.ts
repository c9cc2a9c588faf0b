/** The line along which a landscape is cut, from a disc where it begins. */

import type { Line } from "../engine/messages.js";
import type { Pen } from "./pen.js";

export function drawLine(pen: Pen, line: Line): void {
  const { context, ratio } = pen;
  const [x0, y0, x1, y1] = [pen.x(line[0]), pen.y(line[1]), pen.x(line[2]), pen.y(line[3])];
  for (const [colour, width] of [
    ["low", 4],
    ["text", 1.6],
  ] as const) {
    context.strokeStyle = pen.colour(colour);
    context.lineWidth = width * ratio;
    context.beginPath();
    context.moveTo(x0, y0);
    context.lineTo(x1, y1);
    context.stroke();
  }
  context.fillStyle = pen.colour("text");
  context.beginPath();
  context.arc(x0, y0, 3.5 * ratio, 0, 2 * Math.PI);
  context.fill();
}
