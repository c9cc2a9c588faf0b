import { uniform } from "../random/draw.js";
import { fold, type Key } from "../random/key.js";
import { logGamma } from "../util/gamma-functions.js";

/** Above it rejection costs less than inversion, and its constants hold. */
const REJECTION = 10;

/**
 * `n` Poisson draws: by inversion where the rate is below 10, else by transformed rejection with squeeze (PTRS). A longer
 * draw begins with the shorter one.
 * Source: Hörmann (1993), The transformed rejection method for generating Poisson random variables.
 */
export const poissonDraws = (key: Key, rate: number, n: number): Float64Array =>
  rate < REJECTION ? inverted(key, rate, n) : rejected(key, rate, n);

function inverted(key: Key, rate: number, n: number): Float64Array {
  return uniform(key, [n], "float64").data.map((u) => {
    let k = 0;
    let p = Math.exp(-rate);
    for (let below = p; u > below && p > 0; below += p) p *= rate / ++k;
    return k;
  });
}

function rejected(key: Key, rate: number, n: number): Float64Array {
  const b = 0.931 + 2.53 * Math.sqrt(rate);
  const a = -0.059 + 0.02483 * b;
  const logInverse = Math.log(1.1239 + 1.1328 / (b - 3.4));
  const inner = 0.9277 - 3.6224 / (b - 2);
  const logRate = Math.log(rate);
  /** The draw of two uniforms, or −1 where they are refused. */
  const attempted = (first: number, second: number): number => {
    const centred = first - 0.5;
    const edge = 0.5 - Math.abs(centred);
    const k = Math.floor(((2 * a) / edge + b) * centred + rate + 0.43);
    if (edge >= 0.07 && second <= inner) return k;
    if (k < 0 || (edge < 0.013 && second > edge)) return -1;
    const bound = Math.log(second) + logInverse - Math.log(a / edge ** 2 + b);
    return bound <= k * logRate - rate - logGamma(k + 1) ? k : -1;
  };
  const out = new Float64Array(n);
  let waiting = Array.from({ length: n }, (_, i) => i);
  for (let attempt = 0; waiting.length > 0; attempt++) {
    const u = uniform(fold(key, attempt), [waiting.at(-1)! + 1, 2], "float64").data;
    waiting = waiting.filter((i) => {
      out[i] = attempted(u[2 * i]!, u[2 * i + 1]!);
      return out[i]! < 0;
    });
  }
  return out;
}
