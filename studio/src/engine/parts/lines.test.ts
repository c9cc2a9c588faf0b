import { describe, expect, it } from "vitest";
import { LEVELS } from "../levels.js";
import type { View } from "../messages.js";
import { linesOf } from "./lines.js";

const view: View = {
  box: [
    [-3, 3],
    [-2, 4],
  ],
  side: 48,
};
/** `−r²/2` about a point, at the middle of each cell. */
const bowl = (cx: number, cy: number): Float64Array =>
  Float64Array.from({ length: view.side ** 2 }, (_, k) => {
    const [i, j] = [Math.floor(k / view.side), k % view.side];
    const [x, y] = [-3 + (6 * (i + 0.5)) / view.side, -2 + (6 * (j + 0.5)) / view.side];
    return -((x - cx) ** 2 + (y - cy) ** 2) / 2;
  });

const pointsOf = (lines: Float32Array): [number, number][] =>
  Array.from({ length: lines.length / 2 }, (_, k): [number, number] => [lines[2 * k]!, lines[2 * k + 1]!]);

describe("lines of equal height", () => {
  it("of a bowl are circles of the radii that the levels say, in the units of the data", () => {
    // Within half a cell of the edge lines are not interpolated.
    const points = pointsOf(linesOf(bowl(0, 1), 0, view)).filter(
      ([x, y]) => Math.max(Math.abs(x), Math.abs(y - 1)) < 2.9,
    );
    const radii = LEVELS.map((level) => Math.sqrt(2 * level));
    expect(points.length).toBeGreaterThan(200);
    for (const [x, y] of points) {
      const r = Math.hypot(x, y - 1);
      expect(Math.min(...radii.map((radius) => Math.abs(r - radius)))).toBeLessThan(0.02);
    }
  });

  it("end at the edge of the view, and do not run along it", () => {
    const points = pointsOf(linesOf(bowl(-3, -2), 0, view));
    for (const [k, [x, y]] of points.entries()) {
      const [px, py] = points[k - 1] ?? [Number.NaN, Number.NaN];
      if ([x, y, px, py].some(Number.isNaN)) continue;
      expect(x === px && (x === -3 || x === 3), `${x},${y}`).toBe(false);
      expect(y === py && (y === -2 || y === 4), `${x},${y}`).toBe(false);
    }
  });

  it("are none where all is flat or no number", () => {
    expect(linesOf(new Float64Array(48 ** 2).fill(-100), 0, view)).toHaveLength(0);
    expect(linesOf(new Float64Array(48 ** 2).fill(Number.NaN), 0, view)).toHaveLength(0);
  });
});
