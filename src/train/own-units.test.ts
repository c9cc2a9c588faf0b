/** A training in the units of its rows: what is answered is in them, and so is the normal base of the energy. */

import { beforeAll, describe, expect, it } from "vitest";
import { normalCdf } from "../../test/support/goodness.js";
import { drawErrors } from "../../test/support/statistics.js";
import { resolveConfig } from "../config/config.js";
import { expectDensity } from "../config/expect-density.js";
import { identityCoordinates } from "../data/columns/coordinates.js";
import { openModel } from "../model/open.js";
import { spreadOf } from "../model/parts.js";
import type { Trained } from "../model/trained.js";
import { normal } from "../random/draw.js";
import { makeKey } from "../random/key.js";
import { tensor } from "../util/tensor.js";
// A name that no runner takes for one of its own.
import { fit as fitted } from "./fit.js";

const key = makeKey(31);
// Columns N(1, 4) and N(−2, 1/4).
const z = normal(key, [600, 2], "float64");
const rows = tensor(
  z.data.map((v, i) => (i % 2 === 0 ? 1 + 2 * v : -2 + v / 2)),
  z.shape,
);
// One step moves the model little from where it begins: its base, times a flat energy.
const settings = {
  energy: { name: "tilted", hidden: [8] },
  flow: { name: "realnvp", layers: 2, hidden: [8] },
  objective: { name: "balanced", chains: 32, localSteps: 2 },
  ...{ batch: 32, steps: 1, draws: 5000 },
};
const points = tensor(Float64Array.of(0, 0, 1, -2, 3, -1), [3, 2]);
const gaussian = [0, 5, 10].map((squares) => -squares / 2 - Math.log(2 * Math.PI));

describe("a model in the units of its rows", () => {
  let [raw, standard]: Awaited<ReturnType<typeof fitted>>[] = [];
  beforeAll(async () => {
    raw = await fitted(rows, { ...settings, standardize: false });
    standard = await fitted(rows, settings);
  });

  it("begins as N(0, I) in them, where a standardised one begins as the rows (negative control)", async () => {
    const gaps = async (model: Trained) => (await model.logDensity(points)).map((v, i) => Math.abs(v - gaussian[i]!));
    for (const gap of await gaps(raw!)) expect(gap).toBeLessThan(0.1);
    expect(Math.max(...(await gaps(standard!)))).toBeGreaterThan(1);
  });

  it("is judged beside the same fitted Gaussian, in the same units", () => {
    const { gaussian: baseline, model } = raw!.evaluation;
    expect(baseline!.mean.value).toBeCloseTo(standard!.evaluation.gaussian!.mean.value, 4);
    // E log N(x; 0, I) = −log 2π − (1 + 4 + 4 + ¼)/2, over 120 rows.
    expect(Math.abs(model.mean.value + Math.log(2 * Math.PI) + 9.25 / 2)).toBeLessThan(1.5);
    expect(raw!.evaluation.verdict).toMatch(/^A fitted Gaussian explains held-out rows better/);
  });

  it("draws, fills in and denoises in them", async () => {
    const x = await raw!.sample(400, { chains: 400, key });
    const law = { mean: 0, variance: 1, cdf: normalCdf };
    const second = Array.from({ length: 400 }, (_, i) => x.data[2 * i + 1]!);
    expect(drawErrors("second coordinate", second, law)).toEqual([]);
    const { rows: filled, standardDeviations } = await raw!.impute([[3, Number.NaN]], { key });
    expect(filled.data[0]).toBe(3);
    expect(Math.abs(filled.data[1]!)).toBeLessThan(0.2);
    expect(Math.abs(standardDeviations.data[1]! - 1)).toBeLessThan(0.2);
    const { x: clean } = await raw!.denoise([[3, -2]], { sigma: 1, key });
    expect(Math.abs(clean.data[0]! - 1.5)).toBeLessThan(0.2);
    expect(Math.abs(clean.data[1]! + 1)).toBeLessThan(0.2);
  });

  it("is the same when it is opened again", async () => {
    const again = await openModel(await raw!.bytes());
    expect(again.config.data.standardize).toBe(false);
    expect(again.data.coordinates.affine).toEqual({ mean: Float64Array.of(0, 0), scale: Float64Array.of(1, 1) });
    const { pValue, logDensity } = await again.score(points);
    expect(logDensity).toEqual(await raw!.logDensity(points));
    expect(pValue).toEqual((await raw!.score(points)).pValue);
    expect(await again.impute([[3, Number.NaN]], { key })).toEqual(await raw!.impute([[3, Number.NaN]], { key }));
  });
});

it("columns of very different scale have a density in their own units, and a plane has none", () => {
  const config = resolveConfig({ data: { file: "p.csv", standardize: false } });
  const coordinates = identityCoordinates(2);
  const scaled = (second: (i: number) => number) =>
    tensor(
      z.data.map((v, i) => (i % 2 === 0 ? 1e4 * v : 1e-7 * z.data[second(i)]!)),
      z.shape,
    );
  expectDensity(config, { train: scaled((i) => i), coordinates });
  expect(() => expectDensity(config, { train: scaled((i) => i - 1), coordinates })).toThrow(
    /column x2 is a weighted sum/,
  );
});

it("a training whose base is far narrower than its rows is told so", async () => {
  const far = tensor(
    z.data.map((v) => 1e4 * v),
    z.shape,
  );
  await expect(fitted(far, { ...settings, standardize: false })).rejects.toThrow(/energyGap is .* the energy diverged/);
});

it("columns scaled together keep their spread where chains start and where draws are rounded", async () => {
  const narrow = tensor(
    z.data.map((v, i) => (i % 2 === 0 ? 1e6 * v : 1e-3 * v)),
    z.shape,
  );
  const { scale } = spreadOf(await fitted(narrow, { ...settings, standardize: "together" }));
  expect(scale[0]).toBeCloseTo(1, 4);
  expect(scale[1]! * 1e9).toBeGreaterThan(0.9);
  expect(scale[1]! * 1e9).toBeLessThan(1.1);
  expect(spreadOf(await fitted(narrow, settings)).scale).toEqual(Float64Array.of(1, 1));
});
