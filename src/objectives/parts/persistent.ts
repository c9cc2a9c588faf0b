/** Chains that survive from one iteration to the next, of which as many wait as one likes. */

import { z } from "zod";
import type { Expr } from "../../ir/expr.js";
import type { TensorType } from "../../ir/type.js";
import { add } from "../../ops/arithmetic.js";
import type { ExprRecord } from "../../ops/control.js";
import { minimum } from "../../ops/extrema.js";
import { arange } from "../../ops/leaf.js";
import { less, or } from "../../ops/logic.js";
import { concat, slice } from "../../ops/shape.js";
import type { Key } from "../../random/key.js";
import type { NoiseSpecs } from "../../random/noise.js";
import { chooseRows } from "../../samplers/parts/metropolis.js";
import { InputError } from "../../util/errors.js";
import { essential } from "../../util/options.js";
import { underPrefix, withPrefix } from "../../util/records.js";
import { allocate, type FloatTensor, type Tensor, tensor } from "../../util/tensor.js";
import type { Model, StepInput } from "../objective.js";
import { type AugmentOptions, augmentation, augmentOptions } from "./augment-images.js";
import { flowStartOption, freshNoise, freshPoints, startingPoints, startOption } from "./starts.js";

export const persistentOptions = {
  chains: z.number().int().min(1).default(256).describe("M, chains moved each iteration").meta(essential),
  start: startOption,
  replay: z.number().int().positive().nullable().default(null).describe("size of the replay buffer; null for none"),
  ...augmentOptions,
};

/** The same where the model has a flow. */
export const flowPersistentOptions = { ...persistentOptions, start: flowStartOption };

export type PersistentOptions = Omit<z.output<z.ZodObject<typeof flowPersistentOptions>>, keyof AugmentOptions> &
  AugmentOptions & {
    /** Probability that a chain begins anew: at a draw of the flow where they start at such, else at noise. */
    readonly restart?: number;
  };

/** Parts of an iteration by the same names. */
export interface PersistentChains {
  readonly noise: NoiseSpecs;
  /** `chains`, all of them, `(replay, ...event)`, those that waited longest first; beside a start at the flow more. */
  readonly carry: Readonly<Record<string, TensorType>>;
  start(key: Key, data: FloatTensor): Record<string, Tensor>;
  /** The `chains` that waited longest, `(chains, ...event)`, images mirrored and shifted as asked for, some of them begun anew. */
  take(step: Pick<StepInput, "params" | "carry" | "noise">): Expr;
  /** What is carried on once those are moved and wait behind the others. */
  putBack(carry: ExprRecord, moved: Expr): ExprRecord;
}

/**
 * First in, first out. Chains that start at the flow are drawn when they are moved first, from the flow as it is then:
 * the parameters of a flow that is fitted before are not known before the first iteration.
 * @throws InputError, in the name of an objective, where fewer are kept than are moved.
 */
export function persistentChains(
  model: Model,
  { chains, start, replay, restart = 0, ...others }: PersistentOptions,
  objective: string,
): PersistentChains {
  const { event, energy, flow } = model;
  const size = replay ?? chains;
  if (size < chains)
    throw new InputError(
      `objective ${objective}: option replay is ${size}, but ${chains} chains are moved each iteration`,
    );
  const augment = augmentation(model, chains, others, objective);
  const atFlow = start === "flow";
  const fresh: NoiseSpecs = atFlow
    ? withPrefix("fresh.", flow!.noise(chains))
    : restart > 0
      ? { fresh: freshNoise(energy, chains) }
      : {};
  return {
    noise: {
      ...(restart > 0 ? { restart: { law: "uniform", shape: [chains] } } : {}),
      ...withPrefix("augment.", augment.noise),
      ...fresh,
    },
    carry: {
      chains: { shape: [size, ...event], dtype: "float32" },
      ...(atFlow ? { begun: { shape: [], dtype: "float32" } } : {}),
    },
    start: (key, data) => ({
      chains: startingPoints(key, atFlow ? "noise" : start, size, event, data, energy.support),
      ...(atFlow ? { begun: tensor(allocate("float32", 1), []) } : {}),
    }),
    take({ params, carry, noise }) {
      const oldest = augment.apply(slice(carry.chains!, 0, 0, chains), underPrefix("augment.", noise));
      const anew = [
        ...(atFlow ? [less(add(carry.begun!, arange(chains)), size)] : []),
        ...(restart > 0 ? [less(noise.restart!, restart)] : []),
      ];
      if (anew.length === 0) return oldest;
      const points = atFlow
        ? flow!.sample(underPrefix("fresh.", noise), params.flow).x
        : freshPoints(energy, noise.fresh!);
      return chooseRows(anew.reduce(or), points, oldest);
    },
    putBack: ({ chains: all, begun }, moved) => ({
      chains: size > chains ? concat([slice(all!, 0, chains, size), moved], 0) : moved,
      ...(begun ? { begun: minimum(add(begun, chains), size) } : {}),
    }),
  };
}
