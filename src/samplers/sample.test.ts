import { describe, expect, it } from "vitest";
import { hostKernel } from "../../test/support/host-kernel.js";
import { correlated, targetOf } from "../../test/support/sampler-targets.js";
import { numbers, worstDifference } from "../../test/support/tensors.js";
import { makeEnergy } from "../energies/energy.js";
import { gaussianEnergy } from "../energies/gaussian.js";
import { mixtureEnergy } from "../energies/mixture.js";
import { add, log, mul, square, sub } from "../ops/arithmetic.js";
import { constant } from "../ops/leaf.js";
import { matmul } from "../ops/linalg.js";
import { less, where } from "../ops/logic.js";
import { sum } from "../ops/shape.js";
import { mean as meanOf } from "../ops/special.js";
import { normal } from "../random/draw.js";
import { fold, makeKey } from "../random/key.js";
import { workerEngine } from "../runtime/worker-engine.js";
import { InputError, NumericError } from "../util/errors.js";
import { cast, type FloatTensor, tensor } from "../util/tensor.js";
import { hmc } from "./hmc.js";
import { mala } from "./mala.js";
import { randomWalk } from "./random-walk.js";
import { type SampleProgress, sample } from "./sample.js";
import { ula } from "./ula.js";

const CHAINS = 4;
const key = makeKey(11);
const start = cast(correlated.draw(fold(key, "start"), CHAINS), "float64");
const options = { stepSize: 0.3 };
const { energy } = correlated;

/** Positions of a draw, from `(chains, draws, d)`. */
const drawAt = ({ shape, data }: FloatTensor, draw: number): number[] => {
  const [chains, draws, d] = shape as [number, number, number];
  return Array.from({ length: chains }, (_, c) =>
    Array.from(data.slice((c * draws + draw) * d, (c * draws + draw + 1) * d)),
  ).flat();
};

describe("sample", () => {
  it.each([1, 7, 100])("keeps, after the warm-up, every `thin`-th step, in blocks of %i", async (block) => {
    const [warmup, draws, thin] = [5, 6, 3];
    const run = { energy, sampler: ula, options, start, warmup, draws, thin, key, block };
    const { x, info, tuned, scale, complete } = await sample(run);
    expect([x.dtype, ...x.shape]).toEqual(["float64", CHAINS, draws, 2]);
    expect([info, tuned, scale, complete]).toEqual([{}, {}, null, true]);
    const kernel = await hostKernel((t) => ula(t, options), targetOf(correlated, CHAINS, "float64"), "float64");
    let state = await kernel.init(start);
    for (let step = 0; step < warmup + draws * thin; step++) {
      state = (await kernel.walk(state, key, 1, step)).state;
      const kept = (step + 1 - warmup) / thin;
      if (kept < 1 || !Number.isInteger(kept)) continue;
      const expected = tensor(Float64Array.from(drawAt(x, kept - 1)), [CHAINS, 2]);
      expect(worstDifference(state.x!, expected)).toBeLessThan(1e-12);
    }
  });

  it("reports the acceptance of the step that led to each draw", async () => {
    const run = { energy, sampler: mala, options: { stepSize: 2 }, start, warmup: 0, draws: 40, key };
    const { x, info } = await sample(run);
    expect(info.acceptance!.shape).toEqual([CHAINS, 40]);
    for (let c = 0; c < CHAINS; c++)
      for (let i = 1; i < 40; i++)
        // Certain to be refused means it did not move.
        if (info.acceptance!.data[c * 40 + i] === 0)
          expect(drawAt(x, i).slice(2 * c, 2 * c + 2)).toEqual(drawAt(x, i - 1).slice(2 * c, 2 * c + 2));
    expect(numbers(info.acceptance!).some((a) => a < 0.5)).toBe(true);
  });

  it.each(["unit", "dense"] as const)("gives the same draws whatever the blocks, %s metric", async (metric) => {
    const run = { energy, sampler: mala, start, metric, warmup: 53, draws: 20, key };
    const whole = await sample({ ...run, block: 100 });
    for (const block of [1, 4, 7]) {
      const cut = await sample({ ...run, block });
      expect(worstDifference(cut.x, whole.x)).toBeLessThan(1e-9);
      expect(cut.tuned.stepSize).toBeCloseTo(whole.tuned.stepSize!, 9);
    }
  });

  it("says how far it is, and what it tunes", async () => {
    const told: SampleProgress[] = [];
    const progress = (at: SampleProgress): undefined => {
      told.push(at);
    };
    await sample({ energy, sampler: mala, start, metric: "unit", warmup: 20, draws: 10, key, block: 10, progress });
    expect(told.map(({ done, total, phase }) => [done, total, phase])).toEqual([
      [10, 30, "warmup"],
      [20, 30, "warmup"],
      [30, 30, "draws"],
    ]);
    for (const { info, tuned } of told) {
      expect(info.acceptance).toBeGreaterThan(0);
      expect(tuned.stepSize).toBeGreaterThan(0);
    }
  });

  it("computes in a thread of its own where asked to, with the same bytes", async () => {
    const engine = workerEngine();
    const run = { energy, sampler: mala, chains: 3, warmup: 30, draws: 5, key };
    const [here, there] = [await sample(run), await sample({ ...run, engine })];
    await engine.close();
    expect(there.x).toEqual(here.x);
    expect(there.tuned).toEqual(here.tuned);
  });

  it("counts the gradients of a chain's draws", async () => {
    const run = { energy, start, warmup: 5, draws: 7, thin: 2, key, metric: "unit" } as const;
    expect((await sample({ ...run, sampler: mala })).cost.gradients).toBe(14);
    expect((await sample({ ...run, sampler: hmc, options: { leapfrogs: 3 } })).cost.gradients).toBe(42);
    expect((await sample({ ...run, sampler: randomWalk })).cost.gradients).toBe(0);
  });
});

describe("stopping and going on", () => {
  const run = { energy, sampler: hmc, start, warmup: 60, draws: 50, thin: 2, key, block: 10 } as const;

  it.each([20, 50, 60, 80, 110])("a run stopped after %i steps and resumed gives the same bytes", async (stop) => {
    const whole = await sample(run);
    const first = await sample({ ...run, progress: ({ done }) => done < stop });
    expect(first.complete).toBe(false);
    const rest = await sample({ ...run, resume: first.checkpoint });
    expect(rest.complete).toBe(true);
    const kept = first.x.shape[1]!;
    expect(kept).toBe(Math.max(0, stop - 60) / 2);
    expect(kept + rest.x.shape[1]!).toBe(50);
    for (let i = 0; i < 50; i++)
      expect(i < kept ? drawAt(first.x, i) : drawAt(rest.x, i - kept)).toEqual(drawAt(whole.x, i));
    expect([rest.tuned, rest.scale]).toEqual([whole.tuned, whole.scale]);
  });

  it("stops at a signal, with the draws it has", async () => {
    const stop = new AbortController();
    const progress = ({ done }: SampleProgress): undefined => {
      if (done >= 80) stop.abort();
    };
    const { x, info, complete } = await sample({ ...run, progress, signal: stop.signal });
    expect(complete).toBe(false);
    expect([x.shape, info.acceptance!.shape]).toEqual([
      [CHAINS, 10, 2],
      [CHAINS, 10],
    ]);
  });

  it("refuses to resume from what is no checkpoint", async () => {
    await expect(sample({ ...run, resume: { x: start } })).rejects.toThrow("is no checkpoint of a run");
  });
});

describe("the scale of the coordinates", () => {
  const wide = normal(fold(key, "wide"), [16, 3]);
  const sds = [0.01, 1, 30];
  const uneven = gaussianEnergy([3], [1, -2, 50], sds);
  const run = { energy: uneven, sampler: hmc, start: wide, warmup: 400, draws: 100, key } as const;

  it("is learned in the warm-up: standard deviations within 15 % of the truth", async () => {
    const { scale, x } = await sample({ ...run, metric: "diagonal" });
    expect(scale!.shape).toEqual([3]);
    sds.forEach((sd, i) => {
      expect(Math.abs(scale!.data[i]! / sd - 1)).toBeLessThan(0.15);
    });
    // A mean of 1600 nearly independent draws; false alarms at 6 of their errors with a tenth of them: rare.
    const means = [0, 1, 2].map((i) => numbers(x).filter((_, k) => k % 3 === i));
    means.forEach((values, i) => {
      const m = values.reduce((s, v) => s + v, 0) / values.length;
      expect(Math.abs(m - [1, -2, 50][i]!) / sds[i]!).toBeLessThan(0.5);
    });
  });

  it("can be a covariance: the whitened target is round", async () => {
    // x = A z with A far from diagonal; the learned L satisfies L Lᵀ ≈ A Aᵀ.
    const a = [1, 0, 0, 9, 1, 0, -4, 2, 0.5];
    const inverse = [1, 0, 0, -9, 1, 0, 44, -4, 2];
    const skew = makeEnergy({
      event: [3],
      energy: (x) =>
        mul(0.5, sum(square(matmul(x, constant(tensor(Float32Array.from(inverse), [3, 3])), { transposeB: true })), 1)),
    });
    const { scale } = await sample({ ...run, energy: skew, metric: "dense" });
    expect(scale!.shape).toEqual([3, 3]);
    const product = (m: ArrayLike<number>, i: number, j: number): number =>
      m[i * 3]! * m[j * 3]! + m[i * 3 + 1]! * m[j * 3 + 1]! + m[i * 3 + 2]! * m[j * 3 + 2]!;
    for (let i = 0; i < 3; i++)
      for (let j = 0; j < 3; j++) {
        const size = Math.sqrt(product(a, i, i) * product(a, j, j));
        expect(Math.abs(product(scale!.data, i, j) - product(a, i, j)) / size).toBeLessThan(0.15);
      }
  });

  it("given, is the kernel on the rescaled target", async () => {
    const scale = tensor(Float64Array.from([0.5, 2]));
    const from = start;
    const fixed = { sampler: mala, options: { stepSize: 0.2 }, warmup: 0, draws: 5, key };
    const scaled = await sample({ ...fixed, energy, start: from, metric: "unit", scale });
    const by = constant(scale);
    const inside = makeEnergy({ event: [2], energy: (z) => energy(mul(z, by)) });
    const latent = tensor(
      Float64Array.from(from.data, (v, i) => v / scale.data[i % 2]!),
      from.shape,
    );
    const { x } = await sample({ ...fixed, energy: inside, start: latent, metric: "unit" });
    x.data.forEach((v, i) => {
      expect(v * scale.data[i % 2]!).toBeCloseTo(scaled.x.data[i]!, 10);
    });
  });

  it("tells the width of a mode when chains are trapped in several", async () => {
    const modes = mixtureEnergy([1], { means: [[-10], [10]], variances: [1, 1], weights: [1, 1] });
    const apart = tensor(
      Float32Array.from({ length: 8 }, (_, i) => (i % 2 === 0 ? -10 : 10)),
      [8, 1],
    );
    const { scale } = await sample({ energy: modes, sampler: hmc, start: apart, warmup: 300, draws: 10, key });
    expect(Math.abs(scale!.data[0]! - 1)).toBeLessThan(0.2);
  });
});

describe("what makes no run", () => {
  const run = { energy, sampler: mala, start, warmup: 0, draws: 1, key };

  it("counts, by name", async () => {
    for (const wrong of [
      { draws: 0 },
      { draws: 1.5 },
      { thin: 0 },
      { warmup: -1 },
      { block: 0 },
      { block: Number.NaN },
    ]) {
      const attempt = sample({ ...run, ...wrong });
      await expect(attempt).rejects.toThrow(InputError);
      await expect(attempt).rejects.toThrow(`sample: ${Object.keys(wrong)[0]} must be`);
    }
    const { start: _, ...without } = run;
    for (const chains of [0, -3, 2.5])
      await expect(sample({ ...without, chains })).rejects.toThrow(
        "sample: chains must be a whole number of at least 1",
      );
    await expect(sample({ ...run, start: tensor(new Float32Array(0), [0, 2]) })).rejects.toThrow("chains must be");
    await expect(sample({ ...run, chains: 5 })).rejects.toThrow("start holds 4 chains and chains is 5");
  });

  it("starts or scales of another shape", async () => {
    await expect(sample({ ...run, start: tensor(new Float32Array(9), [3, 3]) })).rejects.toThrow(
      "start has shape (3, 3), expected (chains, 2)",
    );
    await expect(sample({ ...run, scale: tensor(Float64Array.of(1, 2, 3)) })).rejects.toThrow("expected (2) or (2, 2)");
    await expect(sample({ ...run, scale: tensor(Float64Array.of(1, 0)) })).rejects.toThrow(
      "scale of coordinate 1 is 0",
    );
  });

  it("an energy that is no number where a chain starts", async () => {
    const away = makeEnergy({ event: [1], energy: (x) => sum(log(x), 1) });
    const x = tensor(Float64Array.of(1, 2, -1), [3, 1]);
    const failed = sample({ energy: away, sampler: ula, start: x, draws: 3, key });
    await expect(failed).rejects.toThrow(NumericError);
    await expect(failed).rejects.toThrow("sample: the energy is NaN where chain 2 (from 0) starts");
  });

  it("an energy that is a number nowhere; one that is somewhere gets its starts there", async () => {
    const nowhere = makeEnergy({ event: [1], energy: (x) => sum(log(sub(-1, square(x))), 1) });
    await expect(sample({ energy: nowhere, draws: 3, key })).rejects.toThrow(
      "the energy is finite at 0 of 800 starting points; give start, and look at the energy with doctor",
    );
    const half = makeEnergy({
      event: [1],
      energy: (x) => sum(where(less(x, 0), Number.POSITIVE_INFINITY, x), 1),
    });
    const { x } = await sample({ energy: half, sampler: randomWalk, chains: 6, warmup: 0, draws: 3, key });
    expect(Math.min(...numbers(x))).toBeGreaterThan(0);
  });

  it("an energy of one row that depends on the others", async () => {
    const centred = makeEnergy({ event: [1], energy: (x) => sum(square(sub(x, meanOf(x))), 1) });
    const failed = sample({ energy: centred, sampler: mala, draws: 3, key });
    await expect(failed).rejects.toThrow(InputError);
    await expect(failed).rejects.toThrow("changes with the other points of its batch");
  });

  it("an energy of the wrong shape", async () => {
    const wrong = makeEnergy({ event: [2], energy: (x) => square(x) });
    await expect(sample({ energy: wrong, sampler: mala, draws: 3, key })).rejects.toThrow(
      "energy: returned (8, 2), expected one number a point, (8)",
    );
  });

  it("positions that leave the numbers, by the step", async () => {
    const steep = makeEnergy({ event: [1], energy: (x) => sum(square(square(add(x, square(x)))), 1) });
    const x = tensor(Float64Array.of(3, 4), [2, 1]);
    const failed = sample({
      energy: steep,
      sampler: ula,
      options: { stepSize: 1 },
      start: x,
      warmup: 0,
      draws: 30,
      key,
    });
    await expect(failed).rejects.toThrow(NumericError);
    await expect(failed).rejects.toThrow(/^sample: after step 25: x is /);
  });
});
