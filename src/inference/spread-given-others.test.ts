import { expect, it } from "vitest";
import { normal } from "../random/draw.js";
import { makeKey } from "../random/key.js";
import { tensor } from "../util/tensor.js";
import { spreadGivenOthers, toldByOthers } from "./spread-given-others.js";

const n = 4000;
const z = normal(makeKey(4), [n, 3], "float64").data;
/** Columns a, b and c = 3 a + δ e, and one that is always 7. */
const rows = (delta: number) => {
  const row = (i: number) => [z[3 * i]!, z[3 * i + 1]!, 3 * z[3 * i]! + delta * z[3 * i + 2]!, 7];
  return tensor(Float64Array.from(Array.from({ length: n }, (_, i) => row(i)).flat()), [n, 4]);
};

it("is the deviation about the regression on the others, as a share", () => {
  const delta = 0.3;
  const share = spreadGivenOthers(rows(delta));
  // 1 − R² of c on a is δ²/(9 + δ²), and so it is of a on c; a ratio of variances of 4000 rows: five errors are 6 %.
  const truth = delta / Math.sqrt(9 + delta ** 2);
  for (const j of [0, 2]) expect(Math.abs(share[j]! / truth - 1)).toBeLessThan(0.06);
  expect(share[1]).toBeGreaterThan(0.99);
  expect(share[3]).toBeCloseTo(1, 6);
});

it("names columns that are all but functions of the others, also exact ones, and else the nearest to be one", () => {
  const names = ["a", "b", "c", "d"];
  expect(toldByOthers(rows(0.003), names)).toMatch(/^[ac] \(0\.[01]\d* % .*\) and [ac] \(0\.[01]\d* %/);
  expect(toldByOthers(rows(0), names)).toMatch(/^[ac] .* and [ac] /);
  expect(toldByOthers(rows(3), names)).toMatch(/^[ac] \([67]\d % of its spread is its own given the others\)$/);
});
