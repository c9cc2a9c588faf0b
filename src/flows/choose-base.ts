/** The options of every flow that say where it starts. */

import { z } from "zod";
import { stackNormalMixtures } from "../data/stack-normal-mixtures.js";
import type { Key } from "../random/key.js";
import { TooFewRows } from "../util/errors.js";
import { essential } from "../util/options.js";
import type { FloatTensor } from "../util/tensor.js";
import type { Base } from "./base.js";
import { gaussianBase } from "./gaussian-base.js";
import { mixtureBase } from "./mixture-base.js";
import { normalMixtureBase } from "./normal-mixture-base.js";

/** The options of a mixture that is fitted to the rows. */
export const normalMixtureOptions = {
  components: z
    .number()
    .int()
    .min(1)
    .max(256)
    .nullable()
    .default(null)
    .describe(
      "components of a mixture; null: for one fitted to the rows as stack says, or as many as explain rows left out, found when a run is made; else 2",
    )
    .meta(essential),
  strength: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .describe(
      "rows that the prior of each covariance of a fitted mixture counts for; null: found in the same way, else 1",
    ),
  stack: z
    .array(
      z.strictObject({
        components: z.number().int().min(1),
        strength: z.number().positive(),
        weight: z.number().positive(),
      }),
    )
    .min(1)
    .nullable()
    .default(null)
    .describe("mixtures that are fitted to the rows each, and weighted; null: those that explain rows left out best"),
};

export const baseOptions = {
  base: z
    .enum(["gaussian", "mixture", "normal-mixture"])
    .default("gaussian")
    .describe(
      "base density; mixture: with learned weights, which separated modes in many dimensions need; normal-mixture: Gaussians with full covariances, fitted to the rows and then given",
    )
    .meta(essential),
  ...normalMixtureOptions,
};

type MixtureOptions = z.output<z.ZodObject<typeof normalMixtureOptions>>;
type BaseOptions = z.output<z.ZodObject<typeof baseOptions>>;

/** What stands for what nobody has said. */
const UNSAID = { components: 2, strength: 1 };

/** The mixtures that the options ask for. */
export const fittedBase = (d: number, { components, strength, stack }: MixtureOptions): Base =>
  normalMixtureBase(
    d,
    stack ?? [{ components: components ?? UNSAID.components, strength: strength ?? UNSAID.strength, weight: 1 }],
  );

/** The base that the options ask for. */
export function chooseBase(d: number, options: BaseOptions): Base {
  if (options.base === "normal-mixture") return fittedBase(d, options);
  return options.base === "mixture" ? mixtureBase(d, options.components ?? UNSAID.components) : gaussianBase(d);
}

const isFitted = ({ base }: { readonly base: string }): boolean => base === "normal-mixture";

/** Parts of the rows that are left out in turn, each with a row at least. */
const FOLDS = 5;

/** Mixtures that explain rows left out best, of what is given. @throws TooFewRows where there are fewer than can be left out in turn. */
export function settleMixture<Options extends MixtureOptions>(options: Options, rows: FloatTensor, key: Key): Options {
  const { components, strength, stack } = options;
  if (stack !== null || (components !== null && strength !== null)) return options;
  const n = rows.shape[0]!;
  if (n < FOLDS) throw new TooFewRows(n, FOLDS, "choose mixtures of Gaussians by rows left out");
  const { members } = stackNormalMixtures(rows, {
    ...{ key },
    ...(components === null ? {} : { components: [components] }),
    ...(strength === null ? {} : { strengths: [strength] }),
  });
  return { ...options, stack: [...members] };
}

/** What a flow says of itself that starts as its base, since its bijectors start at the identity. */
export const startsAsBase = {
  startsFitted: isFitted,
  settle: <Options extends BaseOptions>(options: Options, rows: FloatTensor, key: Key): Options =>
    isFitted(options) ? settleMixture(options, rows, key) : options,
};
