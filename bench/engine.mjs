/** The engine of this process, and what computes on it. */

import { compile, useEngine } from "ebbflow/runtime";

/** How often a program is taken to run where its engine is chosen: an hour of training, or a few thousand draws. */
export const RUNS = 10_000;

/** The engine of this process, and what computed last of what was chosen: `computed()`. */
export async function watchedEngine() {
  const engine = await useEngine();
  const seen = new Set();
  let chosen;
  return {
    ...engine,
    computed: () => (seen.has(chosen) ? chosen : [...seen].join()),
    async choose(...given) {
      chosen = await engine.choose(...given);
      return chosen;
    },
    async compile(...given) {
      const program = await engine.compile(...given);
      seen.add(program.engine);
      return program;
    },
  };
}

/** What a function gives, and how many milliseconds it took. */
export async function timed(make) {
  const began = performance.now();
  return [await make(), performance.now() - began];
}

/** Compile for many runs, by what is chosen for them. */
export const compileFor = async (engine, inputs, outputs) =>
  compile(inputs, outputs, { engine, by: await engine.choose(Object.values(outputs), RUNS) });
