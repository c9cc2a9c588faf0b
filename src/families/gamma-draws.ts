import { normal, uniform } from "../random/draw.js";
import { fold, type Key } from "../random/key.js";

/**
 * Logarithms of `n` standard gamma draws: a small shape underflows, its logarithm does not.
 * A squeezed cube of a normal is refused or taken; attempt `t` of draw `i` reads element `i` of the streams of attempt
 * `t`, so a longer draw begins with the shorter one. Shapes below 1 are drawn at one more and multiplied by `u^{1/shape}`.
 * Source: Marsaglia & Tsang (2000), A simple method for generating gamma variables.
 */
export function logGammaDraws(key: Key, shape: number, n: number): Float64Array {
  const own = shape < 1 ? shape + 1 : shape;
  const d = own - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  const out = new Float64Array(n);
  let waiting = Array.from({ length: n }, (_, i) => i);
  for (let attempt = 0; waiting.length > 0; attempt++) {
    const length = waiting.at(-1)! + 1;
    const z = normal(fold(fold(key, "normal"), attempt), [length], "float64").data;
    const u = uniform(fold(fold(key, "uniform"), attempt), [length], "float64").data;
    waiting = waiting.filter((i) => {
      const root = 1 + c * z[i]!;
      if (root <= 0) return true;
      const logCube = 3 * Math.log(root);
      if (Math.log(u[i]!) >= 0.5 * z[i]! ** 2 + d - d * root ** 3 + d * logCube) return true;
      out[i] = Math.log(d) + logCube;
      return false;
    });
  }
  if (shape >= 1) return out;
  const boost = uniform(fold(key, "boost"), [n], "float64").data;
  return out.map((v, i) => v + Math.log(boost[i]!) / shape);
}

/** A positive number of a logarithm: the smallest one where it underflows. */
export const positiveExp = (logarithm: number): number => Math.max(Math.exp(logarithm), Number.MIN_VALUE);
