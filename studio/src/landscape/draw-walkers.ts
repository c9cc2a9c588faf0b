/** Dropped chains drawn: their tails, the steps they took as arrows, those they refused as dashes to a ring. */

import type { Pen } from "./pen.js";
import type { Offer, Walker } from "./walkers.js";

/** Parts of a tail, each fainter than the next. */
const PARTS = 4;

export function drawWalkers(pen: Pen, walkers: readonly Walker[]): void {
  const { context, ratio } = pen;
  context.lineJoin = "round";
  for (const { tail, at } of walkers) {
    const points = [...tail, at];
    for (let part = 0; part < PARTS; part++) {
      const [from, to] = [part, part + 1].map((p) => Math.floor((p * points.length) / PARTS)) as [number, number];
      context.globalAlpha = 0.2 + (0.6 * part) / PARTS;
      context.strokeStyle = pen.colour("drop");
      context.lineWidth = 1.5 * ratio;
      context.beginPath();
      for (let i = Math.max(0, from - 1); i < to; i++) {
        const [x, y] = [pen.x(points[i]!.x), pen.y(points[i]!.y)];
        if (i === Math.max(0, from - 1)) context.moveTo(x, y);
        else context.lineTo(x, y);
      }
      context.stroke();
    }
  }
  context.globalAlpha = 1;
  for (const { offers } of walkers)
    for (const [i, offer] of offers.entries()) {
      context.globalAlpha = (i + 1) / offers.length;
      drawOffer(pen, offer);
    }
  context.globalAlpha = 1;
  for (const [k, { at }] of walkers.entries()) drawHead(pen, pen.x(at.x), pen.y(at.y), String(k + 1));
}

function drawOffer(pen: Pen, { from, to, taken }: Offer): void {
  const { context, ratio } = pen;
  const [x0, y0, x1, y1] = [pen.x(from.x), pen.y(from.y), pen.x(to.x), pen.y(to.y)];
  const length = Math.hypot(x1 - x0, y1 - y0);
  context.strokeStyle = pen.colour("drop");
  context.fillStyle = pen.colour("drop");
  context.lineWidth = 1.2 * ratio;
  if (!taken) {
    context.setLineDash([3 * ratio, 3 * ratio]);
    context.beginPath();
    context.moveTo(x0, y0);
    context.lineTo(x1, y1);
    context.stroke();
    context.setLineDash([]);
    context.beginPath();
    context.arc(x1, y1, 3.5 * ratio, 0, 2 * Math.PI);
    context.stroke();
    return;
  }
  const head = Math.min(6 * ratio, 0.6 * length);
  if (!(head > ratio)) return;
  const [ux, uy] = [(x1 - x0) / length, (y1 - y0) / length];
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x1 - head * (ux - 0.5 * uy), y1 - head * (uy + 0.5 * ux));
  context.lineTo(x1 - head * (ux + 0.5 * uy), y1 - head * (uy - 0.5 * ux));
  context.fill();
}

/** A numbered disc with a rim in the colour of the surface: it is seen on any colour. */
function drawHead({ context, ratio, colour }: Pen, x: number, y: number, name: string): void {
  context.beginPath();
  context.arc(x, y, 7 * ratio, 0, 2 * Math.PI);
  context.fillStyle = colour("drop");
  context.strokeStyle = colour("surface");
  context.lineWidth = 2 * ratio;
  context.fill();
  context.stroke();
  context.fillStyle = colour("surface");
  context.font = `600 ${10 * ratio}px system-ui, sans-serif`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(name, x, y + 0.5 * ratio);
}
