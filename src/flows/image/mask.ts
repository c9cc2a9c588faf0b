/** Which numbers of an image decide, and which are moved (Dinh, Sohl-Dickstein & Bengio 2017). */

import type { Expr } from "../../ir/expr.js";
import { mul, sub } from "../../ops/arithmetic.js";
import { cast, constant } from "../../ops/leaf.js";
import { concat, slice } from "../../ops/shape.js";
import { tensor } from "../../util/tensor.js";
import type { Image } from "../event-kind.js";

export interface Mask {
  /** Channels of what decides, and of what is moved. */
  readonly deciding: number;
  readonly moved: number;
  /** What decides, of images `(n, c, h, w)`; zero where they are moved, if that has the same channels. */
  decides(x: Expr): Expr;
  /** What is moved, in whole channels, and the image with that in its place. */
  part(x: Expr): Expr;
  join(part: Expr, x: Expr): Expr;
  /** Numbers of the moved channels, zero at pixels that stay. */
  only(theta: Expr): Expr;
}

/** Every other pixel, as the fields of a chessboard: those whose row and column have a sum of the parity decide. */
export function checkerboardMask([channels, height, width]: Image, parity: 0 | 1): Mask {
  const fields = Float32Array.from({ length: height * width }, (_, i) =>
    (Math.floor(i / width) + (i % width)) % 2 === parity ? 1 : 0,
  );
  const stays = (x: Expr): Expr => cast(constant(tensor(fields, [1, 1, height, width])), x.dtype);
  return {
    deciding: channels,
    moved: channels,
    decides: (x) => mul(x, stays(x)),
    part: (x) => x,
    join: (part) => part,
    only: (theta) => mul(theta, sub(1, stays(theta))),
  };
}

/** The first or the second half of the channels is moved; of an odd number the second half has one more. */
export function channelMask([channels]: Image, moved: "first" | "second"): Mask {
  const cut = Math.floor(channels / 2);
  const halves = (x: Expr): [Expr, Expr] => [slice(x, 1, 0, cut), slice(x, 1, cut, channels)];
  const [own, other] = moved === "first" ? ([0, 1] as const) : ([1, 0] as const);
  const sizes = [cut, channels - cut] as const;
  return {
    deciding: sizes[other],
    moved: sizes[own],
    decides: (x) => halves(x)[other],
    part: (x) => halves(x)[own],
    join: (part, x) => concat(own === 0 ? [part, halves(x)[1]] : [halves(x)[0], part], 1),
    only: (theta) => theta,
  };
}
