import { discs } from "../pen.js";
import type { Layer } from "./layer.js";

export const data: Layer = {
  name: "data",
  title: "data",
  about: "Training rows.",
  colour: "data",
  needs: [],
  inBase: true,
  draw(pen, { started: { rows, columns } }) {
    pen.context.fillStyle = pen.colour("data");
    pen.context.globalAlpha = 0.35;
    discs(pen, rows.subarray(0, 800 * columns.length), 1.3 * pen.ratio, columns.length);
    pen.context.globalAlpha = 1;
  },
};
