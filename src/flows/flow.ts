/** Normalizing flows: a base pushed through bijectors. A flow is an energy that can be sampled. */

import { type Energy, makeEnergy } from "../energies/energy.js";
import type { Expr } from "../ir/expr.js";
import { joinLayouts, packVectors } from "../nn/layout.js";
import { add, neg, sub } from "../ops/arithmetic.js";
import type { ExprRecord } from "../ops/control.js";
import { reshape, slice } from "../ops/shape.js";
import { fold } from "../random/key.js";
import type { NoiseSpec } from "../random/noise.js";
import { ShapeError } from "../util/errors.js";
import { type FloatTensor, type Shape, sameShape, showShape, sizeOf, tensor } from "../util/tensor.js";
import type { Base } from "./base.js";
import type { Bijector } from "./bijector.js";
import { chain, shapeAfter, startChain } from "./chain.js";

export interface Flow extends Energy {
  /** What `n` points are made of. */
  noise(n: number): Readonly<Record<string, NoiseSpec>>;
  /** Points `(n, ...event)` with their log-density, which comes from the forward pass: nothing is inverted. */
  sample(noise: ExprRecord, params: Expr): { x: Expr; logProb: Expr };
  /** `(batch, ...event) → (batch)`, normalised. */
  logProb(x: Expr, params: Expr): Expr;
  /** From base to data space. Points of the base have the shape of the data, their numbers in the order of the base. */
  forward(z: Expr, params: Expr): { y: Expr; logDet: Expr };
  /** From data to base space. */
  inverse(x: Expr, params: Expr): { x: Expr; logDet: Expr };
}

/** Points in another shape of the same size. */
const asEvent = (x: Expr, event: Shape): Expr =>
  sameShape(x.shape.slice(1), event) ? x : reshape(x, [x.shape[0]!, ...event]);

/**
 * Push a base, of vectors, through bijectors, in order; without any, the flow is its base.
 * @param points their shape, or how many coordinates vectors have.
 * @throws ShapeError when a bijector does not take what the one before it gives, or the last gives points of another shape.
 */
export function makeFlow(points: Shape | number, base: Base, bijectors: readonly Bijector[]): Flow {
  const event = typeof points === "number" ? [points] : points;
  const size = sizeOf(event);
  const start = bijectors[0]?.takes ?? event;
  const end = shapeAfter(bijectors, start);
  if (sizeOf(start) !== size || !sameShape(end, event))
    throw new ShapeError(`flow: bijectors of ${showShape(start)} give ${showShape(end)}, expected ${showShape(event)}`);
  const all = chain(bijectors);
  const layout = joinLayouts({
    base: base.layout,
    ...Object.fromEntries(bijectors.map((b, i) => [`layer${i}`, b.layout])),
  });
  const ofBase = (params: Expr): Expr => part(params, 0, base.layout.size);
  const ofBijectors = (params: Expr): Expr => part(params, base.layout.size, layout.size);
  function part(params: Expr, from: number, to: number): Expr {
    if (!sameShape(params.shape, [layout.size]))
      throw new ShapeError(`flow: parameters have shape ${showShape(params.shape)}, expected (${layout.size})`);
    return from === to ? params : slice(params, 0, from, to);
  }
  const expectPoints = ({ shape }: Expr): void => {
    if (!sameShape(shape.slice(1), event))
      throw new ShapeError(`flow: points have shape ${showShape(shape)}, expected (batch, ${event.join(", ")})`);
  };

  const forward: Flow["forward"] = (z, params) => {
    expectPoints(z);
    return all.forward(asEvent(z, start), ofBijectors(params));
  };
  const inverse: Flow["inverse"] = (x, params) => {
    expectPoints(x);
    const { x: z, logDet } = all.inverse(x, ofBijectors(params));
    return { x: asEvent(z, event), logDet };
  };
  const baseLogProb = (z: Expr, params: Expr): Expr => base.logProb(asEvent(z, [size]), ofBase(params));
  const logProb: Flow["logProb"] = (x, params) => {
    const { x: z, logDet } = inverse(x, params);
    return add(baseLogProb(z, params), logDet);
  };
  const flat = (data: FloatTensor | undefined): FloatTensor | undefined =>
    data && data.shape.length !== 2 ? tensor(data.data, [data.shape[0]!, size]) : data;

  return Object.assign(
    makeEnergy({
      event,
      layout,
      init(key, data) {
        const started = startChain(bijectors, (i) => fold(key, i + 1), data, base.layout.size > 0);
        return packVectors([base.init(fold(key, 0), flat(started.data)), ...started.params]);
      },
      energy: (x, params) => neg(logProb(x, params)),
      exact: { logZ: 0 },
    }),
    {
      noise: base.noise,
      logProb,
      forward,
      inverse,
      sample(noise: ExprRecord, params: Expr) {
        const z = asEvent(base.sample(noise, ofBase(params)), event);
        const { y, logDet } = forward(z, params);
        return { x: y, logProb: sub(baseLogProb(z, params), logDet) };
      },
    },
  );
}
