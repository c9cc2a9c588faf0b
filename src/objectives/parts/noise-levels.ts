/** Rows at many noise levels at once: how their levels are drawn, and how well an energy removes the noise. */

import type { Energy } from "../../energies/energy.js";
import type { Expr } from "../../ir/expr.js";
import { add, exp, floor, mul, square, sub } from "../../ops/arithmetic.js";
import type { ExprRecord } from "../../ops/control.js";
import { arange } from "../../ops/leaf.js";
import { reshape } from "../../ops/shape.js";
import { mean } from "../../ops/special.js";
import type { NoiseSpec } from "../../random/noise.js";
import { energyAndGradient, sumEvent } from "../../samplers/parts/metropolis.js";
import type { Model } from "../objective.js";

/** An energy that knows noise levels, at its parameters. */
export interface Levelled {
  energy(x: Expr, sigma: Expr): Expr;
  readonly range: readonly [smallest: number, largest: number];
}

/** What an objective that needs noise levels was given. */
export const levelled = ({ smoothed, noiseLevels }: Energy, params: Expr): Levelled => ({
  energy: (x, sigma) => smoothed!(x, sigma, params),
  range: noiseLevels!,
});

/** The randomness of `n` noisy rows: the noise, and one number that places all levels. */
export const noisyRows = ({ event }: Model, n: number) =>
  ({
    epsilon: { law: "normal", shape: [n, ...event] },
    level: { law: "uniform", shape: [] },
  }) as const satisfies Record<string, NoiseSpec>;

/** `t + by` around the circle `[0, 1)`. */
export function turn(t: Expr, by: number | Expr): Expr {
  const moved = add(t, by);
  return sub(moved, floor(moved));
}

/**
 * `n` places that are each uniform on `[0, 1)` and together evenly spread, from one uniform number: `u + i/n` around the
 * circle (Kingma et al. 2021). Averages over levels vary far less than with independent places, if rows are in random
 * order: in sorted ones like rows have like levels.
 */
export const evenPlaces = (u: Expr, n: number): Expr => turn(mul(1 / n, arange(n)), u);

/** `σ` at a place of `[0, 1)`, uniform in `log σ`. */
export const levelAt = (place: Expr, [smallest, largest]: Levelled["range"]): Expr =>
  mul(smallest, exp(mul(Math.log(largest / smallest), place)));

export interface Denoised {
  /** `x + σ ε`. */
  readonly noisy: Expr;
  /** `E(x + σ ε, σ)`, `(n)`. */
  readonly energy: Expr;
  /** `½ mean |ε − σ ∇E(x + σ ε, σ)|²`. */
  readonly loss: Expr;
}

/** Denoising score matching at one level a row: `sigma` is `(n)`. */
export function denoise({ energy }: Levelled, x: Expr, { epsilon }: ExprRecord, sigma: Expr): Denoised {
  const each = reshape(sigma, [x.shape[0]!, ...x.shape.slice(1).map(() => 1)]);
  const noisy = add(x, mul(each, epsilon!));
  const found = energyAndGradient((at) => energy(at, sigma), noisy);
  const left = sub(epsilon!, mul(each, found.gradient));
  return { noisy, energy: found.energy, loss: mul(0.5, mean(sumEvent(square(left)))) };
}
