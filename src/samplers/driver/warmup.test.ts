import { describe, expect, it } from "vitest";
import { numbers } from "../../../test/support/tensors.js";
import { normal } from "../../random/draw.js";
import { makeKey } from "../../random/key.js";
import { type FloatTensor, tensor } from "../../util/tensor.js";
import { addPath, newMoments, planWarmup, scaleOf } from "./warmup.js";

describe("the plan of a warm-up", () => {
  it("is Stan's at a thousand steps", () => {
    expect(planWarmup("diagonal", 1000)).toEqual({ start: 75, ends: [100, 150, 250, 450, 950] });
  });

  it("learns no metric in fewer than 20 steps, or where none is wanted", () => {
    expect(planWarmup("dense", 19).ends).toEqual([]);
    expect(planWarmup("unit", 1000).ends).toEqual([]);
  });

  it("has, at every length, windows of at least 15 steps, and the last phase left for the step size", () => {
    for (let warmup = 20; warmup <= 3000; warmup++) {
      const { start, ends } = planWarmup("diagonal", warmup);
      expect(ends.length, `${warmup}`).toBeGreaterThan(0);
      [start, ...ends].reduce((from, to) => {
        expect(to - from, `${warmup}: from ${from} to ${to}`).toBeGreaterThanOrEqual(15);
        return to;
      });
      const last = warmup < 150 ? Math.floor(0.1 * warmup) : 50;
      expect(warmup - ends.at(-1)!, `${warmup}`).toBeGreaterThanOrEqual(last);
    }
  });

  it("cuts a warm-up of 100 steps or more into whole blocks", () => {
    for (const warmup of [100, 126, 149, 150, 333]) {
      const { start, ends } = planWarmup("diagonal", warmup);
      for (const at of [start, ...ends]) expect(at % 25).toBe(0);
    }
  });
});

describe("the scale of a window", () => {
  const [steps, chains, d] = [12, 3, 2];
  // Chains around places of their own, far apart beside their width.
  const path = tensor(
    normal(makeKey(5), [steps, chains, d], "float64").data.map((v, i) => v + 100 * (Math.floor(i / d) % chains)),
    [steps, chains, d],
  );
  const part = (from: number, to: number): FloatTensor =>
    tensor(path.data.slice(from * chains * d, to * chains * d) as Float64Array, [to - from, chains, d]);

  /** Covariance about the mean of each chain, by its definition. */
  function within(i: number, j: number): number {
    const at = (t: number, c: number, k: number): number => path.data[(t * chains + c) * d + k]!;
    let s = 0;
    for (let c = 0; c < chains; c++) {
      const own = (k: number): number =>
        Array.from({ length: steps }, (_, t) => at(t, c, k) / steps).reduce((a, b) => a + b);
      const [mi, mj] = [own(i), own(j)];
      for (let t = 0; t < steps; t++) s += (at(t, c, i) - mi) * (at(t, c, j) - mj);
    }
    return s / (chains * (steps - 1));
  }
  // n = 33 degrees of freedom: n/(n + 5) of the estimate, and 5/(n + 5) of 10⁻³.
  const shrunk = (i: number, j: number): number => (33 / 38) * within(i, j) + (i === j ? (5 / 38) * 1e-3 : 0);

  it("is the deviation within chains, shrunk by five draws", () => {
    const { data } = scaleOf("diagonal", addPath("diagonal", newMoments("diagonal", chains, d), path, d), chains, d);
    for (let i = 0; i < d; i++) expect(data[i]).toBeCloseTo(Math.sqrt(shrunk(i, i)), 9);
  });

  it("is a Cholesky factor of the covariance, for a dense metric", () => {
    const { data } = scaleOf("dense", addPath("dense", newMoments("dense", chains, d), path, d), chains, d);
    const [a, above, b, c] = numbers(tensor(data)) as [number, number, number, number];
    expect(above).toBe(0);
    expect([a * a, a * b, b * b + c * c].map((v) => v.toFixed(9))).toEqual(
      [shrunk(0, 0), shrunk(0, 1), shrunk(1, 1)].map((v) => v.toFixed(9)),
    );
  });

  it("does not depend on how its path is cut", () => {
    const whole = addPath("dense", newMoments("dense", chains, d), path, d);
    const cut = [part(0, 1), part(1, 6), part(6, steps)].reduce(
      (m, p) => addPath("dense", m, p, d),
      newMoments("dense", chains, d),
    );
    expect(cut).toEqual(whole);
  });

  it("is positive where chains did not move", () => {
    const still = tensor(new Float64Array(steps * chains * d).fill(3), [steps, chains, d]);
    const { data } = scaleOf("diagonal", addPath("diagonal", newMoments("diagonal", chains, d), still, d), chains, d);
    for (const v of data) expect(v).toBeCloseTo(Math.sqrt((5 / 38) * 1e-3), 6);
  });
});
