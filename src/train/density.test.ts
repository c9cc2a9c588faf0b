import { describe, expect, it } from "vitest";
import { expectedMeanErrors } from "../../test/support/statistics.js";
import { numbers, worstDifference } from "../../test/support/tensors.js";
import { gaussianEnergy } from "../energies/gaussian.js";
import { neuralEnergy } from "../energies/neural.js";
import { realnvp } from "../flows/realnvp.js";
import { input } from "../ops/leaf.js";
import { normal } from "../random/draw.js";
import { fold, makeKey } from "../random/key.js";
import { compile } from "../runtime/program.js";
import { type FloatTensor, tensor } from "../util/tensor.js";
import { drawFlow, energyOf } from "./density.js";

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
});

describe("draws of a flow", () => {
  const flow = realnvp({ layers: 2, hidden: [4] }, [2]);
  const params = normal(fold(key, "params"), [flow.layout.size]);

  it("come with the log-density that the flow gives them", async () => {
    const { x, logProb } = await drawFlow(flow, params, key, 2100);
    expect(x.shape).toEqual([2100, 2]);
    const energies = await energyOf(flow)(x, params);
    for (let i = 0; i < 2100; i++) expect(Math.abs(energies[i]! + logProb[i]!)).toBeLessThan(2e-3);
  });

  it("are the same for the same key, and a longer draw begins with the shorter one", async () => {
    const [long, short] = [await drawFlow(flow, params, key, 4200), await drawFlow(flow, params, key, 2060)];
    expect(long.x.data.slice(0, 2 * 2060)).toEqual(short.x.data);
    expect(long.logProb.slice(0, 2060)).toEqual(short.logProb);
    expect(numbers((await drawFlow(flow, params, makeKey(1), 10)).x)).not.toEqual(numbers(short.x).slice(0, 20));
    // Chunks are drawn with keys of their own: nothing is drawn twice.
    expect(new Set(numbers(long.x)).size).toBeGreaterThan(8390);
  });

  it("are of its base where it is the identity", async () => {
    const { x, logProb } = await drawFlow(flow, tensor(flow.init(key)), key, 4096);
    const squares = Float64Array.from({ length: 4096 }, (_, i) => x.data[2 * i]! ** 2 + x.data[2 * i + 1]! ** 2);
    for (const [i, s] of squares.entries())
      expect(Math.abs(logProb[i]! + s / 2 + Math.log(2 * Math.PI))).toBeLessThan(1e-5);
    expect(expectedMeanErrors("the mean of squares", squares, 2)).toEqual([]);
  });
});
