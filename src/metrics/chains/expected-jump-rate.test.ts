import { describe, expect, it } from "vitest";
import { normal, uniform } from "../../random/draw.js";
import { fold, makeKey } from "../../random/key.js";
import { InputError } from "../../util/errors.js";
import { mean } from "../../util/moments.js";
import { expectedJumpRate } from "./expected-jump-rate.js";
import { modeJumps } from "./mode-jumps.js";

const key = makeKey(20);
const numbers = (name: string, n: number): Float64Array =>
  Float64Array.from(uniform(fold(key, name), [n], "float64").data);

/** The mode that a uniform number falls in. */
function modeOf(weights: readonly number[], u: number): number {
  let below = 0;
  const found = weights.findIndex((w) => {
    below += w;
    return u < below;
  });
  return found < 0 ? weights.length - 1 : found;
}

/** Labels of chains that are stationary and take a fresh label with probability `acceptance`. */
function labelChains(weights: readonly number[], acceptance: number, chains: number, draws: number) {
  const fresh = numbers("fresh", chains * draws);
  const moves = numbers("moves", chains * draws);
  const data = new Int8Array(chains * draws);
  for (let i = 0; i < data.length; i++)
    data[i] = i % draws === 0 || moves[i]! < acceptance ? modeOf(weights, fresh[i]!) : data[i - 1]!;
  return { shape: [chains, draws] as const, data };
}

describe("expectedJumpRate", () => {
  it("is 2 w₁ w₂ a of two modes, and (1 − 1/K) a of K equal ones", () => {
    expect(expectedJumpRate([1 / 3, 2 / 3], 0.8)).toBeCloseTo((2 * 2 * 0.8) / 9, 14);
    expect(expectedJumpRate(new Array(8).fill(1 / 8), 0.5)).toBeCloseTo((7 / 8) * 0.5, 14);
    expect(expectedJumpRate([1, 0], 1)).toBe(0);
    expect(expectedJumpRate([0.5, 0.5], 0)).toBe(0);
  });

  it("refuses weights that are none and acceptance that is no probability", () => {
    for (const weights of [[0.5, 0.4], [1.5, -0.5], [Number.NaN, 1], []])
      expect(() => expectedJumpRate(weights, 0.5)).toThrow(InputError);
    for (const acceptance of [-0.1, 1.1, Number.NaN])
      expect(() => expectedJumpRate([0.5, 0.5], acceptance)).toThrow(/acceptance/);
  });

  it("is what modeJumps counts, in all and by pair of modes", () => {
    const weights = [0.5, 0.3, 0.2];
    const [chains, draws, acceptance] = [100, 1000, 0.4];
    const { rate, counts, trapped } = modeJumps(labelChains(weights, acceptance, chains, draws), { modes: 3 });
    const expected = expectedJumpRate(weights, acceptance);
    // Five standard errors between chains each, of a Student law with 99 degrees: false alarms once in 4e5.
    expect(Math.abs(rate.value - expected)).toBeLessThan(5 * rate.standardError!);
    expect(trapped).toBe(0);
    // What would be counted of other weights or another acceptance is told apart.
    expect(Math.abs(rate.value - expectedJumpRate([0.6, 0.3, 0.1], acceptance))).toBeGreaterThan(
      5 * rate.standardError!,
    );
    expect(Math.abs(rate.value - expectedJumpRate(weights, 0.42))).toBeGreaterThan(5 * rate.standardError!);
    for (const [from, row] of counts.entries())
      for (const [to, count] of row.entries()) {
        const passages = from === to ? 0 : weights[from]! * weights[to]! * acceptance * chains * (draws - 1);
        // About Poisson, somewhat less: five of its standard deviations, six times, once in 3e5.
        expect(Math.abs(count - passages)).toBeLessThanOrEqual(5 * Math.sqrt(passages));
      }
  });

  /**
   * Independence Metropolis–Hastings on two unit normal modes of weights `w` at −20 and 20, from a proposal of modes of
   * weights `v` and of width 1.5.
   */
  function independence(w: number, v: number, chains: number, draws: number) {
    const n = chains * draws;
    const [modes, u, z] = [numbers("modes", n), numbers("u", n), normal(fold(key, "z"), [n], "float64").data];
    const label = new Int8Array(n);
    const accepted: number[] = [];
    let [mode, log] = [0, 0];
    for (let i = 0; i < n; i++) {
      const first = i % draws === 0;
      const proposed = modes[i]! < (first ? w : v) ? 0 : 1;
      // log p − log q within the mode, for a distance of 1.5 z from its centre; chains begin with draws of the target.
      const scaled = first ? z[i]! / 1.5 : z[i]!;
      const ratio =
        Math.log(proposed === 0 ? w / v : (1 - w) / (1 - v)) - 0.5 * (1.5 * scaled) ** 2 + 0.5 * scaled ** 2;
      const chance = first ? 1 : Math.min(1, Math.exp(ratio - log));
      if (!first) accepted.push(chance);
      if (u[i]! < chance) [mode, log] = [proposed, ratio];
      label[i] = mode;
    }
    return { jumps: modeJumps({ shape: [chains, draws], data: label }, { modes: 2 }), acceptance: mean(accepted) };
  }

  it("is the rate of an independence sampler whose proposal has the weights of the target", () => {
    const { jumps, acceptance } = independence(0.3, 0.3, 100, 500);
    expect(acceptance).toBeGreaterThan(0.6);
    expect(acceptance).toBeLessThan(0.9);
    const { value, standardError } = jumps.rate;
    // The error of the acceptance is smaller by far; five standard errors: once in 4e5.
    expect(Math.abs(value - expectedJumpRate([0.3, 0.7], acceptance))).toBeLessThan(5 * standardError!);
  });

  it("is more than that of a proposal with other weights", () => {
    const { jumps, acceptance } = independence(0.3, 0.7, 100, 500);
    const { value, standardError } = jumps.rate;
    expect(expectedJumpRate([0.3, 0.7], acceptance) - value).toBeGreaterThan(10 * standardError!);
  });
});
