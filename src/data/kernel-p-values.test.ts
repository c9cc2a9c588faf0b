/** P-values of fresh rows are uniform, whatever law the rows have: by all rows of a kernel density, and by rows held out. */

import { expect, it } from "vitest";
import { kolmogorov } from "../../test/support/goodness.js";
import { conformalPValues } from "../metrics/intervals/conformal.js";
import { normal, uniform } from "../random/draw.js";
import { fold, type Key, makeKey } from "../random/key.js";
import { type FloatTensor, tensor } from "../util/tensor.js";
import { fitKernelDensity } from "./fit-kernel-density.js";
import * as members from "./members.js";

const { checkerboard, eightGaussians, moons, pinwheel, rings, spirals, twoModes } = members;
type Draw = (key: Key, n: number) => FloatTensor;
const shaped =
  (d: number, f: (z: number, i: number) => number): Draw =>
  (key, n) => ({ ...normal(key, [n, d], "float64"), data: normal(key, [n, d], "float64").data.map(f) });

/** Twelve: in the plane with modes, holes and edges; skewed, without a variance, on a lattice, in many columns. */
const laws: Readonly<Record<string, Draw>> = {
  ...Object.fromEntries(
    Object.entries({ checkerboard, eightGaussians, moons, pinwheel, rings, spirals, twoModes }).map(([name, set]) => {
      const law = set();
      return [name, (key: Key, n: number) => law.draw(key, n)];
    }),
  ),
  lognormal: shaped(2, (z) => Math.exp(2 * z)),
  "powers of normals": shaped(1, (z) => z ** 5),
  steps: shaped(3, (z) => Math.round(1.5 * z)),
  "eight columns": shaped(8, (z, i) => z * (1 + (i % 8))),
  edges: (key, n) => uniform(key, [n, 2], "float64"),
};

const [ROWS, TABLES] = [30, 160] as const;
/** √n D of a uniform sample is beyond this once in 10,000: (2/e^{2·2.23²}). */
const BEYOND = 2.23;

/** P-values of one row a table, spread over their steps: uniform where they are exact. */
function spread(law: Draw, name: string, pValue: (rows: FloatTensor, fresh: FloatTensor) => number): Float64Array {
  const u = uniform(fold(makeKey(99), name), [TABLES], "float64").data;
  return Float64Array.from({ length: TABLES }, (_, t) => {
    const { data, shape } = law(fold(fold(makeKey(7), name), t), ROWS + 1);
    const d = shape[1]!;
    const part = (from: number, to: number) => tensor(Float64Array.from(data.slice(from * d, to * d)), [to - from, d]);
    // Ties make a p-value larger; no law here has many but the steps, whose cells are told apart.
    return pValue(part(0, ROWS), part(ROWS, ROWS + 1)) - u[t]! / (ROWS + 1);
  });
}

const apart = (rows: FloatTensor, key: number): FloatTensor => {
  const noise = uniform(makeKey(key), rows.shape, "float64").data;
  return tensor(
    Float64Array.from(rows.data, (v, i) => v + 1e-3 * noise[i]!),
    rows.shape,
  );
};

it("by all rows of the density, at a false-alarm rate of 12 in 10,000", () => {
  for (const [name, law] of Object.entries(laws)) {
    const p = spread(law, name, (rows, fresh) => fitKernelDensity(apart(rows, 1)).score(apart(fresh, 2)).pValue[0]!);
    expect(
      kolmogorov(p, (x) => x),
      name,
    ).toBeLessThan(BEYOND);
  }
});

it("by rows held out, whatever a score is made of", () => {
  for (const [name, law] of Object.entries(laws)) {
    const p = spread(law, name, (rows, fresh) => {
      const score = (x: FloatTensor) =>
        Float64Array.from(
          { length: x.shape[0]! },
          (_, i) => Math.sin(40 * x.data[i * x.shape[1]!]!) + 1e-9 * x.data[i * x.shape[1]!]!,
        );
      return conformalPValues(score(apart(rows, 3)), score(apart(fresh, 4)))[0]!;
    });
    expect(
      kolmogorov(p, (x) => x),
      name,
    ).toBeLessThan(BEYOND);
  }
});

it("not where rows are compared with energies that their own kernel has lowered (negative control)", () => {
  const failed = Object.entries(laws).filter(([name, law]) => {
    const p = spread(law, name, (rows, fresh) => {
      const density = fitKernelDensity(apart(rows, 5));
      const energies = (x: FloatTensor) => density.logDensity(x).map((v) => -v);
      return conformalPValues(energies(apart(rows, 5)), energies(apart(fresh, 6)))[0]!;
    });
    return kolmogorov(p, (x) => x) > BEYOND;
  });
  expect(failed.length).toBeGreaterThan(8);
});
