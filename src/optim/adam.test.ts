import { describe, expect, it } from "vitest";
import { descend } from "../../test/support/optimize.js";
import { numbers } from "../../test/support/tensors.js";
import type { Expr } from "../ir/expr.js";
import { add, mul, square, sub } from "../ops/arithmetic.js";
import { constant } from "../ops/leaf.js";
import { slice, sum } from "../ops/shape.js";
import { tensor } from "../util/tensor.js";
import { adam, adamw } from "./adam.js";

const target = [1, -2, 0.5];
const stiffness = [1, 10, 0.1];
const start = [0.3, 0.7, -1.2];

/** `Σ kᵢ (θᵢ − cᵢ)²`, and its gradient by hand. */
const loss = (params: Expr): Expr => {
  const [c, k] = [target, stiffness].map((v) => constant(tensor(Float32Array.from(v)))) as [Expr, Expr];
  return sum(mul(k, square(sub(params, c))));
};
const gradientAt = (x: readonly number[]): number[] => x.map((v, i) => 2 * stiffness[i]! * (v - target[i]!));

interface Settings {
  readonly learningRate: number;
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
  readonly weightDecay?: number;
}

/** Kingma & Ba's algorithm 1, in double precision, with decoupled decay where it is asked for. */
function byHand(
  { learningRate, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0 }: Settings,
  steps: number,
): number[] {
  let x = [...start];
  let [m, v] = [x.map(() => 0), x.map(() => 0)];
  for (let t = 1; t <= steps; t++) {
    const g = gradientAt(x);
    m = m.map((a, i) => beta1 * a + (1 - beta1) * g[i]!);
    v = v.map((a, i) => beta2 * a + (1 - beta2) * g[i]! ** 2);
    x = x.map((p, i) => {
      const [first, second] = [m[i]! / (1 - beta1 ** t), v[i]! / (1 - beta2 ** t)];
      return p - learningRate * (first / (Math.sqrt(second) + epsilon) + weightDecay * p);
    });
  }
  return x;
}

const settings: readonly Settings[] = [
  { learningRate: 0.1 },
  { learningRate: 0.5, beta1: 0.5, beta2: 0.9 },
  { learningRate: 0.04, beta1: 0, beta2: 0 },
  { learningRate: 0.1, epsilon: 0.1 },
];

describe("adam", () => {
  it.each(settings.map((s) => [JSON.stringify(s), s] as const))(
    "is Kingma & Ba's over ten steps: %s",
    async (_, options) => {
      const { params } = await (await descend(adam.make(options), loss, start)).run(10);
      for (const [i, v] of byHand(options, 10).entries()) expect(Math.abs(numbers(params)[i]! - v)).toBeLessThan(1e-6);
    },
  );

  it("takes a first step of the learning rate, against the sign of the gradient, whatever its size", async () => {
    const { params } = await (await descend(adam.make({ learningRate: 1 }), loss, [0, 0, 0])).run(1);
    const signs = gradientAt([0, 0, 0]).map(Math.sign);
    // Corrections of the moments as 1 − exp(t log β) would be off by 7e-6 in single precision.
    for (const [i, v] of numbers(params).entries()) expect(Math.abs(v + signs[i]!)).toBeLessThan(5e-7);
  });
});

describe("adamw", () => {
  const options = { learningRate: 0.1, weightDecay: 0.3 };

  it("decays beside the moments, as Loshchilov & Hutter's over ten steps", async () => {
    const { params } = await (await descend(adamw.make(options), loss, start)).run(10);
    for (const [i, v] of byHand(options, 10).entries()) expect(Math.abs(numbers(params)[i]! - v)).toBeLessThan(1e-6);
    // Not as a penalty in the loss would.
    const penalty = (p: Expr): Expr => add(loss(p), mul(0.15, sum(square(p))));
    const coupled = await (await descend(adam.make({ learningRate: 0.1 }), penalty, start)).run(10);
    expect(Math.abs(numbers(coupled.params)[0]! - numbers(params)[0]!)).toBeGreaterThan(0.01);
  });

  it("shrinks by η λ an update where there is no gradient", async () => {
    const first = (p: Expr): Expr => square(sum(slice(p, 0, 0, 1)));
    const { params } = await (await descend(adamw.make(options), first, [1, 1])).run(3);
    expect(numbers(params)[1]).toBeCloseTo(0.97 ** 3, 6);
  });

  it("is adam without decay", async () => {
    const [a, b] = [adam.make({ learningRate: 0.1 }), adamw.make({ learningRate: 0.1, weightDecay: 0 })];
    const [x, y] = [await (await descend(a, loss, start)).run(5), await (await descend(b, loss, start)).run(5)];
    expect(numbers(x.params)).toEqual(numbers(y.params));
  });
});
