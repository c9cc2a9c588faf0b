import { describe, expect, it } from "vitest";
import { blockNoise, hostKernel } from "../../test/support/host-kernel.js";
import { correlated, targetOf } from "../../test/support/sampler-targets.js";
import { numbers, worstDifference } from "../../test/support/tensors.js";
import { makeEnergy } from "../energies/energy.js";
import { log, square } from "../ops/arithmetic.js";
import { sum } from "../ops/shape.js";
import { fold, makeKey } from "../random/key.js";
import type { Tensors } from "../runtime/program.js";
import { InputError, NumericError } from "../util/errors.js";
import { cast, type FloatTensor, tensor } from "../util/tensor.js";
import { mala } from "./mala.js";
import { sample } from "./sample.js";
import { ula } from "./ula.js";

const CHAINS = 4;
const key = makeKey(11);
const start = cast(correlated.draw(fold(key, "start"), CHAINS), "float64");
const options = { stepSize: 0.3 };

/** Positions of a draw, from `(chains, draws, d)`. */
const drawAt = ({ shape, data }: FloatTensor, draw: number): number[] => {
  const [chains, draws, d] = shape as [number, number, number];
  return Array.from({ length: chains }, (_, c) =>
    Array.from(data.slice((c * draws + draw) * d, (c * draws + draw + 1) * d)),
  ).flat();
};

describe("sample", () => {
  it.each([1, 7, 100])(
    "keeps, after the warm-up, every `thin`-th step, chain by chain, in blocks of %i",
    async (block) => {
      const [warmup, draws, thin] = [5, 6, 3];
      const total = warmup + draws * thin;
      const { x, info, tuned } = await sample(correlated, {
        sampler: ula,
        options,
        start,
        warmup,
        draws,
        thin,
        key,
        block,
      });
      expect([x.dtype, ...x.shape]).toEqual(["float64", CHAINS, draws, 2]);
      expect([info, tuned]).toEqual([{}, {}]);
      // The same by hand. No block straddles the end of the warm-up.
      const kernel = await hostKernel((t) => ula(t, options), targetOf(correlated, CHAINS, "float64"), "float64");
      let state = await kernel.init(start);
      let left: Tensors[] = [];
      for (let step = 0; step < total; step++) {
        if (left.length === 0 || step === warmup) left = blockNoise(kernel, fold(key, step), Math.min(block, total));
        state = (await kernel.step(state, left.shift()!)).state;
        const kept = (step + 1 - warmup) / thin;
        if (kept < 1 || !Number.isInteger(kept)) continue;
        const expected = tensor(Float64Array.from(drawAt(x, kept - 1)), [CHAINS, 2]);
        expect(worstDifference(state.x!, expected)).toBeLessThan(1e-12);
      }
    },
  );

  it("reports the acceptance of the step that led to each draw", async () => {
    const { x, info } = await sample(correlated, { sampler: mala, options: { stepSize: 2 }, start, draws: 40, key });
    expect(info.acceptance!.shape).toEqual([CHAINS, 40]);
    for (let c = 0; c < CHAINS; c++)
      for (let i = 1; i < 40; i++)
        // Certain to be refused means it did not move.
        if (info.acceptance!.data[c * 40 + i] === 0)
          expect(drawAt(x, i).slice(2 * c, 2 * c + 2)).toEqual(drawAt(x, i - 1).slice(2 * c, 2 * c + 2));
    expect(numbers(info.acceptance!).some((a) => a < 0.5)).toBe(true);
  });

  it("moves on from one block to the next, whatever the blocks", async () => {
    // Steps of about 0.014: a jump back, or to another chain, would show.
    const run = { sampler: ula, options: { stepSize: 1e-4 }, start, warmup: 3, draws: 20, key };
    for (const block of [1, 4, 7, 23, 100]) {
      const { x } = await sample(correlated, { ...run, block });
      expect(x.shape).toEqual([CHAINS, 20, 2]);
      let last = numbers(start);
      for (let i = 0; i < 20; i++) {
        const next = drawAt(x, i);
        const gaps = next.map((v, k) => Math.abs(v - last[k]!));
        expect(Math.min(...gaps)).toBeGreaterThan(0);
        expect(Math.max(...gaps)).toBeLessThan(0.2);
        last = next;
      }
    }
  });

  it("stops early when asked to, with the draws it has", async () => {
    const told: [number, number][] = [];
    const progress = (done: number, total: number): boolean => {
      told.push([done, total]);
      return done < 30;
    };
    const run = { sampler: mala, options, start, warmup: 10, draws: 90, key, block: 10 };
    const { x, info } = await sample(correlated, { ...run, progress });
    expect(told).toEqual([
      [10, 100],
      [20, 100],
      [30, 100],
    ]);
    expect([x.shape, info.acceptance!.shape]).toEqual([
      [CHAINS, 20, 2],
      [CHAINS, 20],
    ]);
    const all = await sample(correlated, run);
    for (const i of [0, 19]) expect(drawAt(x, i)).toEqual(drawAt(all.x, i));
  });

  it("refuses counts that make no run, by name", async () => {
    const run = { sampler: mala, start, draws: 1, key };
    for (const wrong of [
      { draws: 0 },
      { draws: 1.5 },
      { thin: 0 },
      { warmup: -1 },
      { block: 0 },
      { block: Number.NaN },
    ]) {
      const attempt = sample(correlated, { ...run, ...wrong });
      await expect(attempt).rejects.toThrow(InputError);
      await expect(attempt).rejects.toThrow(`sample: ${Object.keys(wrong)[0]} must be`);
    }
    await expect(sample(correlated, { ...run, start: tensor(new Float32Array(0), [0, 2]) })).rejects.toThrow(
      "sample: start has shape (0, 2), expected at least one chain",
    );
  });

  it("says when positions leave the numbers, and after which step", async () => {
    const away = makeEnergy({ event: [1], energy: (x) => sum(log(square(x)), 1) });
    const x = tensor(new Float64Array(3), [3, 1]);
    const failed = sample({ energy: away }, { sampler: ula, start: x, draws: 3, key });
    await expect(failed).rejects.toThrow(NumericError);
    await expect(failed).rejects.toThrow(/^sample: after step 3: x is /);
  });
});
