import { z } from "zod";
import type { Expr } from "../../ir/expr.js";
import { floor, mul, sub } from "../../ops/arithmetic.js";
import type { ExprRecord } from "../../ops/control.js";
import { minimum } from "../../ops/extrema.js";
import { equal, less, where } from "../../ops/logic.js";
import { concat, flip, reshape, slice } from "../../ops/shape.js";
import type { NoiseSpec, NoiseSpecs } from "../../random/noise.js";
import { InputError } from "../../util/errors.js";
import { type ImageShape, showShape } from "../../util/tensor.js";
import type { Model } from "../objective.js";

/** What is done to stored images before their chains go on. */
export const augmentOptions = {
  mirror: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe("of images: probability that a stored point is mirrored left to right before it is moved"),
  shift: z
    .number()
    .int()
    .min(0)
    .max(16)
    .default(0)
    .describe(
      "of images: pixels by which a stored point is shifted at most before it is moved, along height and width, each way alike; the pixels of an edge are repeated",
    ),
};

export type AugmentOptions = Partial<z.output<z.ZodObject<typeof augmentOptions>>>;

export interface Augmentation {
  readonly noise: NoiseSpecs;
  /** Stored points `(n, ...event)` as their chains take them. */
  apply(x: Expr, noise: ExprRecord): Expr;
}

/**
 * Mirrored and shifted images as where chains go on (Du, Li, Tenenbaum & Mordatch 2021): chains that have stayed with one
 * image for long become others at once, and a buffer holds more of them. What is done does not leave the model's law as it
 * is, unless that does not tell an image from its mirror and its shifts: the moves after it must bring chains back, and
 * proportions that the data do not have at random, such as the hand of a letter, are lost.
 *
 * A shift repeats the pixels of the edge, so that the ground of an image goes on: zeros would be a bar of a middling grey,
 * which no image has and chains would have to remove.
 * @throws InputError, in the name of an objective, where points are no images, or images no larger than the shift.
 */
export function augmentation(
  { event, image = imageOf(event) }: Pick<Model, "event" | "image">,
  n: number,
  { mirror = 0, shift = 0 }: AugmentOptions,
  objective: string,
): Augmentation {
  if (mirror === 0 && shift === 0) return { noise: {}, apply: (x) => x };
  if (!image)
    throw new InputError(
      `objective ${objective}: ${mirror > 0 ? "mirror is" : "shift is"} of images, and a point has shape ${showShape(event)}; say the shape of the image, as data.image [channels, height, width]`,
    );
  if (shift >= Math.max(image[1], image[2]))
    throw new InputError(
      `objective ${objective}: shift is ${shift}, and images have ${image[1]} × ${image[2]} pixels; take a smaller one`,
    );
  const each: NoiseSpec = { law: "uniform", shape: [n] };
  return {
    noise: { ...(mirror > 0 ? { mirror: each } : {}), ...(shift > 0 ? { down: each, right: each } : {}) },
    apply(x, noise) {
      const images = reshape(x, [n, ...image]);
      const turned = mirror > 0 ? where(less(each4(noise.mirror!), mirror), flip(images, 3), images) : images;
      const moved = shift > 0 ? shifted(shifted(turned, 2, noise.down!, shift), 3, noise.right!, shift) : turned;
      return reshape(moved, x.shape);
    },
  };
}

const imageOf = (event: Model["event"]): ImageShape | undefined =>
  event.length === 3 ? (event as readonly number[] as ImageShape) : undefined;

/** A number an image. */
const each4 = (u: Expr): Expr => reshape(u, [u.shape[0]!, 1, 1, 1]);

/** Each image moved along an axis by one of `−most … most` lines, all alike likely. */
function shifted(x: Expr, axis: number, u: Expr, most: number): Expr {
  const kinds = 2 * most + 1;
  // A uniform number below 1 may round to it when multiplied.
  const by = each4(sub(minimum(floor(mul(kinds, u)), kinds - 1), most));
  return Array.from({ length: kinds }, (_, i) => i - most).reduce(
    (all, lines) => (lines === 0 ? all : where(equal(by, lines), movedBy(x, axis, lines), all)),
    x,
  );
}

/** All images moved by so many lines, with the first or the last line in the place of those there are none of. */
function movedBy(x: Expr, axis: number, lines: number): Expr {
  const size = x.shape[axis]!;
  const [down, far] = [lines > 0, Math.min(size, Math.abs(lines))];
  const repeated = Array.from({ length: far }, () => (down ? slice(x, axis, 0, 1) : slice(x, axis, size - 1, size)));
  const left = far === size ? [] : [down ? slice(x, axis, 0, size - far) : slice(x, axis, far, size)];
  return concat(down ? [...repeated, ...left] : [...left, ...repeated], axis);
}
