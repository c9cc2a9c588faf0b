/** Products of laws of one coordinate, each `exp(−Σ cₖ uᵏ)` up to the fourth power: log Z is a sum of integrals. */

import type { Expr } from "../../ir/expr.js";
import { add, mul } from "../../ops/arithmetic.js";
import { uniform } from "../../random/draw.js";
import type { Key } from "../../random/key.js";
import { row, total } from "../posteriors/parts.js";

/** `c₁ … c₄`, the last positive or, with c₃ = 0, c₂. */
export type Well = readonly [number, number, number, number];

/** Half the width and the points of the grid of an axis. */
const [REACH, POINTS] = [12, 24_001];

const energyAt = ([a, b, c, d]: Well, u: number): number => u * (a + u * (b + u * (c + u * d)));

/** The integral of a well by the trapezoid, and where it stands at each point of the grid. */
interface Known {
  readonly logZ: number;
  /** `P(u ≤ grid point)`. */
  readonly below: Float64Array;
}

const gridPoint = (i: number): number => -REACH + (2 * REACH * i) / (POINTS - 1);

function integrate(well: Well): Known {
  const energies = Float64Array.from({ length: POINTS }, (_, i) => energyAt(well, gridPoint(i)));
  const least = energies.reduce((a, b) => Math.min(a, b));
  const below = new Float64Array(POINTS);
  for (let i = 1; i < POINTS; i++)
    below[i] = below[i - 1]! + (Math.exp(least - energies[i - 1]!) + Math.exp(least - energies[i]!)) / 2;
  const sum = below[POINTS - 1]!;
  return { logZ: Math.log((sum * 2 * REACH) / (POINTS - 1)) - least, below: below.map((v) => v / sum) };
}

/** Several wells, one a coordinate. */
export interface Wells {
  readonly logZ: number;
  /** `Σⱼ Σₖ cⱼₖ uⱼᵏ` of `(n, d)`: `(n)`. */
  energy(u: Expr): Expr;
  /** `n` points `(n, d)`, by the inverse of each distribution function. */
  draw(key: Key, n: number): Float64Array;
}

export function wells(all: readonly Well[]): Wells {
  const kinds = new Map<string, Known>();
  const known = all.map((well) => {
    const name = well.join();
    const found = kinds.get(name) ?? integrate(well);
    kinds.set(name, found);
    return found;
  });
  const d = all.length;
  return {
    logZ: known.reduce((s, { logZ }) => s + logZ, 0),
    energy(u) {
      const [a, b, c, e] = [0, 1, 2, 3].map((k) =>
        row(
          all.map((well) => well[k]!),
          u,
        ),
      ) as [Expr, Expr, Expr, Expr];
      return total(mul(u, add(a, mul(u, add(b, mul(u, add(c, mul(u, e))))))));
    },
    draw(key, n) {
      const chance = uniform(key, [n * d], "float64").data;
      return Float64Array.from(chance, (p, i) => quantile(known[i % d]!, p));
    },
  };
}

function quantile({ below }: Known, p: number): number {
  let [low, high] = [0, POINTS - 1];
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (below[middle]! <= p) low = middle;
    else high = middle;
  }
  const share = (p - below[low]!) / (below[high]! - below[low]! || 1);
  return gridPoint(low + Math.min(1, Math.max(0, share)));
}
