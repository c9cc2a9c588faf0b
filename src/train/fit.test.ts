import { describe, expect, it } from "vitest";
import { normalCdf } from "../../test/support/goodness.js";
import { drawErrors } from "../../test/support/statistics.js";
import { numbers } from "../../test/support/tensors.js";
import { twoModes } from "../data/two-modes.js";
import { grid2d, gridLogZ } from "../metrics/goodness/grid.js";
import { normal } from "../random/draw.js";
import { makeKey } from "../random/key.js";
import { InputError, NumericError } from "../util/errors.js";
import { tensor } from "../util/tensor.js";
// A name that no runner takes for one of its own.
import { fit as fitted } from "./fit.js";

const key = makeKey(101);
const rows = twoModes({}).draw(key, 600);
const small = {
  energy: { name: "tilted", hidden: [8] },
  flow: { name: "realnvp", layers: 2, hidden: [8] },
  objective: { name: "balanced", chains: 32, localSteps: 2 },
  batch: 32,
  steps: 20,
  draws: 5000,
};

describe("a fitted model", () => {
  // 3 standard errors: false alarms once in 370 runs, were the seed not fixed.
  it("has a log-density that integrates to one, in the units of its rows, to the error of log Z", async () => {
    const far = tensor(
      rows.data.map((v) => 100 + 10 * v),
      rows.shape,
    );
    const model = await fitted(far, small);
    const grid = grid2d(
      [
        [40, 160],
        [40, 160],
      ],
      200,
    );
    const logZ = gridLogZ({ grid, logP: await model.logDensity(grid.points) });
    const { standardError } = model.evaluation.logZ.logZ;
    expect(standardError).toBeLessThan(0.05);
    expect(Math.abs(logZ)).toBeLessThan(3 * standardError!);
    const x = await model.sample(300);
    expect(x.shape).toEqual([300, 2]);
    for (const v of numbers(x)) expect(Math.abs(v - 100)).toBeLessThan(100);
  });

  it("is the same for the same seed, and draws the same for the same key", async () => {
    const [a, b, c] = [await fitted(rows, small), await fitted(rows, small), await fitted(rows, { ...small, seed: 1 })];
    const points = tensor(rows.data.slice(0, 20), [10, 2]);
    expect(await b.logDensity(points)).toEqual(await a.logDensity(points));
    expect(await c.logDensity(points)).not.toEqual(await a.logDensity(points));
    expect(await b.sample(10, { key })).toEqual(await a.sample(10, { key }));
    expect(await a.sample(10, { key: makeKey(2) })).not.toEqual(await a.sample(10, { key }));
  });

  it("is what its objective trained: without a trained flow none is judged or proposes", async () => {
    const { evaluation } = await fitted(rows, { ...small, objective: { name: "cd", localSteps: 2 } });
    expect(evaluation).toMatchObject({ flow: null, logZ: { proposal: "gaussian" } });
  });

  it("is the flow where only the flow was trained, with log Z 0", async () => {
    const rate = { name: "adam", learningRate: 1e-2 };
    const alone = { ...small, objective: { name: "flow-likelihood" }, optimizer: { flow: rate }, average: 0.9 };
    const [begun, model] = [await fitted(rows, { ...alone, steps: 1 }), await fitted(rows, { ...alone, steps: 80 })];
    const { logZ, model: ofModel, flow } = model.evaluation;
    expect(Math.abs(logZ.logZ.value)).toBeLessThan(1e-4);
    expect(ofModel.mean.value).toBeCloseTo(flow!.mean.value, 4);
    expect(ofModel.mean.value).toBeGreaterThan(begun.evaluation.model.mean.value + 0.2);
  });

  it("of a Gaussian draws from it, in any number of coordinates", async () => {
    const z = normal(key, [2000, 3], "float64");
    const model = await fitted(
      tensor(
        z.data.map((v, i) => 5 + (1 + (i % 3)) * v),
        z.shape,
      ),
      { ...small, steps: 1 },
    );
    // One step of training off the Gaussian it begins as: 400 draws do not see that.
    const x = await model.sample(400, { chains: 400, key });
    const law = { mean: 5, variance: 9, cdf: (v: number) => normalCdf((v - 5) / 3) };
    const third = Array.from({ length: 400 }, (_, i) => x.data[3 * i + 2]!);
    expect(drawErrors("third coordinate", third, law)).toEqual([]);
  });
});

it("refuses rows that lie in a plane, in words", async () => {
  const plane = Array.from({ length: 60 }, (_, i) => [Math.sin(i), -Math.sin(i)]);
  await expect(fitted(plane, small)).rejects.toThrow(
    "column x2 is a weighted sum of the columns before it (x1), as far as single precision tells, so there is no joint density; leave one of them out",
  );
});

it("fits the flow to the rows first where it is told to, as the base of the energy", async () => {
  const energy = { ...small.energy, base: "flow" };
  const rate = { optimizer: { flow: { learningRate: 1e-2 } } };
  const from = await fitted(rows, { ...small, ...rate, energy, pretrain: 60, steps: 1 });
  const without = await fitted(rows, { ...small, steps: 1 });
  expect(from.evaluation.model.mean.value).toBeGreaterThan(without.evaluation.model.mean.value + 0.1);
});

describe("the parameters that are kept", () => {
  // A network that can learn 60 rows by heart does: the last parameters are worse on rows they never saw.
  it("are the best on validation rows, which over-fitted ones are not, unless the last are asked for", async () => {
    const few = normal(makeKey(7), [200, 2], "float64");
    const shares = { validation: 0.35, test: 0.35 };
    const eager = { ...small, ...shares, energy: { name: "tilted", hidden: [64, 64] }, steps: 800, evaluateEvery: 40 };
    const rate = { optimizer: { energy: { learningRate: 0.02, schedule: "constant" } } };
    const best = await fitted(few, { ...eager, ...rate });
    const last = await fitted(few, { ...eager, ...rate, select: "last" });
    expect(best.evaluation.model.mean.value).toBeGreaterThan(last.evaluation.model.mean.value + 0.1);
  });

  it("take no rows for validation where nothing is chosen", async () => {
    const { config } = await fitted(rows, { ...small, select: "last" });
    expect(config.data.validation).toBe(0);
    expect((await fitted(rows, small)).config.data.validation).toBe(0.1);
  });
});

describe("what makes no fit", () => {
  it("is refused by name", async () => {
    await expect(fitted(tensor(new Float64Array(8), [2, 2, 2]))).rejects.toThrow(
      /fit: rows have shape \(2, 2, 2\), expected \(n, d\)/,
    );
    await expect(fitted(rows, { ...small, objective: { name: "balance" } })).rejects.toThrow(/did you mean "balanced"/);
    await expect(fitted(tensor(rows.data.slice(0, 4), [2, 2]), small)).rejects.toThrow(InputError);
    const rate = { name: "sgd", learningRate: 1e30 };
    await expect(fitted(rows, { ...small, optimizer: { energy: rate } })).rejects.toThrow(NumericError);
  });

  it("ends early by its progress, and is a model all the same", async () => {
    const seen: number[] = [];
    const model = await fitted(rows, {
      ...small,
      progress: (step, { energyGap }) => {
        expect(Number.isFinite(energyGap)).toBe(true);
        return seen.push(step) < 3;
      },
    });
    expect(seen).toEqual([1, 2, 3]);
    expect(model.evaluation.verdict).toMatch(/\.$/);
  });
});
