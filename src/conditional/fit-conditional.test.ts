import { describe, expect, it } from "vitest";
import { numbers } from "../../test/support/tensors.js";
import { permutation } from "../random/choose.js";
import { normal, uniform } from "../random/draw.js";
import { fold, makeKey } from "../random/key.js";
import { InputError, NumericError } from "../util/errors.js";
import { type FloatTensor, tensor } from "../util/tensor.js";
import { type ConditionalModel, fitConditional } from "./fit-conditional.js";

const key = makeKey(102);
const matrix = (data: Float64Array, d: number): FloatTensor => tensor(data, [data.length / d, d]);
const mean = (v: ArrayLike<number>): number => Array.from(v).reduce((s, x) => s + x, 0) / v.length;
/** Mean of paired differences, and its standard error. */
function difference(a: ArrayLike<number>, b: ArrayLike<number>): [value: number, error: number] {
  const gaps = Array.from(a, (v, i) => v - b[i]!);
  const m = mean(gaps);
  return [m, Math.sqrt(mean(gaps.map((v) => (v - m) ** 2)) / gaps.length)];
}

describe("a linear Gaussian law", () => {
  // x = A c + b + S e, so p(x | c) = N(A c + b, S Sᵀ), in units far from standard, those of the contexts as well.
  const A = [
    [2, -5],
    [0.01, 0.3],
  ];
  const [b, S] = [
    [100, -1],
    [
      [8, 0],
      [0.1, 0.2],
    ],
  ];
  const meanAt = (c: ArrayLike<number>): [number, number] =>
    [0, 1].map((i) => A[i]![0]! * c[0]! + A[i]![1]! * c[1]! + b[i]!) as [number, number];
  const pairs = (name: string, n: number) => {
    const c = normal(fold(key, `${name}.c`), [n, 2], "float64").data.map((v, i) => (i % 2 === 0 ? 50 + 10 * v : v));
    const e = normal(fold(key, `${name}.e`), [n, 2], "float64").data;
    const x = Float64Array.from({ length: 2 * n }, (_, k) => {
      const [row, i] = [Math.floor(k / 2), k % 2];
      return meanAt(c.subarray(2 * row))[i]! + S[i]![0]! * e[2 * row]! + S[i]![1]! * e[2 * row + 1]!;
    });
    const logDensity = Float64Array.from(
      { length: n },
      (_, r) => -(e[2 * r]! ** 2 + e[2 * r + 1]! ** 2) / 2 - Math.log(2 * Math.PI * 8 * 0.2),
    );
    return { x: matrix(x, 2), c: matrix(c, 2), logDensity };
  };

  it("is recovered: its density, its mean at a context, its spread", async () => {
    const [given, fresh] = [pairs("train", 4000), pairs("test", 4000)];
    const model = await fitConditional(given.x, given.c, {
      flow: { name: "realnvp", layers: 4, hidden: [16] },
      optimizer: { learningRate: 1e-2 },
      steps: 600,
      batch: 128,
      average: 0.99,
    });
    const found = await model.logDensity(fresh.x, fresh.c);
    // An estimate of the divergence, which is not negative: five standard errors either way.
    const [divergence, error] = difference(fresh.logDensity, found);
    expect(divergence).toBeGreaterThan(-5 * error);
    expect(divergence).toBeLessThan(0.02);
    const { value, standardError } = model.validation!;
    expect(Math.abs(value - mean(found))).toBeLessThan(5 * standardError!);

    const n = 4000;
    for (const c of [
      [50, 0],
      [60, 0],
      [50, -1.5],
    ]) {
      const x = await model.sample(
        matrix(
          Float64Array.from({ length: 2 * n }, (_, i) => c[i % 2]!),
          2,
        ),
        { key },
      );
      expect(x.shape).toEqual([n, 2]);
      for (const [i, sd] of [8, Math.hypot(0.1, 0.2)].entries()) {
        const values = numbers(x).filter((_, j) => j % 2 === i);
        // Five standard errors of the draws are 0.08 of a deviation; the rest is what 4000 pairs cannot tell.
        expect(Math.abs(mean(values) - meanAt(c)[i]!) / sd).toBeLessThan(0.2);
        expect(Math.abs(Math.sqrt(mean(values.map((v) => (v - mean(values)) ** 2))) / sd - 1)).toBeLessThan(0.15);
      }
    }
  });
});

describe("a law whose spread depends on the context", () => {
  const centre = (c: number): number => Math.sin(2 * c);
  const spread = (c: number): number => 0.1 + 0.4 * Math.abs(c);
  const logNormal = (x: number, m: number, s: number): number =>
    -0.5 * ((x - m) / s) ** 2 - Math.log(s * Math.sqrt(2 * Math.PI));
  const n = 3000;
  const c = uniform(fold(key, "c"), [2 * n], "float64").data.map((u) => 4 * u - 2);
  const e = normal(fold(key, "e"), [2 * n], "float64").data;
  const x = c.map((t, i) => centre(t) + spread(t) * e[i]!);
  const [train, test] = [
    { x: x.slice(0, n), c: c.slice(0, n) },
    { x: x.slice(n), c: c.slice(n) },
  ];
  const fitted = (contexts: Float64Array): Promise<ConditionalModel> =>
    fitConditional(matrix(train.x, 1), matrix(contexts, 1), {
      flow: { name: "spline", layers: 2, hidden: [32] },
      optimizer: { learningRate: 5e-3 },
      steps: 600,
      batch: 128,
      average: 0.99,
      evaluateEvery: 100,
    });
  const judge = (model: ConditionalModel): Promise<Float64Array> =>
    model.logDensity(matrix(test.x, 1), matrix(test.c, 1));

  it("is learned where the best line with a constant spread cannot, and with shuffled contexts only its marginal is", async () => {
    const found = await judge(await fitted(train.c));
    const truth = test.x.map((v, i) => logNormal(v, centre(test.c[i]!), spread(test.c[i]!)));

    const [mc, mx] = [mean(train.c), mean(train.x)];
    const slope = mean(train.c.map((t, i) => (t - mc) * (train.x[i]! - mx))) / mean(train.c.map((t) => (t - mc) ** 2));
    const line = (t: number): number => mx + slope * (t - mc);
    const sd = Math.sqrt(mean(train.x.map((v, i) => (v - line(train.c[i]!)) ** 2)));
    const [gain, gainError] = difference(
      found,
      test.x.map((v, i) => logNormal(v, line(test.c[i]!), sd)),
    );
    expect(gain - 5 * gainError).toBeGreaterThan(0.3);
    const [divergence, error] = difference(truth, found);
    expect(divergence).toBeGreaterThan(-5 * error);
    expect(divergence).toBeLessThan(0.06);

    // p(x) = ∫ p(x | c) dc / 4, by the midpoint rule.
    const cells = Array.from({ length: 400 }, (_, i) => -2 + (i + 0.5) / 100);
    const marginal = test.x.map((v) => Math.log(mean(cells.map((t) => Math.exp(logNormal(v, centre(t), spread(t)))))));
    const order = permutation(fold(key, "shuffle"), n);
    const shuffled = await judge(await fitted(train.c.map((_, i) => train.c[order[i]!]!)));
    const [loss, lossError] = difference(marginal, shuffled);
    expect(loss).toBeGreaterThan(-5 * lossError);
    expect(loss).toBeLessThan(0.1);
    expect(difference(found, shuffled)[0]).toBeGreaterThan(0.3);
  });
});

describe("pairs and options", () => {
  const x = normal(fold(key, "x"), [60, 2], "float64");
  const c = normal(fold(key, "context"), [60, 1], "float64");
  const small = { flow: { name: "maf", layers: 1, hidden: [4] }, steps: 4, batch: 16 };

  it("give the same model for the same seed, with any flow", async () => {
    const [a, b, other] = [
      await fitConditional(x, c, small),
      await fitConditional(x, c, small),
      await fitConditional(x, c, { ...small, seed: 1 }),
    ];
    expect(await b.logDensity(x, c)).toEqual(await a.logDensity(x, c));
    expect(await other.logDensity(x, c)).not.toEqual(await a.logDensity(x, c));
    expect(await b.sample(c)).toEqual(await a.sample(c));
    for (const name of ["iaf", "planar", "spline", "realnvp"]) {
      const { validation } = await fitConditional(x, c, { ...small, flow: { name, layers: 1 }, validation: 0.2 });
      expect(Number.isFinite(validation!.value)).toBe(true);
    }
    expect((await fitConditional(x, c, { ...small, validation: 0 })).validation).toBeNull();
  });

  it("keep the parameters that were best on validation pairs, not the last", async () => {
    // A hundred steps on 48 pairs fit noise.
    const long = { ...small, steps: 100, optimizer: { learningRate: 0.05 }, average: 0, validation: 0.2 };
    const [best, last] = await Promise.all(
      [1, 100].map((evaluateEvery) => fitConditional(x, c, { ...long, evaluateEvery })),
    );
    expect(best!.validation!.value).toBeGreaterThan(last!.validation!.value + 0.05);
  });

  it("name contexts that lie outside those of the training, in their units", async () => {
    const model = await fitConditional(x, c, { ...small, steps: 1 });
    const [low, high] = [Math.min(...numbers(c)), Math.max(...numbers(c))];
    const found = model.outside([[0], [high + 20]]);
    expect(found).toMatchObject([{ row: 1, coordinates: [0], values: [high + 20] }]);
    expect(found[0]!.ranges[0]![0]).toBeGreaterThanOrEqual(low);
    expect(() => model.outside([[1, 2]])).toThrow("expected (n, 1)");
  });

  it("end early by their progress", async () => {
    const seen: number[] = [];
    await fitConditional(x, c, { ...small, progress: (step) => seen.push(step) < 2 });
    expect(seen).toEqual([1, 2]);
  });

  it("are refused by name", async () => {
    await expect(fitConditional(x, matrix(new Float64Array(59), 1))).rejects.toThrow(
      /points \(60, 2\) and contexts \(59, 1\)/,
    );
    await expect(fitConditional(x, matrix(new Float64Array(60), 1))).rejects.toThrow("column c1 is constant");
    await expect(fitConditional(x, c, { ...small, flow: { name: "mafia" } })).rejects.toThrow(/did you mean "maf"/);
    await expect(fitConditional(x, c, { ...small, flow: { name: "maf", layer: 1 } })).rejects.toThrow(
      "unknown option layer",
    );
    await expect(fitConditional(x, c, { step: 3 } as never)).rejects.toThrow(/unknown option step/);
    await expect(fitConditional(x, c, { ...small, steps: 0 })).rejects.toThrow(InputError);
    const rate = { name: "sgd", learningRate: 1e30 };
    await expect(fitConditional(x, c, { ...small, optimizer: rate })).rejects.toThrow(NumericError);
    const model = await fitConditional(x, c, small);
    await expect(model.logDensity(c, c)).rejects.toThrow("expected (n, 2) and (n, 1)");
    await expect(model.sample(x)).rejects.toThrow("expected (n, 1)");
  });
});
