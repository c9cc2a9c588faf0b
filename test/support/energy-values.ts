/** An energy at points, and its derivatives there, in float64. */

import type { Energy } from "../../src/energies/energy.js";
import { constant } from "../../src/ops/leaf.js";
import { evaluate } from "../../src/runtime/program.js";
import { type FloatTensor, tensor } from "../../src/util/tensor.js";
import { gradientErrors } from "./gradients.js";
import { numbers } from "./tensors.js";

const given = (params: ArrayLike<number> | undefined) =>
  params && params.length > 0 ? constant(tensor(Float64Array.from(params))) : undefined;

/** `E(x)` at points `(n, ...event)`. */
export async function energiesAt(energy: Energy, x: FloatTensor, params?: ArrayLike<number>): Promise<number[]> {
  const points = constant(tensor(Float64Array.from(x.data), x.shape));
  return numbers((await evaluate({ e: energy(points, given(params)) })).e);
}

/** What differences find wrong with the first two derivatives in the points. */
export const slopeErrors = (energy: Energy, x: FloatTensor, params?: ArrayLike<number>): Promise<string[]> =>
  gradientErrors([
    {
      name: "in x",
      at: [tensor(Float64Array.from(x.data), x.shape)],
      build: (points) => energy(points!, given(params)),
      order: 2,
    },
  ]);
