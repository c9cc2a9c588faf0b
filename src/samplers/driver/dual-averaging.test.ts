import { describe, expect, it } from "vitest";
import type { Expr } from "../../ir/expr.js";
import { scan } from "../../ops/control.js";
import { input } from "../../ops/leaf.js";
import { uniform } from "../../random/draw.js";
import { makeKey } from "../../random/key.js";
import { compile } from "../../runtime/program.js";
import { mapValues } from "../../util/records.js";
import { type FloatTensor, floats, tensor } from "../../util/tensor.js";
import { type Averaging, averagingRates, averagingStep, freezeAveraging, startAveraging } from "./dual-averaging.js";

const STEPS = 40;
const TARGET = 0.8;
const acceptances = uniform(makeKey(6), [STEPS], "float64");
const names = ["logStep", "logAverage", "error", "anchor"] as const;

/** The state after each of some acceptances, as a program follows it. */
async function follow(from: Averaging, alpha: FloatTensor, t: number, frozen: boolean) {
  const steps = alpha.data.length;
  const rates = averagingRates(t, steps, frozen);
  const scalars = Object.fromEntries(names.map((n) => [n, input(n, [], "float64")])) as Record<keyof Averaging, Expr>;
  const given = mapValues({ ...rates, alpha }, (v, name) => input(name, v.shape, "float64"));
  const { outputs } = scan({ init: scalars, xs: given }, (state, { alpha: a, ...rate }) => {
    const next = averagingStep(state, rate as Record<"rate" | "gain" | "weight", Expr>, a!, TARGET);
    return { state: next, outputs: next };
  });
  const program = await compile({ ...scalars, ...given }, { ...outputs });
  const start = mapValues(from as Record<string, number>, (v) => tensor(Float64Array.of(v), []));
  const result = mapValues(await program.run({ ...start, ...rates, alpha }), floats);
  return (i: number): Averaging => mapValues(result, (v) => v[i]!) as unknown as Averaging;
}

describe("dual averaging", () => {
  it("moves as Hoffman & Gelman (2014), equation 6: log ε = μ − √t/γ · Σ(δ − α)/(t + t₀)", async () => {
    const at = await follow(startAveraging(0.3), acceptances, 0, false);
    let [sum, average] = [0, 0];
    for (let t = 1; t <= STEPS; t++) {
      sum += TARGET - acceptances.data[t - 1]!;
      const logStep = Math.log(10 * 0.3) - (Math.sqrt(t) / 0.05) * (sum / (t + 10));
      average = t ** -0.75 * logStep + (1 - t ** -0.75) * average;
      expect(at(t - 1).logStep).toBeCloseTo(logStep, 10);
      expect(at(t - 1).logAverage).toBeCloseTo(average, 10);
    }
  });

  it("goes on where it was, whatever the blocks", async () => {
    const whole = await follow(startAveraging(0.3), acceptances, 0, false);
    const rest = tensor(floats(acceptances).slice(25));
    const second = await follow(whole(24), rest, 25, false);
    expect(second(STEPS - 26)).toEqual(whole(STEPS - 1));
  });

  it("stands still when frozen, at the average", async () => {
    const tuned = (await follow(startAveraging(0.3), acceptances, 0, false))(STEPS - 1);
    const frozen = freezeAveraging(tuned);
    const at = await follow(frozen, acceptances, STEPS, true);
    for (const i of [0, 20, STEPS - 1]) expect(at(i)).toEqual(frozen);
    expect(frozen.logStep).toBe(tuned.logAverage);
    expect(frozen.logStep).not.toBeCloseTo(tuned.logStep, 3);
  });
});
