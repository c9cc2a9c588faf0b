import type { Expr } from "../ir/expr.js";
import { gather } from "../ops/indexing.js";
import { cast, constant } from "../ops/leaf.js";
import { broadcastTo, concat, reshape } from "../ops/shape.js";
import { InputError } from "../util/errors.js";
import { callable } from "../util/options.js";
import { type FloatTensor, type Shape, sizeOf, type Tensor, tensor } from "../util/tensor.js";
import { type Energy, makeEnergy } from "./energy.js";
import { type Support, showSupport } from "./support.js";

/** An energy of the free coordinates, and the way back to whole points. */
export interface ConditionedEnergy extends Energy {
  /** Free coordinates `(..., ...free event)` with the given ones put back: `(..., ...event)`, float64. */
  complete(free: FloatTensor): Tensor<Float64Array>;
}

/**
 * The law of the other coordinates where some are given, `p(free | given) ∝ exp(−E(free, given))`: an energy of the free
 * coordinates, in their order. Coordinates are numbered along the flattened event, the last axis fastest; a categorical
 * point is given site by site, with all numbers of its one-hot vector. Points of the new energy are `(free)`, or
 * `(free sites, categories)`. Parameters stay those of the energy.
 * The joint's log Z, draws, blocks and smoothed self say nothing about the conditional law and are not passed on.
 * @throws InputError when a coordinate is not one or is given twice, nothing is left free, the numbers of values and
 * coordinates differ, or a value is not in the support.
 */
export function condition(energy: Energy, indices: readonly number[], values: ArrayLike<number>): ConditionedEnergy {
  const { event, layout, support } = energy;
  const d = sizeOf(event);
  const given = givenValues(support, d, indices, values);
  const free = Array.from({ length: d }, (_, i) => i).filter((i) => !given.has(i));
  const own: Shape =
    support.kind === "categorical" ? [free.length / support.categories, support.categories] : [free.length];
  // Free and given coordinates side by side, in the order of the event.
  const fixed = [...given.keys()];
  const order = Array.from({ length: d }, (_, i) =>
    BigInt(given.has(i) ? free.length + fixed.indexOf(i) : free.indexOf(i)),
  );
  const clamped = tensor(Float64Array.from(given.values()));
  const whole = (x: Expr): Expr => {
    const n = x.shape[0]!;
    const rest = broadcastTo(cast(constant(clamped), x.dtype), [n, fixed.length]);
    const side = concat([reshape(x, [n, free.length]), rest], 1);
    return reshape(gather(side, constant(tensor(BigInt64Array.from(order))), 1), [n, ...event]);
  };
  const complete = ({ data, shape }: FloatTensor): Tensor<Float64Array> => {
    const rows = data.length / free.length;
    const out = new Float64Array(rows * d);
    for (let i = 0; i < rows; i++) {
      for (const [at, value] of given) out[i * d + at] = value;
      for (const [k, at] of free.entries()) out[i * d + at] = data[i * free.length + k]!;
    }
    return tensor(out, [...shape.slice(0, shape.length - own.length), ...event]);
  };
  const conditioned = makeEnergy({
    event: own,
    layout,
    support,
    init: (key, data) => energy.init(key, data && complete(data)),
    energy: (x, params) => (layout.size === 0 ? energy(whole(x)) : energy(whole(x), params)),
  });
  return callable(conditioned, { complete });
}

/** Values by coordinate, checked. */
function givenValues(
  support: Support,
  d: number,
  indices: readonly number[],
  values: ArrayLike<number>,
): ReadonlyMap<number, number> {
  if (indices.length !== values.length)
    throw new InputError(`condition: ${values.length} values for ${indices.length} coordinates; expected one each`);
  const given = new Map<number, number>();
  for (const [k, i] of indices.entries()) {
    const value = values[k]!;
    if (!Number.isInteger(i) || i < 0 || i >= d)
      throw new InputError(`condition: there is no coordinate ${i}; points have ${d}, numbered from 0`);
    if (given.has(i)) throw new InputError(`condition: coordinate ${i} is given twice`);
    const fits =
      support.kind === "real"
        ? Number.isFinite(value)
        : (support.kind === "binary" ? support.values : [0, 1]).includes(value);
    if (!fits)
      throw new InputError(`condition: coordinate ${i} is given as ${value}, and points are ${showSupport(support)}`);
    given.set(i, value);
  }
  if (given.size === 0) throw new InputError("condition: no coordinates are given; give at least one");
  if (given.size === d) throw new InputError("condition: every coordinate is given; leave at least one free");
  if (support.kind === "categorical") expectSites(given, d, support.categories);
  return given;
}

/** @throws InputError unless every site is free, or given as one 1 among zeros. */
function expectSites(given: ReadonlyMap<number, number>, d: number, categories: number): void {
  for (let site = 0; site * categories < d; site++) {
    const own = Array.from({ length: categories }, (_, k) => given.get(site * categories + k));
    if (own.every((v) => v === undefined)) continue;
    if (own.filter((v) => v === 1).length !== 1 || own.some((v) => v === undefined))
      throw new InputError(
        `condition: site ${site} is given as ${own.map((v) => v ?? "free").join(", ")}; expected one 1 among zeros`,
      );
  }
}
