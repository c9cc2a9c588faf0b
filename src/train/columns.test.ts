/** Densities of trained models in the units of their rows, whatever the columns are. */

import { expect, it } from "vitest";
import { openModel } from "../model/open.js";
import type { Trained } from "../model/trained.js";
import { normal, uniform } from "../random/draw.js";
import { makeKey } from "../random/key.js";
import { mean } from "../util/moments.js";
import { tensor } from "../util/tensor.js";
import { fit as fitted } from "./fit.js";

const quick = {
  ...{ steps: 60, draws: 4000, closing: 0, evaluateEvery: 20 },
  objective: { name: "balanced", chains: 64 },
  flow: { name: "realnvp", layers: 2, hidden: [8] },
  energy: { name: "tilted", hidden: [16] },
};

/** `Σ exp(log p)` over equal cells of a line. */
async function integral(model: Trained, [low, high]: readonly [number, number], n = 4000): Promise<number> {
  const x = Float64Array.from({ length: n }, (_, i) => low + ((high - low) * (i + 0.5)) / n);
  const logp = await model.logDensity(tensor(x, [n, 1]));
  return (logp.reduce((s, v) => s + Math.exp(v), 0) * (high - low)) / n;
}

it("one narrow column: densities above 1, near +5.49 nats, that integrate to 1", async () => {
  const x = normal(makeKey(3), [800, 1], "float64").data.map((v) => 0.001 * v);
  const model = await fitted(tensor(x, [800, 1]), quick);
  const { standardError } = await model.logZ();
  // Five standard errors of log Z, and what is beyond nine deviations.
  expect(Math.abs(Math.log(await integral(model, [-0.009, 0.009])))).toBeLessThan(5 * standardError! + 1e-3);
  const fresh = normal(makeKey(4), [2000, 1], "float64").data.map((v) => 0.001 * v);
  const found = mean(await model.logDensity(tensor(fresh, [2000, 1])));
  // −½ log 2πeσ² = 5.4888; the mean of 2000 rows has an error of 0.016, and a model is what it loses at most.
  expect(found).toBeGreaterThan(5.3);
  expect(found).toBeLessThan(5.4888 + 0.065);
});

it("counts and categories: probabilities of sum 1, whole draws, and the same again once saved", async () => {
  const n = 600;
  const [z, u] = [normal(makeKey(5), [n], "float64").data, uniform(makeKey(6), [n], "float64").data];
  const rows = Array.from({ length: n }, (_, i) => {
    const c = u[i]! < 0.6 ? 0 : u[i]! < 0.9 ? 1 : 2;
    return [Math.max(0, Math.round(2 + c + 0.9 * z[i]!)), 10 * c];
  });
  const model = await fitted(rows, { ...quick, as: { x2: "category" } });
  expect(model.config.data.as).toEqual({ x1: "whole", x2: "category" });
  const all = Array.from({ length: 31 }, (_, k) => k - 10).flatMap((k) => [0, 10, 20].map((c) => [k, c]));
  const logp = await model.logDensity(all);
  const { standardError } = await model.logZ();
  const total = logp.reduce((s, v) => s + Math.exp(v), 0);
  // 16 places in each of a dozen cells that matter leave some hundredths; that of log Z comes on top.
  expect(Math.abs(total - 1)).toBeLessThan(0.06 + 5 * standardError!);
  const drawn = (await model.sample(200, { chains: 50 })).data;
  for (let i = 0; i < 200; i++) {
    expect(Number.isInteger(drawn[2 * i])).toBe(true);
    expect([0, 10, 20]).toContain(drawn[2 * i + 1]);
  }
  const again = await openModel(await model.bytes());
  expect(await again.logDensity(all)).toEqual(logp);
  expect((await again.score(rows.slice(0, 9))).pValue).toEqual((await model.score(rows.slice(0, 9))).pValue);
  await expect(model.denoise(rows.slice(0, 2), { sigma: 1 })).rejects.toThrow(/column x2 is category/);
});

it("a density on whole numbers has no more than the entropy of their law", async () => {
  const n = 900;
  const u = uniform(makeKey(8), [n], "float64").data;
  const rows = Float64Array.from(u, (v) => Math.floor(3 * v));
  const model = await fitted(tensor(rows, [n, 1]), { ...quick, steps: 200 });
  // Three equally likely values: −log 3 a row, and at most what one held-out part of 180 rows gives by chance.
  expect(model.evaluation.model.mean.value).toBeLessThan(-Math.log(3) + 0.05);
  expect(model.evaluation.model.mean.value).toBeGreaterThan(-2);
});
