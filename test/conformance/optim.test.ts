/** Every optimizer of the registry: its facts, descent on a quadratic and on Rosenbrock's valley, its state. */

import { describe, expect, it } from "vitest";
import type { Expr } from "../../src/ir/expr.js";
import { add, mul, square, sub } from "../../src/ops/arithmetic.js";
import { constant } from "../../src/ops/leaf.js";
import { slice, sum } from "../../src/ops/shape.js";
import * as members from "../../src/optim/members.js";
import { InputError } from "../../src/util/errors.js";
import { listOptions } from "../../src/util/options.js";
import { mapValues } from "../../src/util/records.js";
import { type FloatArray, type Tensor, tensor } from "../../src/util/tensor.js";
import { type Descent, descend } from "../support/optimize.js";
import { numbers } from "../support/tensors.js";

const stiffness = [0.2, 1, 3, 8];

/** `Σ kᵢ (θᵢ − 1)²`. */
const bowl = (params: Expr): Expr => sum(mul(constant(tensor(Float32Array.from(stiffness))), square(sub(params, 1))));

/** Rosenbrock (1960): `(1 − a)² + 100 (b − a²)²`, 0 at (1, 1), along a bent valley. */
const valley = (params: Expr): Expr => {
  const [a, b] = [slice(params, 0, 0, 1), slice(params, 0, 1, 2)];
  return sum(add(square(sub(1, a)), mul(100, square(sub(b, square(a))))));
};

/** A copy through bytes, as a checkpoint would make it. */
const restored = (t: Tensor): Tensor => {
  const bytes = new Uint8Array((t.data as FloatArray).slice().buffer);
  return tensor(new Float32Array(bytes.slice().buffer), t.shape);
};

const named = Object.values(members).map((member) => [member.name, member] as const);

it("has members with names of their own", () => {
  expect(named.length).toBeGreaterThan(1);
  expect(new Set(named.map(([name]) => name)).size).toBe(named.length);
});

describe.each(named)("optimizer %s", (name, optimizer) => {
  it("says of itself what the set asks for, and refuses what makes no update", () => {
    expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(optimizer.about).toMatch(/^[A-Z].*\.$/);
    expect(optimizer.cite).toMatch(/\(\d{4}\)/);
    for (const option of listOptions(optimizer.options)) expect(option.about, option.name).not.toBe("");
    expect(() => optimizer.make({ learningRat: 1 } as object)).toThrow(`optimizer ${name}: unknown option learningRat`);
    for (const learningRate of [0, -1, Number.NaN]) expect(() => optimizer.make({ learningRate })).toThrow(InputError);
  });

  it("descends a quadratic to its minimum", async () => {
    const run = await descend(optimizer.make({ learningRate: 0.03 }), bowl, [3, -2, 0, 5]);
    const [first, late] = [await run.run(1), await run.run(600)];
    expect(late.value).toBeLessThan(first.value * 1e-4);
    for (const v of numbers(late.params)) expect(Math.abs(v - 1)).toBeLessThan(0.1);
  });

  it("descends Rosenbrock's valley", async () => {
    const run = await descend(optimizer.make({ learningRate: 1e-3, clip: 10 }), valley, [-1.2, 1]);
    const [first, late] = [await run.run(1), await run.run(1500)];
    expect(first.value).toBeCloseTo(24.2, 3);
    expect(late.value).toBeLessThan(first.value / 5);
  });

  it("goes on from a saved state as if it had not stopped, bit for bit, which takes that state", async () => {
    const options = { learningRate: 0.02, ...("momentum" in optimizer.options.shape ? { momentum: 0.9 } : {}) };
    const run = await descend(optimizer.make({ ...options, schedule: "cosine", warmup: 3 }, 40), bowl, [3, -2, 0, 5]);
    const on = async (from: Pick<Descent, "params" | "state">, steps: number): Promise<Descent> => {
      let at: Descent = { value: Number.NaN, ...from };
      for (let i = 0; i < steps; i++) at = await run.step(at);
      return at;
    };
    const half = await on(run.start, 15);
    const saved = { params: restored(half.params), state: mapValues(half.state, restored) };
    const [whole, resumed] = [await on(half, 10), await on(saved, 10)];
    expect(numbers(resumed.params)).toEqual(numbers(whole.params));
    expect(mapValues(resumed.state, numbers)).toEqual(mapValues(whole.state, numbers));
    const forgetful = await on({ params: saved.params, state: run.start.state }, 10);
    expect(numbers(forgetful.params)).not.toEqual(numbers(whole.params));
  });

  it("moves nothing where there is no gradient, unless it decays", async () => {
    const decays = "weightDecay" in optimizer.options.shape ? { weightDecay: 0 } : {};
    const run = await descend(optimizer.make({ learningRate: 0.1, ...decays }), (p) => mul(0, sum(p)), [1, -2]);
    expect(numbers((await run.run(3)).params)).toEqual([1, -2]);
  });

  it("lets a NaN be seen", async () => {
    const run = await descend(optimizer.make({ clip: 1 }), (p) => mul(Number.NaN, sum(p)), [1, -2]);
    expect(numbers((await run.run(1)).params).every(Number.isNaN)).toBe(true);
  });
});
