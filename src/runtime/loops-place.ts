/** Places where programs of our own compiler run. */

import { emit } from "../compiler/emit.js";
import type { Callee, Machine } from "../compiler/machine.js";
import { type LoopProgram, plan } from "../compiler/plan.js";
import { allocate, sizeOf, type Tensor, tensor } from "../util/tensor.js";
import type { Computes } from "./engine.js";
import type { Place, Session } from "./session.js";
import { sessionCache } from "./session-cache.js";

/** A module under construction, and how it ends: as text or bytes. */
export interface CodeWriter extends Machine {
  /** @param bytes how many of each thing the entry's table leads to are used. */
  finish(entry: Callee, bytes: readonly number[]): string | Uint8Array<ArrayBuffer>;
}

/** A tensor that a program is given: numbers of the host, or what its target holds. */
export type Given<Held> = { readonly tensor: Tensor } | { readonly held: Held };

/** A program that is loaded: fills each tensor of the results, or holds it where `keep` says so and leaves it as it is. */
export type LoadedLoops<Held> = (
  inputs: readonly Given<Held>[],
  results: readonly { readonly tensor: Tensor; readonly keep: boolean }[],
) => readonly (Held | null)[];

/** What compiles for one kind of code and runs it. */
export interface LoopTarget<Held> {
  readonly name: Computes;
  open(): CodeWriter;
  load(code: string | Uint8Array<ArrayBuffer>, program: LoopProgram): Promise<LoadedLoops<Held>>;
  /** A copy. */
  read(held: Held): Tensor;
  /** It is not asked for again. */
  drop(held: Held): void;
}

const latin1 = new TextDecoder("latin1");

/** Text that tells programs apart: their code, their numbers, and the memory they take, of which code may use a part. */
const keyOf = (code: string | Uint8Array, { constants }: LoopProgram, sizes: readonly number[]): string =>
  `${sizes}|${typeof code === "string" ? code : latin1.decode(code)}|${latin1.decode(constants)}`;

/**
 * The compiler and one of its targets as a place where graphs are loaded. Equal rows give equal bits, asked or not: a row
 * is computed in the same order wherever it stands.
 */
export function loopsPlace<Held>(target: LoopTarget<Held>): Place<Held> {
  const loadedFor = sessionCache<LoadedLoops<Held>>();
  return {
    name: target.name,
    choose: () => target.name,
    read: async (held) => target.read(held),
    drop: (held) => target.drop(held),
    async load(inputs, outputs): Promise<Session<Held>> {
      const program = plan(Object.values(inputs), Object.values(outputs));
      const machine = target.open();
      const blocks = [...program.inputs, ...program.outputs].map(({ bytes }) => bytes);
      const sizes = [...blocks, program.constants.length, program.workspaceBytes];
      const code = machine.finish(emit(machine, program), sizes);
      const loaded = await loadedFor(keyOf(code, program, sizes), () => target.load(code, program));
      const [names, results] = [Object.keys(inputs), Object.entries(outputs)];
      return {
        engine: target.name,
        async run(feeds, held, keep) {
          const given = names.map((n): Given<Held> => (n in held ? { held: held[n]! } : { tensor: feeds[n]! }));
          const wanted = results.map(([name, { dtype, shape }]) => {
            const isKept = keep.includes(name);
            return { tensor: tensor(allocate(dtype, sizeOf(shape)), shape), keep: isKept };
          });
          const kept = loaded(given, wanted);
          const named = results.map(([name], i) => [name, i] as const);
          return {
            outputs: Object.fromEntries(
              named.filter(([, i]) => !wanted[i]!.keep).map(([n, i]) => [n, wanted[i]!.tensor]),
            ),
            kept: Object.fromEntries(named.filter(([, i]) => wanted[i]!.keep).map(([n, i]) => [n, kept[i]!])),
          };
        },
        async release() {},
      };
    },
  };
}
