import type { Expr } from "../../ir/expr.js";
import { concat, reshape, slice } from "../../ops/shape.js";
import { ShapeError } from "../../util/errors.js";
import { type FloatTensor, sameShape, showShape, sizeOf, tensor } from "../../util/tensor.js";
import type { Bijector } from "../bijector.js";
import type { Image } from "../event-kind.js";

/** What goes on, of an image whose second half of channels is factored out. */
export const kept = ([channels, height, width]: Image): Image => [channels / 2, height, width];

/**
 * Factoring out (Dinh, Sohl-Dickstein & Bengio 2017): towards the base the first half of the channels goes on through
 * `rest` and the second half is done; the base meets both in one vector, `rest`'s numbers first. So
 * `log q(x) = log p(z₁) + log p(z₂) + log |det|`, of coarse numbers and of the detail of this scale.
 * @param image shape of a point of the data's side; `rest` gives half of its channels.
 * @throws ShapeError when channels are odd in number, or `rest` gives others.
 */
export function split(image: Image, rest: Bijector): Bijector {
  const half = kept(image);
  const size = sizeOf(image);
  const inner = rest.takes ?? half;
  if (image[0] % 2 !== 0 || !sameShape(rest.gives ?? half, half))
    throw new ShapeError(
      `split: of images ${showShape(image)} half of the channels goes on, not ${showShape(rest.gives ?? half)}`,
    );
  return {
    layout: rest.layout,
    takes: [size],
    gives: image,
    init: (key, data) => rest.init(key, data && halves(data, size)[0]),
    pullBack(data, params) {
      const [first, second] = halves({ ...data, shape: [data.shape[0]!, ...image] }, size);
      const n = data.shape[0]!;
      const coarse = (rest.pullBack?.(first, params) ?? first).data;
      const out = new Float32Array(n * size);
      for (let i = 0; i < n; i++) {
        out.set(coarse.subarray((i * size) / 2, ((i + 1) * size) / 2), i * size);
        out.set(second.data.subarray((i * size) / 2, ((i + 1) * size) / 2), i * size + size / 2);
      }
      return tensor(out, [n, size]);
    },
    forward(x, params) {
      const n = x.shape[0]!;
      const coarse = reshape(slice(x, 1, 0, size / 2), [n, ...inner]);
      const detail = reshape(slice(x, 1, size / 2, size), [n, ...half]);
      const { y, logDet } = rest.forward(coarse, params);
      return { y: concat([y, detail], 1), logDet };
    },
    inverse(y, params) {
      const flat = (e: Expr): Expr => reshape(e, [y.shape[0]!, size / 2]);
      const { x, logDet } = rest.inverse(slice(y, 1, 0, half[0]), params);
      return { x: concat([flat(x), flat(slice(y, 1, half[0], image[0]))], 1), logDet };
    },
  };
}

/** The first and the second half of the channels of images of so many numbers. */
function halves({ data, shape }: FloatTensor, size: number): readonly [FloatTensor, FloatTensor] {
  const [n, channels, height, width] = shape as [number, ...Image];
  const of = (start: number): FloatTensor => {
    const out = new Float32Array((n * size) / 2);
    for (let i = 0; i < n; i++) out.set(data.subarray(i * size + start, i * size + start + size / 2), (i * size) / 2);
    return tensor(out, [n, channels / 2, height, width]);
  };
  return [of(0), of(size / 2)];
}
