/** Programs of the compiler run as modules of WebAssembly. */

import { ownPlace } from "../../src/runtime/own-place.js";
import { placeEngine } from "../../src/runtime/place-engine.js";
import type { Compute } from "./op-values.js";

export const onWasm: Compute = async (symbols, results, feeds) =>
  (await placeEngine(await ownPlace("wasm")).compile(symbols, results)).run(feeds);
