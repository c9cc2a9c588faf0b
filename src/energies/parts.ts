/** Energies as parts of another: of the same points, their parameters one after the other in one flat vector. */

import type { Expr } from "../ir/expr.js";
import { joinLayouts, type Layout, packVectors } from "../nn/layout.js";
import { slice } from "../ops/shape.js";
import { fold, type Key } from "../random/key.js";
import { InputError } from "../util/errors.js";
import { type FloatTensor, type Shape, sameShape, showShape } from "../util/tensor.js";
import type { Energy } from "./energy.js";
import { type Support, showSupport } from "./support.js";

export interface JoinedParts {
  readonly event: Shape;
  readonly support: Support;
  /** Leaves are named `part.leaf`. */
  readonly layout: Layout;
  init(key: Key, data?: FloatTensor): Float32Array;
  /** What every part says of the points, each by its own parameters. */
  values(x: Expr, params: Expr): Expr[];
  /** Log Z of every part at its own parameters; left out unless every part knows it. */
  readonly logZs?: (params: Expr) => Expr[];
}

/**
 * Parts by name, as one.
 * @param what names the owner in a message.
 * @throws InputError when there are none, or two are of different points.
 */
export function joinParts(what: string, parts: Readonly<Record<string, Energy>>): JoinedParts {
  const list = Object.entries(parts);
  const [first] = list;
  if (first === undefined) throw new InputError(`${what}: no energies given; give at least one`);
  const { event, support } = first[1];
  for (const [name, other] of list) {
    if (!sameShape(other.event, event))
      throw new InputError(
        `${what}: points of part ${first[0]} have shape ${showShape(event)}, of part ${name} ${showShape(other.event)}; ` +
          "expected the same",
      );
    if (showSupport(other.support) !== showSupport(support))
      throw new InputError(
        `${what}: points of part ${first[0]} are ${showSupport(support)}, of part ${name} ${showSupport(other.support)}; ` +
          "expected the same",
      );
  }
  const layout = joinLayouts(Object.fromEntries(list.map(([name, part]) => [name, part.layout])));
  const own = (params: Expr): (Expr | undefined)[] => {
    let at = 0;
    return list.map(([, part]) => {
      const start = at;
      at += part.layout.size;
      return part.layout.size === 0 ? undefined : slice(params, 0, start, at);
    });
  };
  return {
    event,
    support,
    layout,
    init: (key, data) => packVectors(list.map(([name, part]) => part.init(fold(key, name), data))),
    values: (x, params) => own(params).map((theta, k) => list[k]![1](x, theta)),
    ...(list.every(([, part]) => part.logZ)
      ? { logZs: (params) => own(params).map((theta, k) => list[k]![1].logZ!(theta)) }
      : {}),
  };
}

/** Parts of a list, by number. */
export const numbered = (energies: readonly Energy[]): Readonly<Record<string, Energy>> =>
  Object.fromEntries(energies.map((energy, i) => [String(i), energy]));

/** @throws InputError unless a number is positive and finite. */
export function expectPositive(what: string, value: number): void {
  if (!(value > 0 && value < Number.POSITIVE_INFINITY))
    throw new InputError(`${what} is ${value}; expected a positive finite number`);
}
