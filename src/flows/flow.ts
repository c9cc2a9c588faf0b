/** Normalizing flows: a base pushed through bijectors. A flow is an energy that can be sampled. */

import { type Energy, makeEnergy } from "../energies/energy.js";
import type { Expr } from "../ir/expr.js";
import { joinLayouts, packVectors, splitVector } from "../nn/layout.js";
import { add, neg, sub } from "../ops/arithmetic.js";
import type { ExprRecord } from "../ops/control.js";
import { full } from "../ops/indexing.js";
import { fold } from "../random/key.js";
import type { NoiseSpec } from "../random/noise.js";
import { ShapeError } from "../util/errors.js";
import { showShape } from "../util/tensor.js";
import type { Base } from "./base.js";
import type { Bijector } from "./bijector.js";

export interface Flow extends Energy {
  /** What `n` points are made of. */
  noise(n: number): Readonly<Record<string, NoiseSpec>>;
  /** Points `(n, d)` with their log-density, which comes from the forward pass: nothing is inverted. */
  sample(noise: ExprRecord, params: Expr): { x: Expr; logProb: Expr };
  /** `(batch, d) → (batch)`, normalised. */
  logProb(x: Expr, params: Expr): Expr;
  /** From base to data space. */
  forward(z: Expr, params: Expr): { y: Expr; logDet: Expr };
  /** From data to base space. */
  inverse(x: Expr, params: Expr): { x: Expr; logDet: Expr };
}

/** The log-determinant of no bijector at all, `(batch)`. */
const unchanged = (x: Expr): Expr => full([x.shape[0]!], 0, x.dtype as "float32" | "float64");

/** Push a base through bijectors, in order; without any, the flow is its base. */
export function makeFlow(d: number, base: Base, bijectors: readonly Bijector[]): Flow {
  const parts = [base, ...bijectors];
  const layouts = parts.map((p) => p.layout);
  const layout = joinLayouts(Object.fromEntries(layouts.map((l, i) => [i === 0 ? "base" : `layer${i - 1}`, l])));
  const split = (params: Expr): Expr[] => splitVector(params, layouts);

  const expectPoints = ({ shape }: Expr): void => {
    if (shape.length !== 2 || shape[1] !== d)
      throw new ShapeError(`flow: points have shape ${showShape(shape)}, expected (batch, ${d})`);
  };
  const forward: Flow["forward"] = (z, params) => {
    expectPoints(z);
    const [, ...own] = split(params);
    let y = z;
    let logDet: Expr | null = null;
    for (const [i, bijector] of bijectors.entries()) {
      const step = bijector.forward(y, own[i]!);
      y = step.y;
      logDet = logDet ? add(logDet, step.logDet) : step.logDet;
    }
    return { y, logDet: logDet ?? unchanged(z) };
  };
  const inverse: Flow["inverse"] = (x, params) => {
    expectPoints(x);
    const [, ...own] = split(params);
    let z = x;
    let logDet: Expr | null = null;
    for (let i = bijectors.length - 1; i >= 0; i--) {
      const step = bijectors[i]!.inverse(z, own[i]!);
      z = step.x;
      logDet = logDet ? add(logDet, step.logDet) : step.logDet;
    }
    return { x: z, logDet: logDet ?? unchanged(x) };
  };
  const logProb: Flow["logProb"] = (x, params) => {
    const { x: z, logDet } = inverse(x, params);
    return add(base.logProb(z, split(params)[0]!), logDet);
  };

  return Object.assign(
    makeEnergy({
      event: [d],
      layout,
      init: (key, data) => packVectors(parts.map((p, i) => p.init(fold(key, i), data))),
      energy: (x, params) => neg(logProb(x, params)),
      exact: { logZ: 0 },
    }),
    {
      noise: base.noise,
      logProb,
      forward,
      inverse,
      sample(noise: ExprRecord, params: Expr) {
        const own = split(params)[0]!;
        const z = base.sample(noise, own);
        const { y, logDet } = forward(z, params);
        return { x: y, logProb: sub(base.logProb(z, own), logDet) };
      },
    },
  );
}
