/** A kernel stepped by hand: its state and noise as tensors on the host, one program for `init` and one for `step`. */

import type { Expr } from "../../src/ir/expr.js";
import { input } from "../../src/ops/leaf.js";
import { fold, type Key } from "../../src/random/key.js";
import { drawNoise, type NoiseSpec } from "../../src/random/noise.js";
import type { Tensors } from "../../src/runtime/engine.js";
import { compile, type Where } from "../../src/runtime/program.js";
import type { Kernel } from "../../src/samplers/sampler.js";
import type { Target } from "../../src/samplers/target.js";
import { mapValues, underPrefix, withPrefix } from "../../src/util/records.js";
import type { Tensor } from "../../src/util/tensor.js";

type Width = "float32" | "float64";

export interface HostKernel {
  readonly noise: Readonly<Record<string, NoiseSpec>>;
  init(x: Tensor): Promise<Tensors>;
  step(state: Tensors, noise: Tensors): Promise<{ state: Tensors; info: Tensors; proposed?: Tensor | undefined }>;
  /** Several steps; step `i` draws its noise from `fold(key, i)`, as a run does. */
  walk(state: Tensors, key: Key, steps: number, first?: number): Promise<{ state: Tensors; info: Tensors }>;
}

/** Compile a kernel for a target in one width. */
export async function hostKernel(
  make: (target: Target) => Kernel,
  target: Target,
  dtype: Width,
  where: Where = {},
): Promise<HostKernel> {
  const kernel = make(target);
  const x = input("x", [target.chains, ...target.event], dtype);
  const initial = kernel.init(x);
  const noise = mapValues(kernel.noise, (spec) => ({ ...spec, dtype }));
  const state = mapValues(initial, (e, name) => input(name, e.shape, e.dtype));
  const drawn = mapValues(noise, ({ shape }, name) => input(name, shape, dtype));
  const next = kernel.step(state, drawn);
  const inputs: Record<string, Expr> = { ...withPrefix("state.", state), ...withPrefix("noise.", drawn) };
  const start = await compile({ x }, initial, where);
  const outputs = { ...withPrefix("state.", next.state), ...withPrefix("info.", next.info) };
  const { proposed } = next;
  const move = await compile(inputs, { ...outputs, ...(proposed ? { proposed } : {}) }, where);

  const step: HostKernel["step"] = async (from, given) => {
    const results = await move.run({ ...withPrefix("state.", from), ...withPrefix("noise.", given) });
    return {
      state: underPrefix("state.", results),
      info: underPrefix("info.", results),
      proposed: (results as Tensors).proposed,
    };
  };
  return {
    noise,
    init: (at) => start.run({ x: at }),
    step,
    async walk(from, key, steps, first = 0) {
      let result: { state: Tensors; info: Tensors } = { state: from, info: {} };
      for (let i = 0; i < steps; i++) result = await step(result.state, drawNoise(fold(key, first + i), noise));
      return result;
    },
  };
}
