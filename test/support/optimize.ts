/** Optimizers run on the host, one compiled update at a time. */

import { grad } from "../../src/autodiff/grad.js";
import type { Expr } from "../../src/ir/expr.js";
import { add } from "../../src/ops/arithmetic.js";
import { input } from "../../src/ops/leaf.js";
import type { Transform } from "../../src/optim/transform.js";
import { compile } from "../../src/runtime/program.js";
import { mapValues, underPrefix, withPrefix } from "../../src/util/records.js";
import { type FloatTensor, type Tensor, tensor } from "../../src/util/tensor.js";
import { numbers } from "./tensors.js";

export interface Descent {
  readonly params: Tensor;
  readonly state: Readonly<Record<string, Tensor>>;
  readonly value: number;
}

/** Start at a point, and a function that makes one update: float32, as in training. */
export async function descend(transform: Transform, loss: (params: Expr) => Expr, start: readonly number[]) {
  const initial: Record<string, FloatTensor> = transform.init(start.length);
  const params = input("params", [start.length]);
  const state = mapValues(initial, (t, name) => input(name, t.shape, t.dtype));
  const value = loss(params);
  const { update, state: next } = transform.update(grad(value, [params])[0], state, params);
  const program = await compile(
    { params, ...withPrefix("state.", state) },
    { params: add(params, update), ...withPrefix("state.", next), value },
  );
  const step = async (from: Pick<Descent, "params" | "state">): Promise<Descent> => {
    const result = await program.run({ params: from.params, ...withPrefix("state.", from.state) });
    return { params: result.params!, state: underPrefix("state.", result), value: numbers(result.value!)[0]! };
  };
  return {
    start: { params: tensor(Float32Array.from(start)), state: initial },
    step,
    async run(steps: number): Promise<Descent> {
      let at: Descent = { params: tensor(Float32Array.from(start)), state: initial, value: Number.NaN };
      for (let i = 0; i < steps; i++) at = await step(at);
      return at;
    },
  };
}
