import { describe, expect, it } from "vitest";
import { expectedMeanErrors } from "../../test/support/statistics.js";
import { numbers } from "../../test/support/tensors.js";
import { energyOf } from "../energies/evaluate.js";
import { normal } from "../random/draw.js";
import { fold, makeKey } from "../random/key.js";
import { tensor } from "../util/tensor.js";
import { drawFlow } from "./draw-flow.js";
import { realnvp } from "./realnvp.js";

const key = makeKey(81);

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
