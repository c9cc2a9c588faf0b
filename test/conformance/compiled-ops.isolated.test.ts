/** The same types and values from programs of the compiler, on every target. */

import { describe, expect, it } from "vitest";
import { compiledEngines } from "../support/compiled-engines.js";
import { interpreted } from "../support/interpreted-program.js";
import type { OpCase } from "../support/op-case.js";
import { type Compute, valueErrors } from "../support/op-values.js";
import { cases } from "./op-cases/cases.js";

const engines: Record<string, Compute> = {
  "the interpreter, 4 lanes": interpreted({ f32: 4, f64: 2 }),
  "the interpreter, 16 lanes": interpreted({ f32: 16, f64: 8 }),
  ...(await compiledEngines()),
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
