import { describe, expect, it } from "vitest";
import { gradientErrors } from "../../test/support/gradients.js";
import { numbers } from "../../test/support/tensors.js";
import { grad } from "../autodiff/grad.js";
import { square } from "../ops/arithmetic.js";
import { constant } from "../ops/leaf.js";
import { sum } from "../ops/shape.js";
import { normal } from "../random/draw.js";
import { fold, makeKey } from "../random/key.js";
import { evaluate } from "../runtime/program.js";
import { sizeOf, tensor } from "../util/tensor.js";
import type { Activation } from "./activation.js";
import { type MlpOptions, mlp } from "./mlp.js";

const key = makeKey(23);
const N = 5;
const silu = (x: number): number => x / (1 + Math.exp(-x));
const drawn = (size: number) => normal(fold(key, "params"), [size], "float64").data;
const pointsOf = (d: number) => normal(fold(key, "x"), [N, d], "float64");

/** The network by hand, in the order of its layout. */
function byHand(options: MlpOptions, params: Float64Array, x: readonly number[]): number[] {
  const { widths, lastBias = true, residual = false } = options;
  let at = 0;
  let h = [...x];
  for (let i = 0; i + 1 < widths.length; i++) {
    const [inputs, outputs, last] = [widths[i]!, widths[i + 1]!, i + 2 === widths.length];
    const middle = at + inputs * outputs;
    const end = middle + (!last || lastBias ? outputs : 0);
    const [weight, bias] = [params.subarray(at, middle), params.subarray(middle, end)];
    at = end;
    const y = Array.from({ length: outputs }, (_, j) =>
      h.reduce((s, v, k) => s + v * weight[k * outputs + j]!, bias[j] ?? 0),
    );
    const a = last ? y : y.map(silu);
    h = residual && !last && i > 0 && inputs === outputs ? a.map((v, j) => v + h[j]!) : a;
  }
  expect(at).toBe(params.length);
  return h;
}

const shapes: readonly MlpOptions[] = [
  { widths: [2, 1] },
  { widths: [3, 4, 2] },
  { widths: [2, 5, 5, 5, 1], residual: true },
  { widths: [5, 5, 4, 4, 1], residual: true, lastBias: false },
  { widths: [2, 6, 1], lastBias: false },
  { widths: [0, 4, 3] },
  { widths: [0, 3] },
];

describe("mlp", () => {
  it.each(shapes.map((s) => [JSON.stringify(s), s] as const))("is the network it says: %s", async (_, options) => {
    const net = mlp(options);
    const [d, out] = [options.widths[0]!, options.widths.at(-1)!];
    const params = drawn(net.layout.size);
    // Without inputs only the number of points counts.
    const x = d === 0 ? pointsOf(1) : pointsOf(d);
    const { y } = await evaluate({ y: net.apply(constant(tensor(params)), constant(x)) });
    expect(y.shape).toEqual([N, out]);
    for (let n = 0; n < N; n++)
      for (const [j, v] of byHand(options, params, [...x.data.slice(n * d, (n + 1) * d)]).entries())
        expect(numbers(y)[n * out + j]).toBeCloseTo(v, 12);
  });

  it("starts with as many numbers as its layout holds, zero biases, and other numbers for another key", () => {
    for (const options of shapes) {
      const net = mlp(options);
      const start = net.init(key);
      expect(start.length).toBe(net.layout.size);
      for (const { name, offset, shape } of net.layout.leaves) {
        const own = start.slice(offset, offset + sizeOf(shape));
        expect(
          own.every((v) => v === 0),
          name,
        ).toBe(name.startsWith("b"));
      }
      expect(net.init(key)).toEqual(start);
      if (options.widths[0]! > 0) expect(net.init(makeKey(24))).not.toEqual(start);
    }
  });

  it("starts as the zero function with zeroLast, whose last layer alone learns at first", async () => {
    const net = mlp({ widths: [2, 8, 8, 3], zeroLast: true });
    const params = constant(tensor(net.init(key)));
    const y = net.apply(params, constant(tensor(Float32Array.from(pointsOf(2).data), [N, 2])));
    const result = await evaluate({ y, gradient: grad(sum(y), [params])[0] });
    expect(numbers(result.y)).toEqual(new Array(3 * N).fill(0));
    for (const { name, offset, shape } of net.layout.leaves) {
      const own = numbers(result.gradient).slice(offset, offset + sizeOf(shape));
      expect(
        own.some((g) => g !== 0),
        name,
      ).toBe(name.endsWith("2"));
    }
  });

  it.each(["silu", "softplus", "tanh", "gelu"] satisfies Activation[])(
    "has the derivatives that differences find, in points and in every leaf: %s",
    async (activation) => {
      const net = mlp({ widths: [2, 4, 4, 1], activation, residual: true });
      const params = tensor(drawn(net.layout.size));
      const build = (p: Parameters<typeof net.apply>[0], x: typeof p) => net.apply(p, x);
      const at = [params, pointsOf(2)];
      expect(await gradientErrors([{ name: activation, at, build: (p, x) => build(p!, x!), order: 2 }])).toEqual([]);
      const x = constant(pointsOf(2));
      const p = constant(params);
      const { gradient } = await evaluate({ gradient: grad(sum(square(net.apply(p, x))), [p])[0] });
      for (const { name, offset, shape } of net.layout.leaves)
        expect(
          numbers(gradient)
            .slice(offset, offset + sizeOf(shape))
            .every((g) => g !== 0),
          name,
        ).toBe(true);
    },
  );
});
