import { describe, expect, it } from "vitest";
import type { Expr } from "../../ir/expr.js";
import { scan } from "../../ops/control.js";
import { constant, input } from "../../ops/leaf.js";
import { reshape } from "../../ops/shape.js";
import { uniform } from "../../random/draw.js";
import { makeKey } from "../../random/key.js";
import { compile, evaluate } from "../../runtime/program.js";
import { mapValues } from "../../util/records.js";
import { type FloatTensor, floats, tensor } from "../../util/tensor.js";
import {
  type Averaging,
  averagingRates,
  averagingStep,
  freezeAveraging,
  startAveraging,
  startTogether,
} from "./dual-averaging.js";

const STEPS = 40;
const TARGET = 0.8;
/** Of one chain. */
const acceptances = uniform(makeKey(6), [STEPS], "float64");
const at03 = Float64Array.of(0.3);
const names = ["logStep", "logAverage", "error", "anchor", "shared"] as const;

/** The state after each of some acceptances, as a program follows it. */
async function follow(from: Averaging, alpha: FloatTensor, t: number, frozen: boolean) {
  const steps = alpha.data.length;
  const rates = averagingRates(t, steps, frozen);
  const scalars = Object.fromEntries(names.map((n) => [n, input(n, [1], "float64")])) as Record<keyof Averaging, Expr>;
  const reached = tensor(alpha.data, [steps, 1]);
  const given = mapValues({ ...rates, alpha: reached }, (v, name) => input(name, v.shape, "float64"));
  const { outputs } = scan({ init: scalars, xs: given }, (state, { alpha: a, ...rate }) => {
    const next = averagingStep(state, rate as Record<"rate" | "gain" | "weight", Expr>, a!, TARGET);
    return { state: next, outputs: next };
  });
  const program = await compile({ ...scalars, ...given }, { ...outputs });
  const start = mapValues(from, (v) => tensor(v));
  const result = mapValues(await program.run({ ...start, ...rates, alpha: reached }), floats);
  return (i: number): Averaging => mapValues(result, (v) => Float64Array.of(v[i]!)) as unknown as Averaging;
}

describe("dual averaging", () => {
  it("moves as Hoffman & Gelman (2014), equation 6: log ε = μ − √t/γ · Σ(δ − α)/(t + t₀)", async () => {
    const at = await follow(startAveraging(at03), acceptances, 0, false);
    let [sum, average] = [0, 0];
    for (let t = 1; t <= STEPS; t++) {
      sum += TARGET - acceptances.data[t - 1]!;
      const logStep = Math.log(10 * 0.3) - (Math.sqrt(t) / 0.05) * (sum / (t + 10));
      average = t ** -0.75 * logStep + (1 - t ** -0.75) * average;
      expect(at(t - 1).logStep[0]).toBeCloseTo(logStep, 10);
      expect(at(t - 1).logAverage[0]).toBeCloseTo(average, 10);
    }
  });

  it("goes on where it was, whatever the blocks", async () => {
    const whole = await follow(startAveraging(at03), acceptances, 0, false);
    const rest = tensor(floats(acceptances).slice(25));
    const second = await follow(whole(24), rest, 25, false);
    expect(second(STEPS - 26)).toEqual(whole(STEPS - 1));
  });

  it("stands still when frozen, at the average", async () => {
    const tuned = (await follow(startAveraging(at03), acceptances, 0, false))(STEPS - 1);
    const frozen = freezeAveraging(tuned);
    const at = await follow(frozen, acceptances, STEPS, true);
    for (const i of [0, 20, STEPS - 1]) expect(at(i)).toEqual(frozen);
    expect(frozen.logStep).toBe(tuned.logAverage);
    expect(frozen.logStep[0]).not.toBeCloseTo(tuned.logStep[0]!, 3);
  });

  it("goes by one step size for chains that are of one kind, and leaves one that is far off its own", () => {
    const { logStep, shared } = startTogether(Float64Array.of(0.5, 0.3, 0.8, 0.001));
    const [a, b, c, steep] = Array.from(logStep, Math.exp) as [number, number, number, number];
    expect(a).toBeCloseTo((0.5 * 0.3 * 0.8) ** (1 / 3), 12);
    expect([b, c]).toEqual([a, a]);
    expect(steep).toBeCloseTo(0.001, 12);
    expect(Array.from(shared)).toEqual([1, 1, 1, 0]);
  });

  it("moves a chain that shares by the mean acceptance of those that do, and another by its own", async () => {
    const state = mapValues(
      { ...startAveraging(new Float64Array(4).fill(0.3)), shared: Float64Array.of(1, 1, 1, 0) },
      (v) => constant(tensor(v)),
    ) as unknown as Record<keyof Averaging, Expr>;
    const rates = mapValues(averagingRates(0, 1, false), (t) => reshape(constant(t), [])) as Record<
      "rate" | "gain" | "weight",
      Expr
    >;
    const next = averagingStep(state, rates, constant(tensor(Float64Array.of(0.9, 0.3, 0.6, 0.1))), TARGET);
    const { error } = await evaluate({ error: next.error });
    const each = [0.6, 0.6, 0.6, 0.1].map((alpha) => (TARGET - alpha) / 11);
    for (const [i, v] of each.entries()) expect(floats(error!)[i]).toBeCloseTo(v, 12);
  });

  it("moves teams by the mean of their own chains that share, or of all that do", async () => {
    const shared = [1, 1, 1, 0, 0, 1, 0, 0];
    const from = { ...startAveraging(new Float64Array(8).fill(0.3)), shared: Float64Array.from(shared) };
    const state = mapValues(from, (v) => constant(tensor(v))) as Record<keyof Averaging, Expr>;
    const rates = mapValues(averagingRates(0, 1, false), (t) => constant(tensor(t.data, []))) as Record<
      "rate" | "gain" | "weight",
      Expr
    >;
    const reached = constant(tensor(Float64Array.of(0.9, 0.3, 0.5, 0.1, 0.2, 0.4, 0.6, 0.7)));
    const each = { 1: [0.6, 0.6, 0.5, 0.1, 0.2, 0.4, 0.6, 0.7], 0: [0.525, 0.525, 0.525, 0.1, 0.2, 0.525, 0.6, 0.7] };
    for (const apart of [0, 1] as const) {
      const teams = { size: 2, apart: constant(tensor(Float64Array.of(apart), [])) };
      const { error } = await evaluate(averagingStep(state, rates, reached, TARGET, teams));
      for (const [i, alpha] of each[apart].entries()) expect(floats(error!)[i]).toBeCloseTo((TARGET - alpha) / 11, 12);
    }
  });
});
