/** The engines of the compiler that this machine has, which leave nothing to ONNX Runtime. */

import type { Engine } from "../../src/runtime/engine.js";
import { ownPlace } from "../../src/runtime/own-place.js";
import { placeEngine } from "../../src/runtime/place-engine.js";
import { findWriters } from "../../src/runtime/writers.js";
import type { Compute } from "./op-values.js";

const onEngine =
  (engine: Engine): Compute =>
  async (symbols, results, feeds) => {
    const program = await engine.compile(symbols, results);
    if (program.engine === "onnx") throw new Error("ONNX Runtime computes");
    return program.run(feeds);
  };

export async function compiledEngines(): Promise<Record<string, Compute>> {
  const { writers } = await findWriters("auto");
  const there = (["c", "wasm"] as const).filter((name) => writers[name]);
  return Object.fromEntries(there.map((name) => [name, onEngine(placeEngine(ownPlace(name)))]));
}
