/** Chains that leave the numbers are named, with the coordinates in which they do. */

import type { Tensors } from "../../runtime/engine.js";
import { NumericError } from "../../util/errors.js";
import { type FloatTensor, floats, sameShape, type Tensor } from "../../util/tensor.js";

interface Lost {
  readonly chain: number;
  readonly value: number;
  readonly coordinates: readonly number[];
}

/** The first chain of `(chains, ...event)` that holds a number that is not finite, and all of those it holds. */
export function firstLost(t: Tensor): Lost | null {
  const values = floats(t);
  const first = values.findIndex((v) => !Number.isFinite(v));
  if (first < 0) return null;
  const n = values.length / t.shape[0]!;
  const chain = Math.floor(first / n);
  const own = values.subarray(chain * n, (chain + 1) * n);
  return { chain, value: values[first]!, coordinates: [...own.keys()].filter((j) => !Number.isFinite(own[j])) };
}

/** `coordinate 3`, `coordinates 0, 1, 2 and 5 more`; from 0. */
function listed(coordinates: readonly number[]): string {
  const more = coordinates.length - 3;
  return `coordinate${coordinates.length > 1 ? "s" : ""} ${coordinates.slice(0, 3).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/** @throws NumericError naming a chain that is nowhere, and the coordinates. */
export function expectPositions(when: string, x: FloatTensor): void {
  const lost = firstLost(x);
  if (lost)
    throw new NumericError(
      `${when}: chain ${lost.chain} is at ${lost.value} in ${listed(lost.coordinates)} (from 0); look at the energy and its gradient with doctor, or use a smaller step size`,
    );
}

/**
 * That a kernel which follows a gradient has one to follow where its chains start: without it they would never move.
 * @param state of the kernel at the start; what it calls `gradient` is that of the energy.
 * @throws NumericError naming the chain, the coordinates and where they are.
 */
export function expectSlopes({ gradient }: Tensors, start: FloatTensor): void {
  if (!gradient || !sameShape(gradient.shape, start.shape)) return;
  const lost = firstLost(gradient);
  if (!lost) return;
  const n = start.data.length / start.shape[0]!;
  const at = lost.coordinates.slice(0, 3).map((j) => Number(start.data[lost.chain * n + j]!.toPrecision(3)));
  throw new NumericError(
    `sample: the gradient by ${listed(lost.coordinates)} is ${lost.value} where chain ${lost.chain} starts (from 0), at ${at.join(", ")}, though the energy is a number there: the chain would never move; start elsewhere, or look at the energy with doctor`,
  );
}
