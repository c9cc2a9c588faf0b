import { strokeLines } from "../pen.js";
import type { Layer } from "./layer.js";

export const truth: Layer = {
  name: "truth",
  title: "truth",
  about: "Lines of equal density of the law behind the rows, dashed, where it is known.",
  colour: "truth",
  needs: ["truth"],
  draw(pen, { numbers }) {
    const lines = numbers.truth?.lines;
    if (!(lines instanceof Float32Array)) return;
    const { context, ratio } = pen;
    context.strokeStyle = pen.colour("truth");
    context.lineWidth = 1.4 * ratio;
    context.setLineDash([5 * ratio, 4 * ratio]);
    strokeLines(pen, lines);
    context.setLineDash([]);
  },
};
