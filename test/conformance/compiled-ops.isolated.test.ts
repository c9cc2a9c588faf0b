/** The same types and values from programs of the compiler, on every target. */

import { describe, expect, it } from "vitest";
import { findCTarget } from "../../src/runtime/c-target.node.js";
import type { Engine } from "../../src/runtime/engine.js";
import { loopsPlace } from "../../src/runtime/loops-place.js";
import { placeEngine } from "../../src/runtime/place-engine.js";
import { findWasmTarget } from "../../src/runtime/wasm-target.js";
import { interpreted } from "../support/interpreted-program.js";
import type { OpCase } from "../support/op-case.js";
import { type Compute, valueErrors } from "../support/op-values.js";
import { cases } from "./op-cases/cases.js";

const onEngine =
  (engine: Engine): Compute =>
  async (symbols, results, feeds) =>
    (await engine.compile(symbols, results)).run(feeds);
const c = await findCTarget();
const wasm = findWasmTarget();
const engines: Record<string, Compute> = {
  "the interpreter, 4 lanes": interpreted({ f32: 4, f64: 2 }),
  "the interpreter, 16 lanes": interpreted({ f32: 16, f64: 8 }),
  ...("refused" in c ? {} : { c: onEngine(placeEngine(loopsPlace(c))) }),
  ...("refused" in wasm ? {} : { wasm: onEngine(placeEngine(loopsPlace(wasm))) }),
};
/** Left to ONNX Runtime in single precision. */
const left = ["conv2d"];

describe.each(Object.entries(engines))("on %s", (_, compute) => {
  describe.each(["float32", "float64"] as const)("in %s", (width) => {
    const here = Object.entries<readonly OpCase[]>(cases).filter(
      ([name]) => width === "float64" || !left.includes(name),
    );
    it.each(here)("%s has its value", async (name, all) => {
      expect(await valueErrors(name, all, width, compute)).toEqual([]);
    });
  });
});
