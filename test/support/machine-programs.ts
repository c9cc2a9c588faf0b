/** Random programs for a target of the compiler: functions that call each other, over regions of numbers. */

import type { Callee, Machine, Pointer, Stored } from "../../src/compiler/machine.js";
import { dice } from "./dice.js";
import { constants, kinds, sizes, slots } from "./machine/program-memory.js";
import type { Options } from "./machine/program-parts.js";
import { StatementWriter } from "./machine/program-statements.js";

/** The regions of a program: numbers of each kind it reads, numbers it writes, truths. */
export const regionBytes = (): number[] => [...kinds, ...kinds].map((kind) => slots * sizes[kind]).concat(slots);

/** Numbers and truths to begin with. */
export function startingRegions(seed: number): Uint8Array[] {
  const roll = dice(seed ^ 0x5bd1e995);
  const numbers = (kind: Stored): Uint8Array => {
    const one = () => (roll(3) === 0 ? constants[kind][roll(10)]! : (roll(2 ** 20) - 2 ** 19) / (roll(9) + 1));
    const all = Array.from({ length: slots }, () => Number(one()));
    if (kind === "i64") return new Uint8Array(BigInt64Array.from(all, (x) => BigInt(Math.trunc(x % 2 ** 62))).buffer);
    return new Uint8Array({ f32: Float32Array, f64: Float64Array, i32: Int32Array }[kind].from(all).buffer);
  };
  return [...kinds, ...kinds].map((kind) => numbers(kind)).concat(Uint8Array.from({ length: slots }, () => roll(2)));
}

/** Writes the program of a seed: a function of a table of addresses, which calls others. */
export function writeProgram(machine: Machine, seed: number, options: Options): Callee {
  const roll = dice(seed);
  const functions = 1 + roll(3);
  const callees: Callee[] = [];
  const name = (regions: readonly Pointer[], from: number): Record<Stored, Pointer> => {
    const [f32, f64, i32, i64] = regions.slice(from) as [Pointer, Pointer, Pointer, Pointer];
    return { f32, f64, i32, i64 };
  };
  for (let n = 0; n < functions; n++) {
    const statements = new StatementWriter(roll, options, n).program();
    callees.push(
      machine.define(9, (to, regions) => {
        const at = { values: [], from: name(regions, 0), out: name(regions, 4), truth: regions[8]!, regions, callees };
        for (const one of statements) one(to, at);
      }),
    );
  }
  return machine.define(1, (to, [table]) =>
    to.call(
      callees.at(-1)!,
      Array.from({ length: 9 }, (_, k) => to.loadPointer(table!, k)),
    ),
  );
}
