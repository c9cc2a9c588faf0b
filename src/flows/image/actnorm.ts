import type { Expr } from "../../ir/expr.js";
import { layoutOf, packVectors, unpack } from "../../nn/layout.js";
import { add, exp, mul, neg, sub } from "../../ops/arithmetic.js";
import { broadcastTo, reshape, sum } from "../../ops/shape.js";
import { mean, variance } from "../../util/moments.js";
import { type FloatTensor, tensor } from "../../util/tensor.js";
import type { Bijector } from "../bijector.js";
import type { Image } from "../event-kind.js";

/** A standard deviation below this is that of a channel without content, which keeps its scale. */
const CONSTANT = 1e-6;

/**
 * A scale and a shift a channel, `y = x eˢ + b` (Kingma & Dhariwal 2018), in place of batch normalisation: where it meets
 * data as it starts, every channel has mean 0 and variance 1 towards the base. Without data it starts as the identity.
 */
export function actnorm(image: Image): Bijector {
  const [c, h, w] = image;
  const pixels = h * w;
  const layout = layoutOf({ logScales: [c], shifts: [c] });
  const leaves = (params: Expr): readonly [s: Expr, b: Expr] => {
    const { logScales, shifts } = unpack(layout, params);
    return [reshape(logScales!, [1, c, 1, 1]), reshape(shifts!, [1, c, 1, 1])];
  };
  const logDet = (x: Expr, s: Expr): Expr => broadcastTo(mul(pixels, sum(s)), [x.shape[0]!]);
  return {
    layout,
    takes: image,
    gives: image,
    init(_, data) {
      if (!data) return new Float32Array(2 * c);
      const found = Array.from({ length: c }, (_, k) => moments(data, k, c, pixels));
      return packVectors([found.map(({ sd }) => Math.log(sd)), found.map(({ mean }) => mean)]);
    },
    pullBack({ data, shape }, params) {
      const out = new Float32Array(data.length);
      const scales = params.subarray(0, c).map((s) => Math.exp(-s));
      for (let i = 0; i < data.length; i++) {
        const k = Math.floor(i / pixels) % c;
        out[i] = (data[i]! - params[c + k]!) * scales[k]!;
      }
      return tensor(out, shape);
    },
    forward(x, params) {
      const [s, b] = leaves(params);
      return { y: add(mul(x, exp(s)), b), logDet: logDet(x, s) };
    },
    inverse(y, params) {
      const [s, b] = leaves(params);
      return { x: mul(sub(y, b), exp(neg(s))), logDet: logDet(y, neg(s)) };
    },
  };
}

/** Mean and standard deviation of a channel over rows and pixels. */
function moments({ data, shape }: FloatTensor, k: number, c: number, pixels: number): { mean: number; sd: number } {
  const n = shape[0]!;
  const values = new Float64Array(n * pixels);
  for (let i = 0; i < n; i++) values.set(data.subarray((i * c + k) * pixels, (i * c + k + 1) * pixels), i * pixels);
  const centre = mean(values);
  const sd = Math.sqrt(variance(values, centre));
  return { mean: centre, sd: sd > CONSTANT ? sd : 1 };
}
