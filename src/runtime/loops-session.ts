/** What a module of our compiler is given and gives, by name. */

import { allocate, sizeOf, type Tensor, tensor } from "../util/tensor.js";
import type { LoopsArtifact } from "./artifact.js";
import type { Session } from "./host.js";

/** A tensor that a module is given: numbers of the host, or what is held. */
export type Given<Held> = { readonly tensor: Tensor } | { readonly held: Held };

/** A tensor of a result: to be filled, or held where `keep` says so, and then left as it is. */
export interface Wanted {
  readonly tensor: Tensor;
  readonly keep: boolean;
}

/** A module that is loaded. What it gives are the results that are held, `null` in the places of others. */
export type Module<Held> = (inputs: readonly Given<Held>[], results: readonly Wanted[]) => readonly (Held | null)[];

export function loopsSession<Held>({ engine, inputs, outputs }: LoopsArtifact, module: Module<Held>): Session<Held> {
  const results = Object.entries(outputs);
  return {
    engine,
    async run(feeds, held, keep) {
      const given = inputs.map((n): Given<Held> => (n in held ? { held: held[n]! } : { tensor: feeds[n]! }));
      const wanted = results.map(([name, { dtype, shape }]): Wanted => {
        return { tensor: tensor(allocate(dtype, sizeOf(shape)), shape), keep: keep.includes(name) };
      });
      const kept = module(given, wanted);
      const named = results.map(([name], i) => [name, i] as const);
      return {
        outputs: Object.fromEntries(named.filter(([, i]) => !wanted[i]!.keep).map(([n, i]) => [n, wanted[i]!.tensor])),
        kept: Object.fromEntries(named.filter(([, i]) => wanted[i]!.keep).map(([n, i]) => [n, kept[i]!])),
      };
    },
    async release() {},
  };
}
