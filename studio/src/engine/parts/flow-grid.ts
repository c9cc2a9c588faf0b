import { tensor } from "ebbflow";
import type { Part } from "./part.js";

/** Lines each way, the points of each, and how far from the middle of the base they reach, in standard deviations. */
const [LINES, POINTS, REACH] = [13, 61, 2.4];

/** Where the flow takes a square grid of its base: lines `(2 · LINES, POINTS)` of points. */
export const flowGrid: Part = {
  name: "flow-grid",
  async compute({ programs, session }) {
    if (session.model.event[0] !== 2) return null;
    const z = new Float32Array(2 * LINES * POINTS * 2);
    const at = (i: number, n: number): number => REACH * ((2 * i) / (n - 1) - 1);
    let k = 0;
    for (const axis of [0, 1])
      for (let line = 0; line < LINES; line++)
        for (let i = 0; i < POINTS; i++) {
          z[k + axis] = at(line, LINES);
          z[k + 1 - axis] = at(i, POINTS);
          k += 2;
        }
    const images = await programs.flowImages(tensor(z, [2 * LINES * POINTS, 2]));
    return images && { points: Float32Array.from(images.data), lines: 2 * LINES };
  },
};
