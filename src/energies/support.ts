/** Where an energy's points live: the real numbers unless an energy says otherwise. */

import { uniform } from "../random/draw.js";
import type { Key } from "../random/key.js";
import { InputError } from "../util/errors.js";
import { type Shape, sizeOf, type Tensor, tensor } from "../util/tensor.js";

/**
 * `real`: every coordinate any number. `binary`: every coordinate one of two values. `categorical`: one-hot vectors
 * along the last axis of the event, `(..., categories)`.
 */
export type Support =
  | { readonly kind: "real" }
  | { readonly kind: "binary"; readonly values: readonly [low: number, high: number] }
  | { readonly kind: "categorical"; readonly categories: number };

export const real: Support = { kind: "real" };

/** Which points a method is for. */
export type PointKind = "real" | "discrete" | "any";

/** Whether a method for such points is one for a support. */
export const takes = (points: PointKind, support: Support): boolean =>
  points === "any" || points === (support.kind === "real" ? "real" : "discrete");

/** @throws InputError when points of that shape cannot lie in the support. */
export function expectSupport(what: string, support: Support, event: Shape): void {
  if (support.kind === "categorical" && event.at(-1) !== support.categories)
    throw new InputError(
      `${what}: categorical points end in an axis of ${support.categories} categories, got event (${event.join(", ")})`,
    );
}

/** How a support is called in a message. */
export const showSupport = (support: Support): string =>
  support.kind === "real"
    ? "real"
    : support.kind === "binary"
      ? `binary (${support.values.join(" or ")})`
      : `categorical (one of ${support.categories})`;

/** `n` states `(n, ...event)`, uniform on a discrete support. */
export function uniformStates(
  support: Exclude<Support, { readonly kind: "real" }>,
  event: Shape,
  n: number,
  key: Key,
): Tensor<Float64Array> {
  const shape = [n, ...event];
  if (support.kind === "binary") {
    const u = uniform(key, shape, "float64").data;
    return tensor(
      u.map((v) => support.values[v < 0.5 ? 0 : 1]),
      shape,
    );
  }
  const q = support.categories;
  const x = new Float64Array(sizeOf(shape));
  uniform(key, [x.length / q], "float64").data.forEach((u, i) => {
    x[i * q + Math.floor(u * q)] = 1;
  });
  return tensor(x, shape);
}
