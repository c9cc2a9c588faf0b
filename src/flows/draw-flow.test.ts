import { describe, expect, it } from "vitest";
import { expectedMeanErrors } from "../../test/support/statistics.js";
import { numbers } from "../../test/support/tensors.js";
import { energyOf } from "../energies/evaluate.js";
import { constant, input } from "../ops/leaf.js";
import { normal } from "../random/draw.js";
import { fold, makeKey } from "../random/key.js";
import { compile } from "../runtime/program.js";
import { tensor } from "../util/tensor.js";
import { drawFlow, drawGiven } from "./draw-flow.js";
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

describe("draws given contexts", () => {
  const flow = realnvp.conditional({ layers: 2, hidden: [4] }, [2], 1);
  const params = normal(fold(key, "conditional"), [flow.layout.size]);
  const contexts = (n: number) =>
    tensor(
      Float32Array.from({ length: n }, (_, i) => (i % 7) - 3),
      [n, 1],
    );

  it("come with their log-densities, each given its own context, also past the first chunk", async () => {
    const n = 2100;
    const { x, logProb } = await drawGiven(flow, params, contexts(n), key);
    expect(x.shape).toEqual([n, 2]);
    const [at, c] = [input("x", [n, 2]), input("c", [n, 1])];
    const program = await compile({ at, c }, { logProb: flow.given(c).logProb(at, constant(params)) });
    const right = numbers((await program.run({ at: x, c: contexts(n) })).logProb!);
    const turned = tensor(contexts(n).data.map((v) => -v) as Float32Array, [n, 1]);
    const wrong = numbers((await program.run({ at: x, c: turned })).logProb!);
    for (let i = 0; i < n; i++) expect(Math.abs(right[i]! - logProb[i]!)).toBeLessThan(2e-3);
    expect(wrong.filter((v, i) => Math.abs(v - logProb[i]!) > 0.1).length).toBeGreaterThan(n / 2);
    const short = await drawGiven(flow, params, contexts(50), key);
    expect(short.x.data).toEqual(x.data.slice(0, 100));
  });

  it("are refused with contexts of another size", async () => {
    await expect(drawGiven(flow, params, tensor(new Float32Array(4), [2, 2]), key)).rejects.toThrow(
      "contexts have shape (2, 2), expected (n, 1)",
    );
  });
});
