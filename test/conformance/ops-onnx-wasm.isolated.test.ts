/** The same types and values on the engine that browsers use. */

import { expect, it, vi } from "vitest";
import { input } from "../../src/ops/leaf.js";
import { compile } from "../../src/runtime/program.js";
import type { OpCase } from "../support/op-case.js";
import { valueErrors } from "../support/op-values.js";
import { cases } from "./op-cases/cases.js";

vi.stubEnv("EBBFLOW_ENGINE", "onnx-wasm");

it.each(Object.entries<readonly OpCase[]>(cases))("%s on WebAssembly", async (name, all) => {
  const x = input("x", [1]);
  expect((await compile({ x }, { x })).engine).toBe("onnx-wasm");
  for (const width of ["float32", "float64"] as const) expect(await valueErrors(name, all, width)).toEqual([]);
});
