import { emptyLayout } from "../nn/layout.js";
import { add, mul, square } from "../ops/arithmetic.js";
import { sum } from "../ops/shape.js";
import type { Base } from "./base.js";

/**
 * `N(0, I)`. The trap: it is connected, so a flow on it keeps filaments between separated modes; with modes far apart
 * in more than about 16 dimensions use a mixture base.
 */
export const gaussianBase = (d: number): Base => ({
  layout: emptyLayout,
  init: () => new Float32Array(0),
  noise: (n) => ({ z: { law: "normal", shape: [n, d] } }),
  sample: ({ z }) => z!,
  logProb: (z) => add(mul(-0.5, sum(square(z), 1)), (-d / 2) * Math.log(2 * Math.PI)),
});
