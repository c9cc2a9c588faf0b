import type { Layer } from "./layer.js";

export const flowGrid: Layer = {
  name: "flow-grid",
  title: "flow grid",
  about: "Where the flow takes a square grid of its base.",
  colour: "flow",
  needs: ["flow-grid"],
  draw(pen, { numbers }) {
    const { points, lines } = numbers["flow-grid"] ?? {};
    if (!(points instanceof Float32Array) || typeof lines !== "number") return;
    const each = points.length / lines;
    const { context } = pen;
    context.strokeStyle = pen.colour("flow");
    context.lineWidth = 0.8 * pen.ratio;
    context.globalAlpha = 0.8;
    context.beginPath();
    for (let i = 0; i < points.length; i += 2) {
      const [x, y] = [pen.x(points[i]!), pen.y(points[i + 1]!)];
      if (i % each === 0) context.moveTo(x, y);
      else context.lineTo(x, y);
    }
    context.stroke();
    context.globalAlpha = 1;
  },
};
