/** The engines of the compiler that this machine has, which leave nothing to ONNX Runtime. */

import type { Computes, Engine } from "../../src/runtime/engine.js";
import { ownPlace } from "../../src/runtime/own-place.js";
import { placeEngine } from "../../src/runtime/place-engine.js";
import { findWriters } from "../../src/runtime/writers.js";
import { mapValues } from "../../src/util/records.js";
import type { Compute } from "./op-values.js";
import { strict } from "./strict.js";

export async function strictEngines(): Promise<Partial<Record<Exclude<Computes, "onnx">, Engine>>> {
  const { writers } = await findWriters("auto");
  const there = (["c", "wasm"] as const).filter((name) => writers[name]);
  return Object.fromEntries(there.map((name) => [name, strict(placeEngine(ownPlace(name)), name)]));
}

export async function compiledEngines(): Promise<Record<string, Compute>> {
  const onEngine =
    (engine: Engine): Compute =>
    async (symbols, results, feeds) =>
      (await engine.compile(symbols, results)).run(feeds);
  return mapValues((await strictEngines()) as Record<string, Engine>, onEngine);
}
