/** What a trained model answers, for rows in the units of its data. */

import { describe, expect, it } from "vitest";
import { trainedNormal } from "../../test/support/trained-normal.js";
import { normal } from "../random/draw.js";
import { makeKey } from "../random/key.js";
import { InputError } from "../util/errors.js";
import { tensor } from "../util/tensor.js";
import { scoreRows } from "./in-units.js";

const [mean, scale] = [
  [0, 100],
  [2, 50],
];
const model = trainedNormal(mean, scale);
/** `log N(x; mean, scale²)` of both columns. */
const logNormal = (row: readonly number[]): number =>
  row.reduce((s, v, j) => s - ((v - mean[j]!) / scale[j]!) ** 2 / 2 - Math.log(scale[j]! * Math.sqrt(2 * Math.PI)), 0);

it("has densities of its law in the units of the data, up to the error of log Z, which it names", async () => {
  const rows = [
    [0, 100],
    [3, 20],
    [-5, 190],
  ];
  const { value, standardError, note, from } = await model.logZ();
  expect(note).toBeNull();
  expect(from).toMatch(/^importance sampling, 20000 draws of/);
  const logp = await model.logDensity(rows);
  // Five standard errors: false alarms in 1e-6. The energy is normalised.
  expect(Math.abs(value)).toBeLessThan(5 * standardError!);
  for (const [i, row] of rows.entries()) expect(Math.abs(logp[i]! - logNormal(row))).toBeLessThan(5 * standardError!);
  expect(await model.logZ()).toBe(await model.logZ());
});

describe("scores", () => {
  it("are densities, ratios without log Z, and p-values by held-out rows", async () => {
    const rows = [
      [0, 100],
      [40, 100],
    ];
    const { logDensity, logRatio, pValue, calibration } = await model.score(rows, { relativeTo: 0 });
    expect(logDensity).toEqual(await model.logDensity(rows));
    expect(logRatio![0]).toBe(0);
    expect(logRatio![1]).toBeCloseTo(-200, 4);
    expect(calibration).toBe(20);
    expect(pValue[1]).toBeCloseTo(1 / 21, 12);
    expect(pValue[0]).toBe(1);
  });

  it("of rows in pieces are those of all rows at once", async () => {
    const rows = Array.from({ length: 9 }, (_, i) => [10 * i - 40, 100 + 30 * i]);
    for (const by of ["energy", "kernel"] as const)
      for (const size of [1, 4, 9]) {
        const scorer = model.scorer({ by });
        for (let at = 0; at < rows.length; at += size) await scorer.add(rows.slice(at, at + size));
        expect(await scorer.scores({ relativeTo: 3 })).toEqual(await model.score(rows, { by, relativeTo: 3 }));
        await expect(scorer.scores({ relativeTo: 9 })).rejects.toThrow(
          "there is no row 10 to compare with; there are 9",
        );
      }
  });

  it("of rows without a density are named, with the least p-value there is", async () => {
    const { logDensity, pValue, withoutDensity } = await model.score([
      [0, 100],
      [1e200, 100],
    ]);
    expect([logDensity[1], pValue[1]]).toEqual([Number.NEGATIVE_INFINITY, 1 / 21]);
    expect(withoutDensity).toEqual([1]);
    const heldOut = Float64Array.of(1, 2, 3);
    const [logZ, shift] = [model.logZ, () => Promise.resolve(2)];
    const energies = Float64Array.of(Number.NaN, 0, Number.POSITIVE_INFINITY, 9);
    const found = await scoreRows({ energies, heldOut, logZ, shift }, {});
    expect([...found.pValue]).toEqual([1 / 4, 1, 1 / 4, 1 / 4]);
    expect([...found.logDensity]).toEqual([Number.NaN, -2, Number.NEGATIVE_INFINITY, -11]);
    expect(found.withoutDensity).toEqual([0, 2]);
  });

  it("are refused for a row there is not", async () => {
    await expect(model.score([[0, 0]], { relativeTo: 1 })).rejects.toThrow("there is no row 2 to compare with");
  });
});

it("takes noise, rows and errors in the units of the data, each column its own", async () => {
  const noisy = tensor(Float64Array.of(3, 200), [1, 2]);
  const { x, standardError } = await model.denoise(noisy, { sigma: [1, 25], key: makeKey(2) });
  // 3 · 4/(4 + 1), and 100 + 100 · 2500/(2500 + 625). Five standard errors: false alarms in 1e-6.
  for (const [i, truth] of [2.4, 180].entries()) {
    const error = standardError!.data[i]!;
    expect(Math.abs(x.data[i]! - truth)).toBeLessThan(5 * error);
    // The posterior's deviation is 0.45 of the column's; 2000 dependent draws.
    expect(error / scale[i]!).toBeLessThan(0.05);
    expect(error / scale[i]!).toBeGreaterThan(0.003);
  }
});

it("fills in cells in the units of the data, and keeps those that were given to the digit", async () => {
  const { rows, standardDeviations, missing, draws } = await model.impute([[0.1 + 0.2, Number.NaN]], {
    ...{ key: makeKey(3), keepDraws: true },
  });
  expect([rows.data[0], missing]).toEqual([0.1 + 0.2, 1]);
  // Independent columns: the mean and the deviation of the second, by 2000 dependent draws of worth some hundreds.
  expect(Math.abs(rows.data[1]! - 100)).toBeLessThan(15);
  expect(standardDeviations.data[1]! / 50).toBeGreaterThan(0.8);
  expect(standardDeviations.data[1]! / 50).toBeLessThan(1.2);
  const drawn = Array.from(draws![0]!.x.data);
  expect(drawn.reduce((s, v) => s + v, 0) / drawn.length).toBeCloseTo(rows.data[1]!, 2);
});

it("names rows whose given cells lie outside what the training has shown, in the units of the data", async () => {
  const short = { key: makeKey(3), chains: 2, warmup: 5, draws: 4 };
  const [found, ...none] = (
    await model.impute(
      [
        [Number.NaN, 120],
        [Number.NaN, 1000],
      ],
      short,
    )
  ).outside!;
  expect(none).toEqual([]);
  expect(found).toMatchObject({ row: 1, coordinates: [1], values: [1000] });
  const [low, high] = found!.ranges[0]!;
  // The least and the largest of the rows: two to five deviations from the mean.
  for (const far of [100 - low, high - 100]) {
    expect(far).toBeGreaterThan(2 * 50);
    expect(far).toBeLessThan(5 * 50);
  }
  expect((await model.denoise([[0, 1000]], { ...short, sigma: 1 })).outside).toMatchObject([
    { coordinates: [1], values: [1000] },
  ]);
});

it("draws in the units of the data, the same for the same key, and says what the chains are", async () => {
  const { points, chains, sampler } = await model.draws({ n: 200, chains: 50, key: makeKey(4) });
  expect(points.shape).toEqual([200, 2]);
  expect([sampler.name, chains.x.shape[0]]).toEqual(["mala", 50]);
  expect((await model.sample(200, { chains: 50, key: makeKey(4) })).data).toEqual(points.data);
});

it("refuses rows of other columns, and classes where it knows none", async () => {
  await expect(model.logDensity(normal(makeKey(1), [3, 4]))).rejects.toThrow(
    "logDensity: rows have shape (3, 4), expected (n, 2)",
  );
  await expect(model.classify([[0, 0]])).rejects.toThrow(InputError);
  await expect(model.logDensity([[1, Number.NaN]])).rejects.toThrow("logDensity: row 0 (from 0), column b is NaN");
  await expect(model.sample(1.5)).rejects.toThrow("expected a whole number of points from 1, got 1.5");
  for (const sigma of [-1, [1, 0]])
    await expect(model.denoise([[1, 2]], { sigma })).rejects.toThrow(/^denoise: sigma is (-1|0); expected a positive/);
});
