/** Chains that survive from one iteration to the next, of which as many wait as one likes. */

import { z } from "zod";
import type { Expr } from "../../ir/expr.js";
import type { TensorType } from "../../ir/type.js";
import { concat, slice } from "../../ops/shape.js";
import type { Key } from "../../random/key.js";
import { InputError } from "../../util/errors.js";
import type { FloatTensor, Tensor } from "../../util/tensor.js";
import type { Model } from "../objective.js";
import { startingPoints, startOption } from "./starts.js";

export const persistentOptions = {
  chains: z.number().int().min(1).default(256).describe("M, chains moved each iteration"),
  start: startOption,
  replay: z.number().int().positive().nullable().default(null).describe("size of the replay buffer; null for none"),
};

export type PersistentOptions = z.output<z.ZodObject<typeof persistentOptions>>;

export interface PersistentChains {
  /** All of them, `(replay, ...event)`: those that waited longest first. */
  readonly type: TensorType;
  start(key: Key, data: FloatTensor): Tensor;
  /** The `chains` that waited longest, `(chains, ...event)`. */
  take(all: Expr): Expr;
  /** All of them, once those that were taken are moved and wait behind the others. */
  putBack(all: Expr, moved: Expr): Expr;
}

/** @throws InputError, in the name of an objective, where fewer are kept than are moved. */
export function persistentChains(
  { event, energy }: Model,
  { chains, start, replay }: PersistentOptions,
  objective: string,
): PersistentChains {
  const size = replay ?? chains;
  if (size < chains)
    throw new InputError(
      `objective ${objective}: option replay is ${size}, but ${chains} chains are moved each iteration`,
    );
  return {
    type: { shape: [size, ...event], dtype: "float32" },
    start: (key, data) => startingPoints(key, start, size, event, data, energy.support),
    take: (all) => slice(all, 0, 0, chains),
    putBack: (all, moved) => (size > chains ? concat([slice(all, 0, chains, size), moved], 0) : moved),
  };
}
