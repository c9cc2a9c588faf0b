import { describe, expect, it } from "vitest";
import { hostKernel } from "../../../test/support/host-kernel.js";
import { correlated, targetOf } from "../../../test/support/sampler-targets.js";
import { numbers, worstDifference } from "../../../test/support/tensors.js";
import { makeEnergy } from "../../energies/energy.js";
import { add, log, square } from "../../ops/arithmetic.js";
import { sum } from "../../ops/shape.js";
import { fold, makeKey } from "../../random/key.js";
import { workerEngine } from "../../runtime/worker-engine.js";
import { InputError, NumericError } from "../../util/errors.js";
import { cast, type FloatTensor, tensor } from "../../util/tensor.js";
import { hmc } from "../kernels/hmc.js";
import { mala } from "../kernels/mala.js";
import { nuts } from "../kernels/nuts.js";
import { randomWalk } from "../kernels/random-walk.js";
import { ula } from "../kernels/ula.js";
import { sample } from "./sample.js";
import type { SampleProgress } from "./samples.js";

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
    // A block may end inside a window, inside the steps of one draw, and at both edges of the warm-up.
    const run = { energy, sampler: mala, start, metric, warmup: 53, draws: 20, thin: 3, key };
    const whole = await sample({ ...run, block: 100 });
    for (const block of [1, 4, 7]) {
      const { x, tuned, scale } = await sample({ ...run, block });
      expect({ x, tuned, scale }).toEqual({ x: whole.x, tuned: whole.tuned, scale: whole.scale });
    }
  });

  it("says how far it is, and what it tunes", async () => {
    const told: SampleProgress[] = [];
    const progress = (at: SampleProgress): undefined => {
      told.push(at);
    };
    await sample({ energy, sampler: mala, start, metric: "unit", warmup: 20, draws: 10, key, block: 10, progress });
    expect(told.map(({ done, total, phase }) => [done, total, phase])).toEqual([
      // Chains have step sizes of their own for three steps.
      [3, 30, "warmup"],
      [13, 30, "warmup"],
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
    // A kernel that counts its own: those of steps thinned away are paid for, too.
    const all = await sample({ ...run, sampler: nuts, draws: 14, thin: 1 });
    const counted = numbers(all.info.gradients!).slice(0, 14);
    expect(all.cost.gradients).toBeCloseTo(
      counted.reduce((s, n) => s + n),
      6,
    );
    expect((await sample({ ...run, sampler: nuts })).cost.gradients).toBeCloseTo(all.cost.gradients, 6);
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

  it("learns from each window of the warm-up alone, and starts the step size again after it", async () => {
    const seen: number[][] = [];
    const long = { ...run, warmup: 200, draws: 1 };
    for (const stop of [75, 85, 100, 125, 150, 160, 200]) {
      const { checkpoint } = await sample({ ...long, progress: ({ done }) => done < stop });
      const [step, since] = numbers(checkpoint.place!) as [number, number];
      seen.push([step, since, checkpoint["moments.count"] ? numbers(checkpoint["moments.count"])[0]! : 0]);
    }
    // Steps done, steps since the step size started, and steps in the window: windows end at 100 and 150.
    expect(seen).toEqual([
      [75, 75, 0],
      [85, 85, 10],
      [100, 0, 0],
      [130, 30, 30],
      [150, 0, 0],
      [160, 10, 0],
      [200, 50, 0],
    ]);
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

  it("computes nothing at a signal that was given before", async () => {
    const told: SampleProgress[] = [];
    const progress = (at: SampleProgress): undefined => {
      told.push(at);
    };
    const { x, complete } = await sample({ ...run, progress, signal: AbortSignal.abort() });
    expect([complete, told, x.shape]).toEqual([false, [], [CHAINS, 0, 2]]);
  });

  it("makes a finished run longer, as if it had been so long from the start", async () => {
    const longer = await sample({ ...run, draws: 60 });
    const rest = await sample({ ...run, draws: 60, resume: (await sample(run)).checkpoint });
    expect(rest.x.shape).toEqual([CHAINS, 10, 2]);
    for (let i = 0; i < 10; i++) expect(drawAt(rest.x, i)).toEqual(drawAt(longer.x, 50 + i));
  });

  it("refuses to resume from what is no checkpoint, or of another run, by what differs", async () => {
    await expect(sample({ ...run, resume: { x: start } })).rejects.toThrow("is no checkpoint of a run");
    const others = {
      ...{ sampler: { sampler: mala }, options: { options: { leapfrogs: 3 } }, metric: { metric: "dense" } },
      ...{
        warmup: { warmup: 100 },
        thin: { thin: 3 },
        key: { key: makeKey(12) },
      },
      ...{ dtype: { start: cast(start, "float32") }, shape: { start: tensor(start.data.slice(0, 4), [2, 2]) } },
    } as const;
    for (const stop of [30, 80]) {
      const { checkpoint: resume } = await sample({ ...run, progress: ({ done }) => done < stop });
      for (const [name, other] of Object.entries(others)) {
        const attempt = sample({ ...run, ...(other as object), resume });
        await expect(attempt, name).rejects.toThrow(InputError);
        await expect(attempt).rejects.toThrow(`sample: ${name} is `);
      }
    }
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

  it("a model without its parameters", async () => {
    const { flow } = correlated;
    await expect(sample({ ...run, energy: flow })).rejects.toThrow(
      "the energy has 4 parameters and params is left out; give params",
    );
    await expect(sample({ ...run, flow })).rejects.toThrow("there is a flow and flowParams is left out");
  });

  it("starts or scales of another shape", async () => {
    await expect(sample({ ...run, start: tensor(new Float32Array(9), [3, 3]) })).rejects.toThrow(
      "start has shape (3, 3), expected (chains, 2)",
    );
    await expect(sample({ ...run, scale: tensor(Float64Array.of(1, 2, 3)) })).rejects.toThrow("expected (2) or (2, 2)");
    await expect(sample({ ...run, scale: tensor(Float64Array.of(1, 0)) })).rejects.toThrow(
      "scale of coordinate 1 is 0",
    );
    for (const matrix of [Float64Array.of(1, 0.5, 0.5, 1), Float64Array.of(1, 0, Number.NaN, 1)])
      await expect(sample({ ...run, scale: tensor(matrix, [2, 2]) })).rejects.toThrow("no lower Cholesky factor");
    await expect(sample({ ...run, metric: "diag" as never })).rejects.toThrow(
      'metric is "diag", expected one of unit, diagonal, dense',
    );
  });

  it("an energy that is no number where a chain starts", async () => {
    const away = makeEnergy({ event: [1], energy: (x) => sum(log(x), 1) });
    const x = tensor(Float64Array.of(1, 2, -1), [3, 1]);
    const failed = sample({ energy: away, sampler: ula, start: x, draws: 3, key });
    await expect(failed).rejects.toThrow(NumericError);
    await expect(failed).rejects.toThrow("sample: the energy is NaN where chain 2 (from 0) starts");
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
    await expect(failed).rejects.toThrow(/^sample: after step 25: chain \d is at \S+ in coordinate/);
  });
});
