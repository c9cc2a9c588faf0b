import { describe, expect, it } from "vitest";
import { numbers } from "../../../test/support/tensors.js";
import { input } from "../../ops/leaf.js";
import { gumbel } from "../../random/draw.js";
import { makeKey } from "../../random/key.js";
import { compile } from "../../runtime/program.js";
import { tensor } from "../../util/tensor.js";
import { effectiveSize, systematic } from "./resample.js";

/** Indices for log-weights, as a function of the uniform number. */
async function resampler(logWeights: readonly number[]) {
  const [logs, u] = [input("logs", [logWeights.length]), input("u", [])];
  const { run } = await compile({ logs, u }, { kept: systematic(logs, u) });
  const given = tensor(Float32Array.from(logWeights));
  return async (uniform: number) =>
    numbers((await run({ logs: given, u: tensor(Float32Array.of(uniform), []) })).kept!);
}
const countsOf = (kept: readonly number[]) => kept.map((_, i) => kept.filter((k) => k === i).length);

/** The ends and the middle of what float32 noise can be. */
const UNIFORMS = [2 ** -24, 0.25, 0.5, 1 - 2 ** -24];

describe("systematic", () => {
  it("keeps every point the whole part of n w times or once more, in order", async () => {
    const logs = Array.from(gumbel(makeKey(5), [50], "float64").data);
    const total = logs.reduce((s, v) => s + Math.exp(v), 0);
    const expected = logs.map((v) => (50 * Math.exp(v)) / total);
    const kept = await resampler(logs.map((v) => v + 300));
    for (const u of UNIFORMS) {
      const found = await kept(u);
      expect([...found].sort((a, b) => a - b)).toEqual(found);
      countsOf(found).forEach((c, i) => {
        expect(c).toBeGreaterThanOrEqual(Math.floor(expected[i]!));
        expect(c).toBeLessThanOrEqual(Math.ceil(expected[i]!));
      });
    }
    // Averaged over u, n w times: a midpoint rule of 500 places errs by at most 1/500 a point.
    const sums = new Float64Array(50);
    for (let k = 0; k < 500; k++) for (const i of await kept((k + 0.5) / 500)) sums[i] = sums[i]! + 1 / 500;
    sums.forEach((s, i) => {
      expect(Math.abs(s - expected[i]!)).toBeLessThan(1 / 500 + 1e-6);
    });
  });

  it("changes nothing where the weights are equal, for any count", async () => {
    for (const n of [1, 3, 7, 1000, 100_003]) {
      const kept = await resampler(Array(n).fill(-3.7));
      for (const u of UNIFORMS) {
        const found = await kept(u);
        expect(found.every((k, i) => k === i)).toBe(true);
      }
    }
  });

  it("never keeps a point without weight, and all where none has any", async () => {
    const [none, nan] = [Number.NEGATIVE_INFINITY, Number.NaN];
    const kept = await resampler([none, 0, nan, 0, none, none]);
    for (const u of UNIFORMS) expect(await kept(u)).toEqual([1, 1, 1, 3, 3, 3]);
    const nobody = await resampler([none, nan, none]);
    for (const u of UNIFORMS) expect(await nobody(u)).toEqual([0, 1, 2]);
  });
});

describe("effectiveSize", () => {
  it("is Kish's, without overflow", async () => {
    const logs = input("logs", [3]);
    const { run } = await compile({ logs }, { size: effectiveSize(logs) });
    const of = async (...weights: number[]) =>
      numbers((await run({ logs: tensor(Float32Array.from(weights)) })).size!)[0];
    expect(await of(500, 500, 500)).toBe(3);
    expect(await of(0, Number.NEGATIVE_INFINITY, Number.NaN)).toBe(1);
    // (1 + 2 + 3)²/(1 + 4 + 9).
    expect(await of(Math.log(1) - 200, Math.log(2) - 200, Math.log(3) - 200)).toBeCloseTo(36 / 14, 4);
  });
});
