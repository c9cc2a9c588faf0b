import { describe, expect, it } from "vitest";
import { numbers, worstDifference } from "../../test/support/tensors.js";
import { realnvp } from "../flows/realnvp.js";
import { normal } from "../random/draw.js";
import { fold, makeKey } from "../random/key.js";
import { InputError } from "../util/errors.js";
import { cast, type FloatTensor, type Tensor, tensor } from "../util/tensor.js";
import { classifier } from "./classifier.js";
import type { Energy } from "./energy.js";
import { classEnergiesOf, energyOf } from "./evaluate.js";
import { gaussianEnergy } from "./gaussian.js";
import { mixtureOf } from "./mixture-of.js";
import { ofClass } from "./of-class.js";
import { tilt } from "./tilted.js";

const key = makeKey(52);
const [N, K] = [7, 3];
const x = normal(fold(key, "x"), [N, 2], "float64");
const flow = realnvp({ layers: 2, hidden: [4] }, [2]);
const somewhere = ({ layout }: Energy): FloatTensor => normal(fold(key, "params"), [layout.size], "float64");
const values = async (e: Energy, params?: FloatTensor): Promise<Tensor> =>
  tensor(await energyOf(e, "float64")(x, params));

const bases = (["gaussian", "flow", "none"] as const).map(
  (base) => [base, classifier({ hidden: [5], base, scale: 2 }, { event: [2], base: flow, classes: K })] as const,
);

describe.each(bases)("a classifier over base %s", (base, energy) => {
  const params = somewhere(energy);
  const ofAll = async (at = params): Promise<number[][]> => {
    const flat = await classEnergiesOf(energy, "float64")(x, at);
    return Array.from({ length: N }, (_, i) => [...flat.subarray(i * K, (i + 1) * K)]);
  };

  it("has E(x) = −log Σ exp(−E(x, y)), and ofClass is one of the terms", async () => {
    const all = await ofAll();
    const sums = all.map((row) => -Math.log(row.reduce((s, e) => s + Math.exp(-e), 0)));
    expect(worstDifference(await values(energy, params), tensor(Float64Array.from(sums)))).toBeLessThan(1e-12);
    for (let y = 0; y < K; y++) {
      const own = Float64Array.from(all, (row) => row[y]!);
      expect(worstDifference(await values(ofClass(energy, y), params), tensor(own))).toBeLessThan(1e-12);
    }
    expect(new Set(all.flat()).size).toBe(N * K);
  });

  it("has the classes of its network whatever the base, since the base is the same for all", async () => {
    // The network's parameters are the last of the vector.
    const bare = classifier({ hidden: [5], base: "none" }, { event: [2], classes: K });
    const own = tensor(Float64Array.from(params.data.slice(-bare.layout.size)));
    const without = await classEnergiesOf(bare, "float64")(x, own);
    for (const [i, row] of (await ofAll()).entries())
      for (const [k, e] of row.entries()) expect(e - row[0]!).toBeCloseTo(without[i * K + k]! - without[i * K]!, 12);
  });

  it("starts with all classes equal, and as its base", async () => {
    const start = tensor(Float64Array.from(energy.init(key)));
    for (const row of await ofAll(start)) for (const e of row) expect(e).toBe(row[0]);
    if (base === "gaussian") {
      const expected = numbers(await values(gaussianEnergy([2], 0, 2))).map((e) => e - Math.log(K));
      expect(worstDifference(await values(energy, start), tensor(Float64Array.from(expected)))).toBeLessThan(1e-12);
    }
  });
});

it("is, without hidden layers over N(0, s²), a mixture of Gaussians of variance s² at s² w, log Z = log Σ exp(b + s²|w|²/2)", async () => {
  const s = 1.5;
  const energy = classifier({ hidden: [], scale: s }, { event: [2], classes: K });
  const params = somewhere(energy);
  const { data } = params;
  const w = Array.from({ length: K }, (_, k) => [data[k]!, data[K + k]!]);
  const logs = w.map(([a, b], k) => data[2 * K + k]! + (s ** 2 / 2) * (a! ** 2 + b! ** 2));
  const means = w.map((v) => v.map((c) => s ** 2 * c));
  const mixture = mixtureOf(
    means.map((m) => gaussianEnergy([2], m, s)),
    logs.map(Math.exp),
  );
  const logZ = Math.log(logs.reduce((t, l) => t + Math.exp(l), 0));
  const expected = numbers(await values(mixture)).map((e) => e - logZ);
  expect(worstDifference(await values(energy, params), tensor(Float64Array.from(expected)))).toBeLessThan(1e-12);
  for (const [y, m] of means.entries()) {
    const own = numbers(await values(gaussianEnergy([2], m, s))).map((e) => e - logs[y]!);
    expect(worstDifference(await values(ofClass(energy, y), params), tensor(Float64Array.from(own)))).toBeLessThan(
      1e-12,
    );
  }
});

it("is evaluated at any number of rows, class by class", async () => {
  const energy = bases[0]![1];
  const params = cast(somewhere(energy), "float32");
  const many = normal(fold(key, "many"), [2500, 2]);
  const whole = await classEnergiesOf(energy)(many, params);
  expect(whole).toHaveLength(2500 * K);
  const last = await classEnergiesOf(energy)(tensor(many.data.slice(-2), [1, 2]), params);
  expect([...whole.subarray(-K)]).toEqual([...last]);
});

it("says what is missing", () => {
  const plain = gaussianEnergy([2], 0, 1);
  expect(() => classifier({}, { event: [2] })).toThrow(InputError);
  expect(() => classifier({}, { event: [2] })).toThrow("energy classifier: needs rows with labels");
  expect(() => classifier({ base: "flow" }, { event: [2], classes: 2 })).toThrow("needs a flow as its base");
  expect(() => ofClass(plain, 0)).toThrow("the energy knows no classes");
  expect(() => ofClass(bases[0]![1], K)).toThrow("there is no class 3; there are 3, numbered from 0");
  expect(() => classEnergiesOf(plain)).toThrow(InputError);
  expect(tilt(plain, plain)).not.toHaveProperty("classes");
});
