/** Randomness as data: a step says by name which noise it needs, and the host draws it from a key. */

import { ShapeError } from "../util/errors.js";
import { mapValues } from "../util/records.js";
import { allocate, type FloatTensor, type Shape, sameShape, showShape, sizeOf, tensor } from "../util/tensor.js";
import { type Fill, fillGumbel, fillNormal, fillRademacher, fillUniform } from "./draw.js";
import { fold, type Key } from "./key.js";

export type Law = "normal" | "uniform" | "rademacher" | "gumbel";

/** One named noise: its law, its shape, and its width (float32 unless said). */
export interface NoiseSpec {
  readonly law: Law;
  readonly shape: Shape;
  readonly dtype?: "float32" | "float64";
}

/** The noise of a step, by name. */
export type NoiseSpecs = Readonly<Record<string, NoiseSpec>>;

/** The same noise for each of `n` steps, stacked along a first axis. */
export const stackNoise = (specs: NoiseSpecs, n: number): Record<string, NoiseSpec> =>
  mapValues(specs, (spec) => ({ ...spec, shape: [n, ...spec.shape] }));

const fills: { readonly [L in Law]: Fill } = {
  normal: fillNormal,
  uniform: fillUniform,
  rademacher: fillRademacher,
  gumbel: fillGumbel,
};

/**
 * Every noise of a step. Each name has its own stream, `fold(key, name)`: adding one never changes another, and their
 * order does not matter.
 * @param into tensors of an earlier call, whose memory is overwritten and returned: for loops that draw each iteration.
 * @throws ShapeError when a tensor of `into` is missing or has another shape or width.
 */
export function drawNoise<Name extends string>(
  key: Key,
  specs: Readonly<Record<Name, NoiseSpec>>,
  into?: Readonly<Record<Name, FloatTensor>>,
): Record<Name, FloatTensor> {
  const names = Object.keys(specs) as Name[];
  const drawn = names.map((name) => {
    const { law, shape, dtype = "float32" } = specs[name];
    const target = into === undefined ? tensor(allocate(dtype, sizeOf(shape)), shape) : into[name];
    if (target === undefined || target.dtype !== dtype || !sameShape(target.shape, shape))
      throw new ShapeError(`noise ${name}: expected ${dtype} ${showShape(shape)} to draw into, got ${show(target)}`);
    fills[law](fold(key, name), target.data);
    return [name, target] as const;
  });
  return Object.fromEntries(drawn) as Record<Name, FloatTensor>;
}

/**
 * The noise of consecutive steps, each stacked along a first axis: step `t` draws from `fold(key, t)`, so its noise does
 * not depend on how a run is cut into blocks.
 * @param first the number of the first step.
 */
export function drawSteps<Name extends string>(
  key: Key,
  specs: Readonly<Record<Name, NoiseSpec>>,
  first: number,
  steps: number,
): Record<Name, FloatTensor> {
  const own = Array.from({ length: steps }, (_, i) => fold(key, first + i));
  return Object.fromEntries(
    (Object.keys(specs) as Name[]).map((name) => {
      const { law, shape, dtype = "float32" } = specs[name];
      const data = allocate(dtype, steps * sizeOf(shape));
      const keys = own.map((of) => fold(of, name));
      fills[law].parts(keys, data);
      return [name, tensor(data, [steps, ...shape])] as const;
    }),
  ) as Record<Name, FloatTensor>;
}

const show = (t: FloatTensor | undefined): string => (t === undefined ? "nothing" : `${t.dtype} ${showShape(t.shape)}`);
