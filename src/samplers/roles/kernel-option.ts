/** Kernels as options of what is built of them. */

import { z } from "zod";
import { InputError } from "../../util/errors.js";
import type { Declaration } from "../../util/options.js";
import { suggest } from "../../util/suggest.js";
import type { Sampler, SamplerFacts } from "../sampler.js";

/** A kernel that is chosen: the name of one of the registry, or a sampler of one's own. */
export type KernelChoice = string | (Declaration & SamplerFacts);

/** Samplers by name, and why one cannot be taken, as a clause about it; `null` where it can. */
export interface Candidates {
  readonly among: readonly Sampler[];
  whyNot(facts: Declaration & SamplerFacts): string | null;
}

const isSampler = (value: unknown): value is Sampler =>
  typeof value === "function" && ["name", "options", "noise", "exact"].every((fact) => fact in value);

/** An option that takes a name or a sampler, checked by its facts; names alone can be written to a file. */
export function kernelOption({ among, whyNot }: Candidates): z.ZodType<KernelChoice, KernelChoice> {
  const names = among.filter((s) => whyNot(s) === null).map((s) => s.name);
  const refusal = (value: unknown): string | null => {
    const own = isSampler(value) ? value : among.find((s) => s.name === value);
    if (!own)
      return `expected one of ${names.join(", ")}, or a sampler; got ${show(value)}${suggest(String(value), names)}`;
    const why = whyNot(own);
    return why === null ? null : `${own.name} ${why}; take one of ${names.join(", ")}`;
  };
  return z
    .custom<KernelChoice>((value) => refusal(value) === null, { error: ({ input }) => refusal(input) ?? undefined })
    .meta({ type: "string", enum: names });
}

const show = (value: unknown): string => (typeof value === "function" ? "a function" : JSON.stringify(value));

/** The sampler that was chosen. @throws InputError for a name that none has. */
export function chosen(among: readonly Sampler[], choice: KernelChoice): Sampler {
  if (typeof choice !== "string") return choice as Sampler;
  const found = among.find((s) => s.name === choice);
  if (!found) throw new InputError(`there is no kernel ${choice} among ${among.map((s) => s.name).join(", ")}`);
  return found;
}
