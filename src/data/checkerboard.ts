import { z } from "zod";
import { integers } from "../random/choose.js";
import { uniform } from "../random/draw.js";
import { fold } from "../random/key.js";
import { essential } from "../util/options.js";
import { dataset } from "./dataset.js";
import { assignPoints, mapPoints } from "./points.js";

// The squares (column, row) of a 4 × 4 board whose numbers have an even sum.
const squares = Array.from({ length: 16 }, (_, i) => [i >> 2, i & 3] as const).filter(([i, j]) => (i + j) % 2 === 0);

/** Uniform on eight squares of a 4 × 4 board around the origin: `p = 1 / (8 a²)` on them, 0 elsewhere. */
export const checkerboard = dataset({
  name: "checkerboard",
  about: "Uniform on the eight like-coloured squares of a 4 by 4 board; the density is zero on the others.",
  cite: "Grathwohl et al. (2019), FFJORD: free-form continuous dynamics for scalable reversible generative models",
  options: z.object({ side: z.number().positive().default(2).describe("a, the side of one square").meta(essential) }),
  build({ side }) {
    /** The square that holds a point, each with its lower and left edges; −1 on the other colour and off the board. */
    const squareOf = (point: Float64Array): number => {
      const i = Math.floor(point[0]! / side) + 2;
      const j = Math.floor(point[1]! / side) + 2;
      return squares.findIndex(([column, row]) => column === i && row === j);
    };
    const inside = -Math.log(8 * side * side);
    return {
      event: [2],
      draw(key, n) {
        const square = integers(fold(key, "square"), [n], 8);
        const x = uniform(fold(key, "within"), [n, 2], "float64");
        x.data.forEach((u, i) => {
          x.data[i] = side * (squares[square[i >> 1]!]![i & 1]! - 2 + u);
        });
        return x;
      },
      logDensity: (x) => mapPoints(x, [2], (point) => (squareOf(point) < 0 ? -Infinity : inside)),
      modes: {
        weights: squares.map(() => 1 / 8),
        centers: squares.map(([i, j]) => [side * (i - 1.5), side * (j - 1.5)]),
        assign: (x) => assignPoints(x, [2], squareOf),
      },
      box: [
        [-2 * side, 2 * side],
        [-2 * side, 2 * side],
      ],
    };
  },
});
