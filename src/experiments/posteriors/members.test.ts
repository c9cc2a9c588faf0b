/** Posteriors against densities written a second time in another language, and against covariances. */

import { expect, it } from "vitest";
import { constant } from "../../ops/leaf.js";
import { normal } from "../../random/draw.js";
import { makeKey } from "../../random/key.js";
import { evaluate } from "../../runtime/program.js";
import { logGamma as exactly } from "../../util/gamma-functions.js";
import { floats, tensor } from "../../util/tensor.js";
import { logGamma } from "./parts.js";
import type { Posterior } from "./posterior.js";
import * as tables from "./tables.js";
import { posteriors } from "./unit.js";

const energiesAt = async ({ energy }: Posterior, points: readonly (readonly number[])[]) => {
  const x = constant(tensor(Float64Array.from(points.flat()), [points.length, points[0]!.length]));
  return floats((await evaluate({ e: energy(x) })).e!);
};

it.each(Object.entries(tables))(
  "%s has the energy that its answers were found with, to a constant",
  async (name, { points, energies }) => {
    const found = await energiesAt(posteriors[name]!, points);
    for (const [i, e] of energies.entries()) expect(found[i]! - found[0]!).toBeCloseTo(e, 8);
  },
);

it("has every answer, and no two of its posteriors are called alike", () => {
  for (const { name, coordinates, energy } of Object.values(posteriors)) {
    // Of the funnel one coordinate is known.
    expect(coordinates.length, name).toBe(name === "funnel" ? 1 : energy.event[0]);
    for (const { sd, meanError = 0, sdError = 0 } of coordinates) {
      expect(sd, name).toBeGreaterThan(0);
      // Too small to be seen beside the error of 8000 draws.
      expect(Math.max(meanError, sdError) / sd, name).toBeLessThan(0.003);
    }
  }
  const all = Object.values(posteriors);
  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
  expect(Math.abs(all.filter(({ half }) => half === "design").length - all.length / 2)).toBeLessThan(1);
});

it("correlates neighbours as it says: half a variance of energy at a column of the covariance", async () => {
  const columns = Array.from({ length: 10 }, (_, k) => Array.from({ length: 10 }, (_, i) => 0.95 ** Math.abs(i - k)));
  for (const e of await energiesAt(posteriors.correlated!, columns)) expect(e).toBeCloseTo(0.5, 12);
});

it("has deviations of the rotated Gaussian along the coordinates", async () => {
  // E = xᵀ A x/2: A by energies of unit vectors and of sums of two, and its inverse is the covariance.
  const { coordinates } = posteriors.rotated!;
  const d = coordinates.length;
  const at = (rows: number[][]) => energiesAt(posteriors.rotated!, rows);
  const unit = (i: number, j = i): number[] =>
    Array.from({ length: d }, (_, k) => (k === i ? 1 : 0) + (k === j ? 1 : 0));
  const energies = await at(Array.from({ length: d * d }, (_, k) => unit(Math.floor(k / d), k % d)));
  const single = Array.from({ length: d }, (_, i) => energies[i * d + i]! / 4);
  const matrix = Array.from({ length: d }, (_, i) =>
    Array.from({ length: d }, (_, j) => (i === j ? 2 * single[i]! : energies[i * d + j]! - single[i]! - single[j]!)),
  );
  for (const [i, { sd }] of coordinates.entries()) expect(solve(matrix, i)[i]! / sd ** 2).toBeCloseTo(1, 6);
});

/** The column of an inverse, by elimination. */
function solve(a: readonly (readonly number[])[], column: number): number[] {
  const m = a.map((row, i) => [...row, i === column ? 1 : 0]);
  for (let i = 0; i < m.length; i++)
    for (let k = 0; k < m.length; k++) {
      if (k === i) continue;
      const factor = m[k]![i]! / m[i]![i]!;
      m[k] = m[k]!.map((v, j) => v - factor * m[i]![j]!);
    }
  return m.map((row, i) => row.at(-1)! / row[i]!);
}

it("has the logarithm of the gamma function", async () => {
  const x = Float64Array.from(normal(makeKey(1), [200], "float64").data, (z) => Math.exp(2 * z));
  const found = floats((await evaluate({ y: logGamma(constant(tensor(x))) })).y!);
  for (const [i, v] of x.entries())
    expect(Math.abs(found[i]! - exactly(v))).toBeLessThan(1e-11 * (1 + Math.abs(exactly(v))));
});
