/** The same types and values on the engine that browsers use. */

import { expect, it, vi } from "vitest";
import { useEngine } from "../../src/runtime/program.js";
import type { OpCase } from "../support/op-case.js";
import { valueErrors } from "../support/op-values.js";
import { cases } from "./op-cases/cases.js";

vi.stubEnv("EBBFLOW_ENGINE", "wasm");

it.each(Object.entries<readonly OpCase[]>(cases))("%s on WebAssembly", async (name, all) => {
  expect((await useEngine()).name).toBe("wasm");
  for (const width of ["float32", "float64"] as const) expect(await valueErrors(name, all, width)).toEqual([]);
});
