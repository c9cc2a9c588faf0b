import { describe, expect, it } from "vitest";
import { worstDifference } from "../../test/support/tensors.js";
import { input } from "../ops/leaf.js";
import { normal } from "../random/draw.js";
import { fold, makeKey } from "../random/key.js";
import { compile } from "../runtime/program.js";
import { type FloatTensor, tensor } from "../util/tensor.js";
import { energyOf } from "./evaluate.js";
import { gaussianEnergy } from "./gaussian.js";
import { neuralEnergy } from "./neural.js";

const key = makeKey(81);
const points = (n: number, d = 2): FloatTensor => normal(fold(key, "points"), [n, d]);

describe("an energy at many points", () => {
  it("is what it is at each, on either side of a chunk and for none", async () => {
    const gaussian = energyOf(gaussianEnergy([2], [1, -1], 2));
    for (const n of [0, 1, 3, 2048, 2049, 5000]) {
      const x = points(n);
      const found = await gaussian(x, undefined);
      expect(found).toHaveLength(n);
      for (let i = 0; i < n; i++) {
        const square = (x.data[2 * i]! - 1) ** 2 + (x.data[2 * i + 1]! + 1) ** 2;
        expect(Math.abs(found[i]! - (square / 8 + Math.log(8 * Math.PI)))).toBeLessThan(1e-5);
      }
    }
  });

  it("takes the parameters of each call, and points of either width", async () => {
    const energy = neuralEnergy([2], { hidden: [4], activation: "tanh", residual: false });
    const at = energyOf(energy);
    const x = points(10);
    const direct = async (params: FloatTensor): Promise<FloatTensor> => {
      const [symbol, theta] = [input("x", [10, 2]), input("params", [energy.layout.size])];
      const program = await compile({ x: symbol, params: theta }, { value: energy(symbol, theta) });
      return (await program.run({ x, params })).value as FloatTensor;
    };
    for (const seed of [1, 2]) {
      const params = tensor(energy.init(makeKey(seed)));
      const found = tensor(await at(tensor(Float64Array.from(x.data), [10, 2]), params));
      expect(worstDifference(found, tensor(Float64Array.from((await direct(params)).data)))).toBeLessThan(1e-6);
    }
  });

  it("is as exact as its width", async () => {
    const far = gaussianEnergy([1], 1e4, 1);
    const x = tensor(Float64Array.of(1e4 + 0.1), [1, 1]);
    const truth = 0.005 + 0.5 * Math.log(2 * Math.PI);
    expect(Math.abs((await energyOf(far, "float64")(x, undefined))[0]! - truth)).toBeLessThan(1e-12);
    expect(Math.abs((await energyOf(far)(x, undefined))[0]! - truth)).toBeGreaterThan(1e-6);
  });
});
