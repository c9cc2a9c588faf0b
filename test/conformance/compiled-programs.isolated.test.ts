/**
 * Random programs on every target of the compiler, against the rules of their operations. `EBBFLOW_FUZZ` says how many,
 * and `EBBFLOW_FUZZ_SEED` which.
 */

import fc from "fast-check";
import { expect, it, vi } from "vitest";
import { compiledEngines } from "../support/compiled-engines.js";
import { differences, growProgram, type RandomProgram, seeds } from "../support/fuzz/programs.js";
import { interpreted } from "../support/interpreted-program.js";
import type { Compute } from "../support/op-values.js";
import { sharedScratch } from "../support/scratch.js";

vi.stubEnv("EBBFLOW_CACHE", sharedScratch());
const targets = await compiledEngines();
const interpreters: Record<string, Compute> = {
  "1 lane": interpreted({ f32: 1, f64: 1 }),
  "4 lanes, in blocks of 2 rows": interpreted({ f32: 4, f64: 2 }, { rows: 2, near: 1 }),
  "16 lanes": interpreted({ f32: 16, f64: 8 }),
};

const PROGRAMS = Number(process.env.EBBFLOW_FUZZ ?? 100);
/** So many become one module, for which C is compiled once. */
const TOGETHER = 25;
const all = fc.sample(seeds, { numRuns: PROGRAMS, seed: Number(process.env.EBBFLOW_FUZZ_SEED ?? 14), unbiased: true });
const batches = Array.from({ length: Math.ceil(PROGRAMS / TOGETHER) }, (_, i) => i * TOGETHER);

/** What is wrong when several programs are computed as one. */
async function wrongTogether(programs: readonly RandomProgram[], compute: Compute): Promise<string[]> {
  const name = (p: number, i: number): string => `p${p}y${i}`;
  const outputs = programs.flatMap(({ results }, p) => results.map(({ expr }, i) => [name(p, i), expr] as const));
  const feeds = Object.assign({}, ...programs.map((p) => p.feeds));
  const before = structuredClone(feeds);
  const got = await compute(Object.assign({}, ...programs.map((p) => p.inputs)), Object.fromEntries(outputs), feeds);
  const wrong = programs.flatMap((program, p) => {
    const own = program.results.map((_, i) => got[name(p, i)]!);
    return differences(program, own).map((line) => `program ${p}, ${line}`);
  });
  expect(feeds).toEqual(before);
  return wrong;
}

it.each(batches)("programs from %i on", async (first) => {
  const programs = all.slice(first, first + TOGETHER).map((seed, i) => growProgram(seed, `p${i}`));
  const wrong: string[] = [];
  for (const [p, program] of programs.entries())
    for (const [lanes, compute] of Object.entries(interpreters))
      for (const line of await wrongTogether([program], compute)) wrong.push(`${lanes}, program ${p}: ${line}`);
  for (const [target, compute] of Object.entries(targets))
    for (const line of await wrongTogether(programs, compute)) wrong.push(`${target}: ${line}`);
  expect(wrong).toEqual([]);
});
