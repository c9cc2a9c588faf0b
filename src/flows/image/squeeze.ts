import type { Expr } from "../../ir/expr.js";
import { emptyLayout } from "../../nn/layout.js";
import { reshape, transpose } from "../../ops/shape.js";
import { ShapeError } from "../../util/errors.js";
import { type FloatTensor, showShape, tensor } from "../../util/tensor.js";
import type { Bijector } from "../bijector.js";
import { unchanged } from "../chain.js";
import type { Image } from "../event-kind.js";

/** Of an image whose height and width are halved. */
export const squeezed = ([channels, height, width]: Image): Image => [4 * channels, height / 2, width / 2];

/**
 * Space to depth (Dinh, Sohl-Dickstein & Bengio 2017): towards the base each block of 2×2 pixels becomes four channels,
 * `(c, h, w) → (4c, h/2, w/2)`, the upper two pixels of all channels before the lower two. Keeps volumes.
 * @param image shape of a point of the data's side.
 * @throws ShapeError when height or width is odd.
 */
export function squeeze(image: Image): Bijector {
  const [c, height, width] = image;
  if (height % 2 !== 0 || width % 2 !== 0)
    throw new ShapeError(`squeeze: images ${showShape(image)} have no whole blocks of 2×2 pixels`);
  const [h, w] = [height / 2, width / 2];
  return {
    layout: emptyLayout,
    takes: squeezed(image),
    gives: image,
    init: () => new Float32Array(0),
    pullBack: ({ data, shape }: FloatTensor) => tensor(toDepth(data, image), [shape[0]!, ...squeezed(image)]),
    forward(x) {
      const n = x.shape[0]!;
      const blocks = transpose(reshape(x, [n, 2, 2, c, h, w]), [0, 3, 4, 1, 5, 2]);
      return { y: reshape(blocks, [n, ...image]), logDet: unchanged(x) };
    },
    inverse(y) {
      const n = y.shape[0]!;
      const blocks: Expr = transpose(reshape(y, [n, c, h, 2, w, 2]), [0, 3, 5, 1, 2, 4]);
      return { x: reshape(blocks, [n, ...squeezed(image)]), logDet: unchanged(y) };
    },
  };
}

/** The same on the host. */
function toDepth<Data extends Float32Array | Float64Array>(data: Data, [c, height, width]: Image): Float32Array {
  const size = c * height * width;
  const out = new Float32Array(data.length);
  for (let at = 0; at < data.length; at++) {
    const pixel = at % size;
    const [x, y, channel] = [pixel % width, Math.floor(pixel / width) % height, Math.floor(pixel / (width * height))];
    const plane = ((y % 2) * 2 + (x % 2)) * c + channel;
    const to = (plane * (height / 2) + Math.floor(y / 2)) * (width / 2) + Math.floor(x / 2);
    out[at - pixel + to] = data[at]!;
  }
  return out;
}
