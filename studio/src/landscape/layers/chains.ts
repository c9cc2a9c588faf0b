import { discs } from "../pen.js";
import type { Layer } from "./layer.js";

/** Chains whose way is drawn: more would hide one another. */
const TAILS = 48;

export const chains: Layer = {
  name: "chains",
  title: "chains",
  about: "The chains that the training keeps, with where some of them were before.",
  colour: "chains",
  needs: [],
  moves: true,
  inBase: true,
  draw(pen, { tails, started: { columns } }) {
    const { context } = pen;
    const now = tails.at(-1);
    if (!now) return;
    const d = columns.length;
    context.strokeStyle = pen.colour("chains");
    context.lineWidth = pen.ratio;
    for (let t = 1; t < tails.length; t++) {
      context.globalAlpha = (0.5 * t) / tails.length;
      context.beginPath();
      for (let i = 0; i < Math.min(TAILS * d, now.length); i += d) {
        context.moveTo(pen.x(tails[t - 1]![i]!), pen.y(tails[t - 1]![i + 1]!));
        context.lineTo(pen.x(tails[t]![i]!), pen.y(tails[t]![i + 1]!));
      }
      context.stroke();
    }
    context.globalAlpha = 0.9;
    context.fillStyle = pen.colour("chains");
    discs(pen, now.subarray(0, 600 * d), 1.9 * pen.ratio, d);
    context.globalAlpha = 1;
  },
};
