import { describe, expect, it } from "vitest";
import { numbers } from "../../../test/support/tensors.js";
import { normal } from "../../random/draw.js";
import { makeKey } from "../../random/key.js";
import { type FloatTensor, tensor } from "../../util/tensor.js";
import { deviationsOf, type Scale } from "./precondition.js";
import { addPath, newMoments, planWarmup, scaleOf } from "./warmup.js";

describe("the plan of a warm-up", () => {
  it("is Stan's at a thousand steps", () => {
    expect(planWarmup("diagonal", 1000)).toEqual({
      ...{ start: 75, ends: [100, 150, 250, 450, 950], together: 950 },
    });
  });

  it("learns no metric in fewer than 20 steps, or where none is wanted", () => {
    expect(planWarmup("dense", 19)).toEqual({ start: 0, ends: [], together: 0 });
    expect(planWarmup("unit", 1000)).toEqual({ start: 75, ends: [], together: 75 });
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
  const flat = tensor(Float64Array.of(2, 0.5));
  // n = 33 degrees of freedom: n/(n + 5) of the logarithm of the estimate, and 5/(n + 5) of that of the scale before.
  const own = 33 / 38;
  const shrunk = (i: number): number => within(i, i) ** (own / 2) * flat.data[i]! ** (1 - own);
  const momentsOf = (metric: "diagonal" | "dense", draws: FloatTensor) =>
    addPath(metric, newMoments(metric, chains, d), draws, d);

  it("is the deviation within chains, drawn towards the scale before as by five draws", () => {
    const { data } = scaleOf("diagonal", momentsOf("diagonal", path), chains, flat);
    for (let i = 0; i < d; i++) expect(data[i]).toBeCloseTo(shrunk(i), 9);
  });

  it("is a Cholesky factor of the covariance, for a dense metric, with a little added to its diagonal", () => {
    const { data } = scaleOf("dense", momentsOf("dense", path), chains, flat);
    const [a, above, b, c] = numbers(tensor(data)) as [number, number, number, number];
    expect(above).toBe(0);
    const dense = (i: number, j: number) => within(i, j) * (i === j ? own + 1e-3 * (1 - own) : own);
    expect([a * a, a * b, b * b + c * c].map((v) => v.toFixed(9))).toEqual(
      [dense(0, 0), dense(0, 1), dense(1, 1)].map((v) => v.toFixed(9)),
    );
  });

  it("does not depend on how its path is cut", () => {
    const whole = momentsOf("dense", path);
    const cut = [part(0, 1), part(1, 6), part(6, steps)].reduce(
      (m, p) => addPath("dense", m, p, d),
      newMoments("dense", chains, d),
    );
    expect(cut).toEqual(whole);
  });

  it.each(["diagonal", "dense"] as const)("suits coordinates of any unit: %s", (metric) => {
    const unit = 1e-6;
    const smaller = tensor(
      path.data.map((v, i) => (i % d === 1 ? unit * v : v)),
      path.shape,
    );
    const before = tensor(Float64Array.of(2, 0.5 * unit));
    const [one, other] = [
      scaleOf(metric, momentsOf(metric, path), chains, flat),
      scaleOf(metric, momentsOf(metric, smaller), chains, before),
    ];
    const rows = (scale: Scale) => deviationsOf(scale);
    expect(rows(other)[0]).toBeCloseTo(rows(one)[0]!, 12);
    expect(rows(other)[1]! / unit).toBeCloseTo(rows(one)[1]!, 9);
  });

  it.each(["diagonal", "dense"] as const)(
    "does not count a chain that stands, or one on its way from far off: %s",
    (metric) => {
      const many = 6;
      const draws = normal(makeKey(8), [steps, many, d], "float64").data;
      const with5 = (spoil: (v: number, t: number) => number) =>
        tensor(
          Float64Array.from(draws, (v, i) =>
            Math.floor(i / d) % many === 5 ? spoil(v, Math.floor(i / (d * many))) : v,
          ),
          [steps, many, d],
        );
      const scale = (x: FloatTensor) => scaleOf(metric, addPath(metric, newMoments(metric, many, d), x, d), many, flat);
      const [stands, comes] = [scale(with5(() => 7)), scale(with5((_, t) => 1000 - 80 * t))];
      // Both leave the same five chains.
      expect(Array.from(comes.data)).toEqual(Array.from(stands.data));
      for (const v of deviationsOf(stands)) expect(v).toBeGreaterThan(0.5);
      for (const v of deviationsOf(stands)) expect(v).toBeLessThan(1.5);
    },
  );

  it("is as before where no chain moved", () => {
    const still = tensor(new Float64Array(steps * chains * d).fill(3), [steps, chains, d]);
    expect(scaleOf("diagonal", momentsOf("diagonal", still), chains, flat).data).toEqual(flat.data);
  });
});
