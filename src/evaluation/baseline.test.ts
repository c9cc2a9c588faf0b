import { expect, it } from "vitest";
import { real } from "../energies/support.js";
import { normal } from "../random/draw.js";
import { makeKey } from "../random/key.js";
import { mean } from "../util/moments.js";
import { tensor } from "../util/tensor.js";
import { baselineLaws, simplestLaw } from "./baseline.js";

it("fits a Gaussian to fewer rows than columns, better than a far one and worse than the truth", () => {
  const d = 40;
  const rows = normal(makeKey(1), [30, d], "float64");
  const fresh = normal(makeKey(2), [200, d], "float64");
  const law = simplestLaw(real, rows);
  expect(law.words).toBe("a Gaussian drawn to independent columns");
  const found = mean(law.logDensity(fresh));
  const truth = -(d / 2) * Math.log(2 * Math.PI) - d / 2;
  expect(found).toBeLessThan(truth);
  expect(found).toBeGreaterThan(truth - d / 2);
  // Columns that repeat each other have a law as well.
  const twice = tensor(
    Float64Array.from({ length: 30 * 40 }, (_, i) => rows.data[Math.floor(i / 2)]!),
    [30, 40],
  );
  expect(Number.isFinite(mean(simplestLaw(real, twice).logDensity(twice)))).toBe(true);
});

it("fits no mixture to more columns than that takes seconds for", () => {
  const wide = normal(makeKey(3), [150, 101], "float64");
  const names = baselineLaws(real, wide, { further: true, key: makeKey(4) }).map(({ name }) => name);
  expect(names).toEqual(["fitted Gaussian", "kernel density"]);
});

it("fits no mixture to fewer rows than columns, as images may be", () => {
  for (const [n, more] of [
    [56, []],
    [64, []],
    [66, ["Gaussian mixture"]],
  ] as const) {
    const rows = normal(makeKey(5), [n, 64], "float64");
    const names = baselineLaws(real, rows, { further: true, key: makeKey(6) }).map(({ name }) => name);
    expect(names.slice(1)).toEqual([...more, "kernel density"]);
  }
});
