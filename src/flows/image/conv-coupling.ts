import type { Expr } from "../../ir/expr.js";
import type { Activation } from "../../nn/activation.js";
import { joinLayouts, layoutOf, packVectors, splitVector } from "../../nn/layout.js";
import { residualConv } from "../../nn/residual-conv.js";
import { add, exp, mul, neg, sub, tanh } from "../../ops/arithmetic.js";
import { reshape, slice, sum } from "../../ops/shape.js";
import type { Bijector } from "../bijector.js";
import type { Image } from "../event-kind.js";
import type { Mask } from "./mask.js";

export interface ConvCouplingOptions {
  /** Shape of a point. */
  readonly image: Image;
  readonly mask: Mask;
  /** Channels and residual blocks of the network. */
  readonly channels: number;
  readonly blocks: number;
  readonly activation: Activation;
}

/**
 * Affine coupling of images (Dinh, Sohl-Dickstein & Bengio 2017): `y = x eˢ + t` where the mask moves, with
 * `s = c tanh(s₀)`, and `s₀` and t made by a residual convolutional network of what stays. The bound c of a channel is
 * learned, from 1. The network's last layer starts at zero, so the layer starts as the identity.
 */
export function convCoupling({ image, mask, channels, blocks, activation }: ConvCouplingOptions): Bijector {
  const { moved } = mask;
  const net = residualConv({ inputs: mask.deciding, outputs: 2 * moved, channels, blocks, activation, zeroLast: true });
  const bounds = layoutOf({ bounds: [moved] });
  const layouts = [net.layout, bounds];
  /** Log-scales and shifts, zero where nothing moves. */
  const numbers = (x: Expr, params: Expr): readonly [s: Expr, t: Expr] => {
    const [weights, bound] = splitVector(params, layouts) as [Expr, Expr];
    const theta = net.apply(weights, mask.decides(x));
    const s = mul(reshape(bound, [1, moved, 1, 1]), tanh(slice(theta, 1, 0, moved)));
    return [mask.only(s), mask.only(slice(theta, 1, moved, 2 * moved))];
  };
  return {
    layout: joinLayouts({ net: net.layout, scale: bounds }),
    takes: image,
    gives: image,
    init: (key) => packVectors([net.init(key), new Float32Array(moved).fill(1)]),
    forward(x, params) {
      const [s, t] = numbers(x, params);
      return { y: mask.join(add(mul(mask.part(x), exp(s)), t), x), logDet: sum(s, [1, 2, 3]) };
    },
    inverse(y, params) {
      const [s, t] = numbers(y, params);
      return { x: mask.join(mul(sub(mask.part(y), t), exp(neg(s))), y), logDet: neg(sum(s, [1, 2, 3])) };
    },
  };
}
