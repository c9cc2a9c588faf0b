import { describe, expect, it } from "vitest";
import { gradientErrors } from "../../test/support/gradients.js";
import { numbers, worstDifference } from "../../test/support/tensors.js";
import { grad } from "../autodiff/grad.js";
import { add, square } from "../ops/arithmetic.js";
import { conv2d as convolve } from "../ops/convolution.js";
import { constant } from "../ops/leaf.js";
import { reshape, slice, sum } from "../ops/shape.js";
import { silu } from "../ops/special.js";
import { normal } from "../random/draw.js";
import { fold, makeKey } from "../random/key.js";
import { evaluate } from "../runtime/program.js";
import { variance } from "../util/moments.js";
import { sizeOf, tensor } from "../util/tensor.js";
import { conv2d } from "./conv2d.js";
import { residualBlock, residualConv } from "./residual-conv.js";

const key = makeKey(61);
const images = (n: number, c: number, h: number, w: number) => normal(fold(key, "x"), [n, c, h, w], "float64");
const drawn = (size: number) => constant(normal(fold(key, "params"), [size], "float64"));

describe("conv2d", () => {
  it("is a convolution with a constant a channel, of the size of the image divided by its stride", async () => {
    for (const [kernel, stride, h, w] of [
      [3, 1, 4, 5],
      [1, 1, 3, 3],
      [5, 2, 7, 8],
    ] as const) {
      const layer = conv2d({ inputs: 2, outputs: 3, kernel, stride });
      const [x, p] = [constant(images(2, 2, h, w)), drawn(layer.layout.size)];
      const size = 3 * 2 * kernel ** 2;
      const weight = reshape(slice(p, 0, 0, size), [3, 2, kernel, kernel]);
      const own = add(
        convolve(x, weight, { stride, padding: (kernel - 1) / 2 }),
        reshape(slice(p, 0, size, size + 3), [1, 3, 1, 1]),
      );
      const found = await evaluate({ y: layer.apply(p, x), own });
      expect(found.y.shape).toEqual([2, 3, Math.ceil(h / stride), Math.ceil(w / stride)]);
      expect(worstDifference(found.y, found.own)).toBe(0);
    }
    expect(conv2d({ inputs: 2, outputs: 3, bias: false }).layout.size).toBe(54);
  });

  it("starts so that its results vary as its arguments do after a rectifier", () => {
    const layer = conv2d({ inputs: 64, outputs: 64 });
    const start = layer.init(key);
    expect(start.length).toBe(layer.layout.size);
    // 36,864 weights: their variance is within 3 % of 2 / (64 · 9) but once in 30,000.
    expect(Math.abs((variance(start.subarray(0, 64 * 64 * 9)) * 64 * 9) / 2 - 1)).toBeLessThan(0.03);
    expect(start.subarray(64 * 64 * 9).every((v) => v === 0)).toBe(true);
  });
});

describe("residual networks", () => {
  it("add to an image what a block makes of it", async () => {
    const block = residualBlock(2);
    const [x, p] = [constant(images(2, 2, 3, 4)), drawn(block.layout.size)];
    const [first, second] = [conv2d({ inputs: 2, outputs: 2 }), conv2d({ inputs: 2, outputs: 2 })];
    const half = first.layout.size;
    const own = add(x, second.apply(slice(p, 0, half, 2 * half), silu(first.apply(slice(p, 0, 0, half), silu(x)))));
    const found = await evaluate({ y: block.apply(p, x), own });
    expect(worstDifference(found.y, found.own)).toBe(0);
  });

  it("start at zero with zeroLast, whose last layer alone learns at first", async () => {
    const net = residualConv({ inputs: 1, outputs: 3, channels: 4, blocks: 2, zeroLast: true });
    const start = net.init(key);
    const params = constant(tensor(start));
    const y = net.apply(params, constant(normal(key, [2, 1, 4, 4])));
    const result = await evaluate({ y, gradient: grad(sum(y), [params])[0] });
    expect(result.y.shape).toEqual([2, 3, 4, 4]);
    expect(numbers(result.y).every((v) => v === 0)).toBe(true);
    for (const { name, offset, shape } of net.layout.leaves) {
      const own = numbers(result.gradient).slice(offset, offset + sizeOf(shape));
      expect(
        own.some((g) => g !== 0),
        name,
      ).toBe(name.startsWith("last"));
    }
    expect(net.layout.leaves.map(({ name }) => name).slice(0, 4)).toEqual([
      "first.weight",
      "first.bias",
      "block0.conv0.weight",
      "block0.conv0.bias",
    ]);
    expect(net.init(makeKey(1))).not.toEqual(start);
  });

  it("keep the scale of what goes through them as they start, however many blocks", async () => {
    const spread = async (blocks: number): Promise<number> => {
      const net = residualConv({ inputs: 4, outputs: 16, channels: 32, blocks });
      const x = constant(normal(fold(key, "wide"), [4, 4, 8, 8]));
      const { y } = await evaluate({ y: net.apply(constant(tensor(net.init(key))), x) });
      return variance(numbers(y));
    };
    const [none, many] = [await spread(0), await spread(16)];
    expect(many / none).toBeLessThan(4);
    expect(many / none).toBeGreaterThan(0.5);
  });

  it("have the derivatives that differences find, in images and in every leaf", async () => {
    const net = residualConv({ inputs: 2, outputs: 1, channels: 2, blocks: 1 });
    // Small ones: the error of the differences grows with the fifth derivative.
    const params = tensor(normal(fold(key, "params"), [net.layout.size], "float64").data.map((v) => v / 2));
    const at = [params, images(2, 2, 2, 3)];
    const errors = await gradientErrors([{ name: "net", at, build: (p, x) => net.apply(p!, x!), order: 2 }]);
    expect(errors).toEqual([]);
    const p = constant(params);
    const { gradient } = await evaluate({ gradient: grad(sum(square(net.apply(p, constant(at[1]!)))), [p])[0] });
    for (const { name, offset, shape } of net.layout.leaves)
      expect(
        numbers(gradient)
          .slice(offset, offset + sizeOf(shape))
          .some((g) => g !== 0),
        name,
      ).toBe(true);
  });
});
