import { discs } from "../pen.js";
import type { Layer } from "./layer.js";

export const flowRows: Layer = {
  name: "flow-rows",
  title: "flow draws",
  about: "Points of the flow, of the same noise at every step.",
  colour: "flow",
  needs: ["flow-rows"],
  draw(pen, { numbers, started: { columns } }) {
    const rows = numbers["flow-rows"]?.rows;
    if (!(rows instanceof Float32Array)) return;
    pen.context.fillStyle = pen.colour("flow");
    pen.context.globalAlpha = 0.8;
    discs(pen, rows, 1.7 * pen.ratio, columns.length);
    pen.context.globalAlpha = 1;
  },
};
