import type { Layer } from "./layer.js";

/** The longest arrow, in pixels of the page. */
const LONGEST = 16;

export const forces: Layer = {
  name: "forces",
  title: "forces",
  about: "The way down the energy, longer where it is steeper.",
  colour: "quiet",
  needs: ["forces"],
  draw(pen, { numbers }) {
    const { points, forces: given } = numbers.forces ?? {};
    if (!(points instanceof Float32Array) || !(given instanceof Float32Array)) return;
    const { context, box } = pen;
    // Slopes of the picture, across its lines of equal energy, whatever the units of the two columns.
    const unit = box.map(([low, high], axis) => (high - low) / (axis === 0 ? pen.width : pen.height));
    const slopes = given.map((force, i) => force * unit[i % 2]!);
    const lengths = Array.from({ length: slopes.length / 2 }, (_, i) => Math.hypot(slopes[2 * i]!, slopes[2 * i + 1]!));
    // Forces of several orders are seen side by side: lengths grow as their square roots.
    const most = Math.sqrt(Math.max(...lengths, 1e-30));
    context.strokeStyle = pen.colour("text");
    context.lineWidth = pen.ratio;
    context.globalAlpha = 0.6;
    context.beginPath();
    for (const [i, length] of lengths.entries()) {
      if (!(length > 0)) continue;
      const size = (LONGEST * pen.ratio * Math.sqrt(length)) / most;
      const [ux, uy] = [slopes[2 * i]! / length, -slopes[2 * i + 1]! / length];
      const [x, y] = [pen.x(points[2 * i]!), pen.y(points[2 * i + 1]!)];
      const [tipX, tipY] = [x + size * ux, y + size * uy];
      context.moveTo(x, y);
      context.lineTo(tipX, tipY);
      for (const side of [-1, 1]) {
        context.moveTo(tipX, tipY);
        context.lineTo(tipX - 0.3 * size * (ux - side * 0.6 * uy), tipY - 0.3 * size * (uy + side * 0.6 * ux));
      }
    }
    context.stroke();
    context.globalAlpha = 1;
  },
};
