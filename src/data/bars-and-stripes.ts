import { z } from "zod";
import { integers } from "../random/choose.js";
import { essential } from "../util/options.js";
import { tensor } from "../util/tensor.js";
import { dataset } from "./dataset.js";
import { mapPoints } from "./points.js";

/**
 * Square images of `side²` bits whose rows are all constant (stripes) or whose columns are (bars): the `2 · 2^side − 2`
 * distinct ones, each with the same probability. The plain and the full image are both; where the orientation is drawn
 * first, as in other versions, they come twice as often.
 */
export const barsAndStripes = dataset({
  name: "bars-and-stripes",
  about:
    "Square images of bits, of bars or of stripes, all alike likely: many modes, of which every probability is known.",
  cite: "MacKay (2003), Information theory, inference, and learning algorithms, chapter 43",
  support: "binary",
  options: z.object({
    side: z.number().int().min(2).max(20).default(3).describe("rows and columns of the image").meta(essential),
  }),
  build({ side }) {
    const event = [side * side];
    const count = 2 ** (side + 1) - 2;
    const logP = -Math.log(count);
    /** Bit `i` of a pattern: stripes first, then the bars that are not constant themselves. */
    const bit = (pattern: number, i: number): number =>
      pattern < 2 ** side ? (pattern >> Math.floor(i / side)) & 1 : ((pattern - 2 ** side + 1) >> (i % side)) & 1;
    const isPattern = (x: Float64Array): boolean =>
      x.every((v) => v === 0 || v === 1) &&
      (x.every((v, i) => v === x[i - (i % side)]) || x.every((v, i) => v === x[i % side]));
    return {
      event,
      support: { kind: "binary", values: [0, 1] },
      box: Array.from({ length: side * side }, () => [0, 1] as const),
      draw: (key, n) =>
        tensor(
          Float64Array.from(
            Array.from(integers(key, [n], count)).flatMap((p) =>
              Array.from({ length: side * side }, (_, i) => bit(p, i)),
            ),
          ),
          [n, ...event],
        ),
      logDensity: (x) => mapPoints(x, event, (point) => (isPattern(point) ? logP : Number.NEGATIVE_INFINITY)),
    };
  },
});
