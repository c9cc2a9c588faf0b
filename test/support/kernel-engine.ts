/** The evaluator of kernel rules as an engine: whatever takes an engine can be computed by the rules alone. */

import type { Expr } from "../../src/ir/expr.js";
import type { CompileOptions, Engine, Feeds, Resident } from "../../src/runtime/engine.js";
import type { Tensor } from "../../src/util/tensor.js";
import { evaluateByKernels } from "./kernel-evaluator.js";

const isResident = (t: Tensor | Resident): t is Resident => "read" in t;

/** A tensor that stays where it is: this engine computes where its numbers lie. */
const stay = (t: Tensor): Resident => ({
  shape: t.shape,
  dtype: t.dtype,
  read: () => Promise.resolve({ ...t, data: t.data.slice() }),
  release() {},
});

async function compile(
  inputs: Readonly<Record<string, Expr>>,
  outputs: Readonly<Record<string, Expr>>,
  { resident = [] }: CompileOptions<string> = {},
) {
  return {
    async run(given: Feeds) {
      const fed: Record<string, Tensor> = {};
      for (const [name, t] of Object.entries(given)) fed[name] = isResident(t) ? await t.read() : t;
      const results = Object.entries(evaluateByKernels(inputs, outputs, fed));
      return Object.fromEntries(results.map(([name, t]) => [name, resident.includes(name) ? stay(t) : t]));
    },
  };
}

// Which results stay is in the type of the contract, and here in the values alone.
export const kernelEngine: Engine = {
  name: "kernels",
  choose: async () => "onnx",
  estimate: () => null,
  compile: compile as unknown as Engine["compile"],
};
