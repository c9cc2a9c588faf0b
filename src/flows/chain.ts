/** Bijectors one after the other. */

import type { Expr } from "../ir/expr.js";
import { joinLayouts, packVectors, splitVector } from "../nn/layout.js";
import { add } from "../ops/arithmetic.js";
import { full } from "../ops/indexing.js";
import { fold, type Key } from "../random/key.js";
import { ShapeError } from "../util/errors.js";
import { type FloatTensor, type Shape, sameShape, showShape, sizeOf, tensor } from "../util/tensor.js";
import type { Bijector } from "./bijector.js";

/** Rows that inform bijectors which do not start as the identity: as many as tell the moments of a channel. */
const ROWS = 1024;

/** The log-determinant of a map that keeps volumes, `(batch)`. */
export const unchanged = (x: Expr): Expr => full([x.shape[0]!], 0, x.dtype as "float32" | "float64");

/**
 * The shape of a point after bijectors, given that before them.
 * @throws ShapeError when one gives points that the next one does not take, or of another size than it takes.
 */
export function shapeAfter(bijectors: readonly Bijector[], start: Shape): Shape {
  let shape = start;
  for (const [i, { takes, gives }] of bijectors.entries()) {
    if (takes && !sameShape(takes, shape))
      throw new ShapeError(`flow: bijector ${i} takes points ${showShape(takes)}, and is given ${showShape(shape)}`);
    if (gives && sizeOf(gives) !== sizeOf(shape))
      throw new ShapeError(`flow: bijector ${i} gives points ${showShape(gives)} of ${showShape(shape)}: sizes differ`);
    shape = gives ?? shape;
  }
  return shape;
}

/** At most `ROWS` rows, evenly spaced. */
function few(data: FloatTensor): FloatTensor {
  const [n, ...event] = data.shape as [number, ...number[]];
  if (n <= ROWS) return data;
  const size = sizeOf(event);
  const rows = new Float32Array(ROWS * size);
  for (let i = 0; i < ROWS; i++) {
    const from = Math.floor((i * n) / ROWS) * size;
    rows.set(data.data.subarray(from, from + size), i * size);
  }
  return tensor(rows, [ROWS, ...event]);
}

/**
 * Starting parameters of each bijector, the last one first: it meets the data, and those before it meet them where the
 * ones after them take them as they start. With these, the data as what is before all of them meets them, where asked for.
 */
export function startChain(
  bijectors: readonly Bijector[],
  keyOf: (i: number) => Key,
  data: FloatTensor | undefined,
  beyond: boolean,
): { readonly params: Float32Array[]; readonly data: FloatTensor | undefined } {
  let seen = data && bijectors.some(({ pullBack }) => pullBack) ? few(data) : data;
  const params: Float32Array[] = new Array(bijectors.length);
  for (let i = bijectors.length - 1; i >= 0; i--) {
    const bijector = bijectors[i]!;
    const own = bijector.init(keyOf(i), seen);
    params[i] = own;
    if (seen && bijector.pullBack && (i > 0 || beyond)) seen = bijector.pullBack(seen, own);
  }
  return { params, data: seen };
}

/** Bijectors in order as one, which takes what the first takes and gives what the last gives. Their parameters follow one another. */
export function chain(bijectors: readonly Bijector[]): Bijector {
  const layouts = bijectors.map(({ layout }) => layout);
  const takes = bijectors[0]?.takes;
  const gives = takes && shapeAfter(bijectors, takes);
  const pulls = bijectors.some(({ pullBack }) => pullBack);
  // Without any parameters they are given those of whatever they are part of.
  const split = (params: Expr): readonly Expr[] =>
    layouts.every(({ size }) => size === 0) ? layouts.map(() => params) : splitVector(params, layouts);
  return {
    layout: joinLayouts(Object.fromEntries(layouts.map((layout, i) => [`layer${i}`, layout]))),
    ...(takes && gives ? { takes, gives } : {}),
    init: (key, data) => packVectors(startChain(bijectors, (i) => fold(key, i), data, false).params),
    ...(pulls ? { pullBack: (data: FloatTensor, params: Float32Array) => pullThrough(bijectors, data, params) } : {}),
    forward(x, params, context) {
      const own = split(params);
      let y = x;
      let logDet: Expr | null = null;
      for (const [i, bijector] of bijectors.entries()) {
        const step = bijector.forward(y, own[i]!, context);
        y = step.y;
        logDet = logDet ? add(logDet, step.logDet) : step.logDet;
      }
      return { y, logDet: logDet ?? unchanged(x) };
    },
    inverse(y, params, context) {
      const own = split(params);
      let x = y;
      let logDet: Expr | null = null;
      for (let i = bijectors.length - 1; i >= 0; i--) {
        const step = bijectors[i]!.inverse(x, own[i]!, context);
        x = step.x;
        logDet = logDet ? add(logDet, step.logDet) : step.logDet;
      }
      return { x, logDet: logDet ?? unchanged(y) };
    },
  };
}

/** Points pulled back through all of them, the last one first. */
function pullThrough(bijectors: readonly Bijector[], data: FloatTensor, params: Float32Array): FloatTensor {
  let end = params.length;
  return bijectors.reduceRight((seen, { layout, pullBack }) => {
    const own = params.subarray(end - layout.size, end);
    end -= layout.size;
    return pullBack ? pullBack(seen, own) : seen;
  }, data);
}
