import { div, mul } from "../ops/arithmetic.js";
import { minimum } from "../ops/extrema.js";
import { norm } from "../ops/special.js";
import type { Transform } from "./transform.js";

/** Shorten a gradient longer than `limit` to that length (Pascanu, Mikolov & Bengio 2013). A NaN stays a NaN. */
export const clipByNorm = (limit: number): Transform => ({
  init: () => ({}),
  update: (g) => ({ update: mul(g, minimum(div(limit, norm(g)), 1)), state: {} }),
});
