/** Every flow on every base, as a density: what it draws, what it integrates to, and where its derivatives reach. */

import { describe, expect, it } from "vitest";
import { grad } from "../../src/autodiff/grad.js";
import type { Flow } from "../../src/flows/flow.js";
import type { Expr } from "../../src/ir/expr.js";
import { add, mul, square, tanh } from "../../src/ops/arithmetic.js";
import { input } from "../../src/ops/leaf.js";
import { sum } from "../../src/ops/shape.js";
import { mean } from "../../src/ops/special.js";
import { normal } from "../../src/random/draw.js";
import { fold, makeKey } from "../../src/random/key.js";
import { drawNoise } from "../../src/random/noise.js";
import { compile } from "../../src/runtime/program.js";
import { mapValues } from "../../src/util/records.js";
import { type FloatTensor, sizeOf, type Tensor, tensor } from "../../src/util/tensor.js";
import { type EventsToTry, eventsOf, type FlowCase, flowCases } from "../support/flow-cases.js";
import { numbers, worstDifference } from "../support/tensors.js";

const key = makeKey(14);
/** Whether something of a flow is learned, along which its slope can be looked at. */
const learns = ({ layout }: Flow): boolean => layout.leaves.some(({ frozen }) => !frozen);
const table = (events: EventsToTry) => flowCases(events).map((c) => [c.label, c] as const);
/** Sum of the numbers of each point. */
const total = (x: Expr): Expr => sum(x, [...x.shape.keys()].slice(1));

interface Draws {
  readonly x: Tensor;
  readonly logProb: Tensor;
  readonly scored: Tensor;
  readonly energy: Tensor;
}

/** Draws in float64 with the log-density that came with each, and the one asked for afterwards. */
async function draws({ flow, event }: FlowCase, params: FloatTensor, n: number): Promise<Draws> {
  const noise = mapValues(flow.noise(n), (spec) => ({ ...spec, dtype: "float64" as const }));
  const given = mapValues(noise, ({ shape }, name) => input(name, shape, "float64"));
  const p = input("params", [flow.layout.size], "float64");
  const { x, logProb } = flow.sample(given, p);
  const again = input("x", [n, ...event], "float64");
  const sampling = await compile({ ...given, params: p }, { x, logProb });
  const scoring = await compile({ x: again, params: p }, { logProb: flow.logProb(again, p), energy: flow(again, p) });
  const drawn = await sampling.run({ ...drawNoise(key, noise), params });
  const scored = await scoring.run({ x: drawn.x!, params });
  return { x: drawn.x!, logProb: drawn.logProb!, scored: scored.logProb!, energy: scored.energy! };
}

/** `∫ exp(logProb)` by the midpoint rule on a box well around 4096 draws, `perSide` cells a side. */
async function totalMass(flowCase: FlowCase, params: FloatTensor, perSide: number): Promise<number> {
  const { flow, d } = flowCase;
  const { x } = await draws(flowCase, params, 4096);
  const sides = Array.from({ length: d }, (_, j) => {
    const values = numbers(x).filter((_, i) => i % d === j);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    return [low - 0.5 * (high - low), (2 * (high - low)) / perSide] as const;
  });
  const n = perSide ** d;
  const nodes = Float64Array.from({ length: n * d }, (_, i) => {
    const [low, width] = sides[i % d]!;
    const cell = Math.floor(Math.floor(i / d) / perSide ** (i % d)) % perSide;
    return low + (cell + 0.5) * width;
  });
  const [at, p] = [input("x", [n, d], "float64"), input("params", [flow.layout.size], "float64")];
  const program = await compile({ x: at, params: p }, { logProb: flow.logProb(at, p) });
  const { logProb } = await program.run({ x: tensor(nodes, [n, d]), params });
  return numbers(logProb!).reduce((s, v) => s + Math.exp(v), 0) * sides.reduce((area, [, width]) => area * width, 1);
}

describe.each(table(eventsOf([1, 2])))("flow %s", (_, flowCase) => {
  it("integrates to 1, at the start and after", async () => {
    // In two dimensions the grid does not resolve the sharpest places of the bent ones.
    for (const params of [flowCase.initial, flowCase.perturbed, ...(flowCase.d === 1 ? [flowCase.bent] : [])]) {
      const mass = await totalMass(flowCase, params, flowCase.d === 1 ? 4000 : 280);
      expect(Math.abs(mass - 1)).toBeLessThan(1e-4);
    }
  });
});

describe.each(table(eventsOf([1, 2, 3, 5], [1, 4, 4])))("flow %s", (_, flowCase) => {
  const { flow, d, event, perturbed } = flowCase;

  it("gives with each draw the log-density that it has there, which is minus its energy", async () => {
    for (const params of [flowCase.initial, perturbed]) {
      const { x, logProb, scored, energy } = await draws(flowCase, params, 256);
      expect([x.shape, logProb.shape]).toEqual([[256, ...event], [256]]);
      expect(worstDifference(logProb, scored)).toBeLessThan(1e-9);
      expect(numbers(energy)).toEqual(numbers(scored).map((v) => -v));
    }
  });

  it("sends a derivative of the likelihood to every leaf, the one that differences find", async () => {
    const n = 64;
    const [x, params] = [input("x", [n, ...event], "float64"), input("params", [flow.layout.size], "float64")];
    const value = mean(flow.logProb(x, params));
    const program = await compile({ x, params }, { value, gradient: grad(value, [params])[0] });
    const at = tensor(
      normal(fold(key, d), [n, d], "float64").data.map((v) => 1.5 * v),
      [n, ...event],
    );
    const gradient = numbers((await program.run({ x: at, params: perturbed })).gradient!);
    for (const { name, offset, shape, frozen } of flow.layout.leaves)
      expect(
        gradient.slice(offset, offset + sizeOf(shape)).some((g) => g !== 0),
        name,
      ).toBe(!frozen);
    if (!learns(flow)) return;
    // Random sizes with the signs of the gradient, so that no term cancels another. The steps are short because a
    // spline has kinks in its second derivative.
    const sizes = normal(key, [gradient.length], "float64").data.map(Math.abs);
    const length = Math.hypot(...sizes);
    const direction = sizes.map((v, i) => (v * Math.sign(gradient[i]!)) / length);
    const along = async (step: number): Promise<number> => {
      const moved = tensor(Float64Array.from(perturbed.data, (v, i) => v + step * direction[i]!));
      return numbers((await program.run({ x: at, params: moved })).value!)[0]!;
    };
    const slope = ((await along(1e-6)) - (await along(-1e-6))) / 2e-6;
    const expected = gradient.reduce((s, g, i) => s + g * direction[i]!, 0);
    expect(Math.abs(slope / expected - 1)).toBeLessThan(1e-6);
  });
});

/** Slope of a scalar of the parameters by its gradient over the slope by differences, less 1. */
async function slopeError(value: Expr, params: Expr, inputs: Feeds, at: FloatTensor): Promise<number> {
  const symbols = mapValues(inputs, ([e]) => e);
  const feeds = mapValues(inputs, ([, t]) => t);
  const program = await compile({ ...symbols, params }, { value, gradient: grad(value, [params])[0] });
  const gradient = numbers((await program.run({ ...feeds, params: at })).gradient!);
  const direction = gradient.map((g, i) => Math.sign(g) * (1 + (i % 3)));
  const length = Math.hypot(...direction);
  const along = async (step: number): Promise<number> => {
    const moved = tensor(Float64Array.from(at.data, (v, i) => v + (step * direction[i]!) / length));
    return numbers((await program.run({ ...feeds, params: moved })).value!)[0]!;
  };
  const slope = ((await along(1e-6)) - (await along(-1e-6))) / 2e-6;
  return Math.abs(gradient.reduce((sum, g, i) => sum + (g * direction[i]!) / length, 0) / slope - 1);
}

type Feeds = Readonly<Record<string, readonly [Expr, FloatTensor]>>;

describe.each(table(eventsOf([2, 3], [1, 4, 4])).filter(([, { flow }]) => learns(flow)))(
  "flow %s",
  (_, { flow, event, perturbed }) => {
    const n = 32;
    const params = input("params", [flow.layout.size], "float64");

    it("carries derivatives through its draws, as reverse Kullback-Leibler divergences need", async () => {
      const specs = mapValues(flow.noise(n), (spec) => ({ ...spec, dtype: "float64" as const }));
      const drawn = drawNoise(fold(key, "path"), specs);
      const feeds: Feeds = mapValues(
        specs,
        ({ shape }, name) => [input(name, shape, "float64"), drawn[name]!] as const,
      );
      const { x, logProb } = flow.sample(
        mapValues(feeds, ([e]) => e),
        params,
      );
      const value = mean(add(total(mul(tanh(x), x)), logProb));
      expect(await slopeError(value, params, feeds, perturbed)).toBeLessThan(1e-6);
    });

    it("carries derivatives through its force, as score matching needs", async () => {
      const x = input("x", [n, ...event], "float64");
      const [force] = grad(sum(flow(x, params)), [x]);
      const value = mean(total(square(force)));
      const points = normal(fold(key, "force"), [n, ...event], "float64");
      expect(await slopeError(value, params, { x: [x, points] }, perturbed)).toBeLessThan(1e-5);
    });
  },
);
