import { describe, expect, it } from "vitest";
import { normal } from "../../random/draw.js";
import { fold, type Key, makeKey } from "../../random/key.js";
import { NumericError } from "../../util/errors.js";
import { nceConstant } from "./nce-constant.js";

const key = makeKey(52);

/** `log p̃ − log q` of `p̃ = exp(−x²/2)` and `q = N(0, 2²)`. */
const ratio = (x: number): number => -(x * x) / 2 + (x * x) / 8 + Math.log(2 * Math.sqrt(2 * Math.PI));
const logZ = 0.5 * Math.log(2 * Math.PI);
const [N, M] = [400, 800];

/** Rows of `N(0, sd²)` against noise of `q`. */
const draw = (seed: Key, sd: number): Parameters<typeof nceConstant>[0] => ({
  positives: normal(fold(seed, "rows"), [N], "float64").data.map((z) => ratio(sd * z)),
  noise: normal(fold(seed, "noise"), [M], "float64").data.map((z) => ratio(2 * z)),
});

const sigmoid = (u: number): number => 1 / (1 + Math.exp(-u));

/** What infinitely many rows of `N(0, sd²)` and draws of noise would teach, by bisection on a sum over a grid. */
function limit(sd: number): number {
  const step = 0.01;
  const expect = (scale: number, f: (x: number) => number): number => {
    let s = 0;
    for (let x = -20; x < 20; x += step) s += (f(x) * Math.exp(-((x / scale) ** 2) / 2) * step) / scale;
    return s / Math.sqrt(2 * Math.PI);
  };
  let [low, high] = [-10, 10];
  while (high - low > 1e-10) {
    const c = (low + high) / 2;
    const odds = (x: number): number => ratio(x) - c + Math.log(N / M);
    const gap = N * expect(sd, (x) => sigmoid(-odds(x))) - M * expect(2, (x) => sigmoid(odds(x)));
    if (gap > 0) high = c;
    else low = c;
  }
  return (low + high) / 2;
}

describe("nce-constant", () => {
  it("is the root of the derivative of the logistic likelihood", () => {
    const { positives, noise } = draw(key, 1.3);
    const { value } = nceConstant({ positives, noise }).constant;
    const odds = (l: number): number => l - value + Math.log(N / M);
    const sum = (x: ArrayLike<number>, f: (l: number) => number): number => Array.from(x).reduce((s, l) => s + f(l), 0);
    expect(sum(positives, (l) => sigmoid(-odds(l))) - sum(noise, (l) => sigmoid(odds(l)))).toBeCloseTo(0, 9);
  });

  it("has its closed form for one row and one draw of noise: half way between their log-ratios", () => {
    expect(nceConstant({ positives: [3], noise: [1] }).constant.value).toBeCloseTo(2, 12);
    expect(nceConstant({ positives: [3], noise: [1] }).constant.standardError).toBeNull();
  });

  it("in the limit is log Z for rows of the model, and is not for others", () => {
    expect(limit(1)).toBeCloseTo(logZ, 6);
    expect(Math.abs(limit(1.5) - logZ)).toBeGreaterThan(0.1);
  });

  // 95 % of 400: standard deviation 1.1 %, so 3 % is 2.75 of them: false alarm 0.6 % a bound.
  it.each([1, 1.5])("covers its limit, with rows of standard deviation %d", (sd) => {
    const truth = limit(sd);
    let hits = 0;
    for (let r = 0; r < 400; r++) {
      const [low, high] = nceConstant(draw(fold(key, r), sd)).constant.interval!;
      if (low <= truth && truth <= high) hits++;
    }
    expect(hits / 400).toBeGreaterThan(0.92);
    expect(hits / 400).toBeLessThan(0.98);
  });

  it("gives -Infinity where no noise has density, and refuses a row that has none", () => {
    const none = nceConstant({ positives: [0, 1], noise: [Number.NEGATIVE_INFINITY] });
    expect(none.constant.value).toBe(Number.NEGATIVE_INFINITY);
    expect(() => nceConstant({ positives: [0, Number.NEGATIVE_INFINITY], noise: [0] })).toThrow(NumericError);
    expect(() => nceConstant({ positives: [], noise: [0] })).toThrow(/no log-ratio of the positives/);
  });
});
