/** Which engine computes a program: the one that is estimated to be done first, its preparation included. */

import type { Work } from "../compiler/cost.js";
import { InputError } from "../util/errors.js";
import type { Computes, RunTime } from "./engine.js";

/** What is asked for, by `useEngine`, `EBBFLOW_ENGINE` or `--engine`: one by its name, or whichever is done first. */
export type EngineName = "auto" | Computes;
export const ENGINES: readonly EngineName[] = ["auto", "c", "wasm", "onnx", "onnx-wasm", "webgpu", "cuda"];

/** Those among which there is a choice. */
export type Chosen = Exclude<Computes, "webgpu" | "cuda">;

/** @param from opens the message: where it is said. @throws InputError on a name that there is not. */
export function readEngineName(text: string | undefined, from = "EBBFLOW_ENGINE"): EngineName {
  const name = (text || "auto") as EngineName;
  if (!ENGINES.includes(name))
    throw new InputError(`${from} is ${JSON.stringify(text)}; expected ${ENGINES.join(", ")}, or leave it out`);
  return name;
}

/** Seconds that an engine takes: to prepare a program, for each operation it writes, and for what a run comes to. */
interface Cost {
  readonly start: number;
  readonly written: number;
  readonly operation: number;
  readonly element: number;
  readonly product: number;
}

/**
 * Measured on one core with AVX-512 (`npm run bench -- --cases engines,share`); an element stands between what it takes in
 * a Langevin step beside the products and in a chain with a sigmoid in five. A module of C is compiled by another process
 * once, and then comes from a folder; that it is there is not counted on.
 */
const COSTS: Readonly<Record<Chosen, Cost>> = {
  c: { start: 0.4, written: 8e-4, operation: 8e-9, element: 1e-10, product: 1.8e-11 },
  wasm: { start: 2e-2, written: 1.5e-4, operation: 5e-9, element: 5e-10, product: 4.8e-11 },
  onnx: { start: 4e-3, written: 3e-4, operation: 4e-7, element: 1.6e-10, product: 2e-11 },
  "onnx-wasm": { start: 0.5, written: 9e-4, operation: 2e-6, element: 8e-10, product: 6e-11 },
};

export function runTimeOf(engine: Chosen, { operations, elements, products }: Work): RunTime {
  const { operation, element, product } = COSTS[engine];
  return { asking: operations * operation, computing: elements * element + products * product };
}

export function secondsOf(engine: Chosen, work: Work, runs: number): number {
  const { start, written } = COSTS[engine];
  const { asking, computing } = runTimeOf(engine, work);
  return start + work.written * written + runs * (asking + computing);
}

/** The engines that are there, the best first: another than ONNX Runtime is worth it where it takes clearly less time. */
export function orderEngines(there: readonly Chosen[], work: Work, runs: number): Chosen[] {
  const handicap = (engine: Chosen): number => (engine === "onnx" ? 1 : 1.1);
  const seconds = new Map(there.map((engine) => [engine, handicap(engine) * secondsOf(engine, work, runs)]));
  return [...there].sort((a, b) => seconds.get(a)! - seconds.get(b)!);
}
