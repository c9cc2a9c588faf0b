import { expect, it } from "vitest";
import { curvedEnergy, curvedEnergyAt, curvedGradientAt, type Point } from "../../../test/support/curved-energy.js";
import { hostKernel } from "../../../test/support/host-kernel.js";
import { reversibilityErrors } from "../../../test/support/reversibility.js";
import { skewed } from "../../../test/support/sampler-targets.js";
import { numbers } from "../../../test/support/tensors.js";
import { normal } from "../../random/draw.js";
import { fold, makeKey } from "../../random/key.js";
import { tensor } from "../../util/tensor.js";
import { barker } from "./barker.js";
import { mala } from "./mala.js";

const PAIRS = 200;
const STEP = 0.7;
const key = makeKey(38);
const target = { energy: curvedEnergy, event: [2], chains: PAIRS };
const points = (name: string): Point[] => {
  const { data } = normal(fold(key, name), [PAIRS, 2], "float64");
  return Array.from({ length: PAIRS }, (_, i) => [data[2 * i]!, data[2 * i + 1]!] as const);
};
const flat = (of: readonly (readonly number[])[]) => tensor(Float64Array.from(of.flat()), [PAIRS, 2]);

/** The chance to keep the sign of a step along a coordinate of that slope. */
const keeps = (step: number, slope: number): number => 1 / (1 + Math.exp(step * slope));

it("is in detailed balance: π(x) q(x, y) a(x, y) = π(y) q(y, x) a(y, x) for random pairs", async () => {
  const kernel = await hostKernel((t) => barker(t, { stepSize: STEP }), target, "float64");
  const [x, y] = [points("x"), points("y")];
  const acceptance = async (from: readonly Point[], to: readonly Point[]): Promise<number[]> => {
    const xi = flat(from.map((p, i) => p.map((v, j) => (to[i]![j]! - v) / STEP)));
    // With uniforms this small every sign is kept, and every move that can be accepted is.
    const tiny = (shape: readonly number[]) => tensor(new Float64Array(PAIRS * (shape[1] ?? 1)).fill(1e-300), shape);
    const noise = { xi, sign: tiny([PAIRS, 2]), u: tiny([PAIRS]) };
    const { state, info } = await kernel.step(await kernel.init(flat(from)), noise);
    for (const [i, v] of numbers(state.x!).entries()) expect(v).toBeCloseTo(to[i >> 1]![i & 1]!, 10);
    return numbers(info.acceptance!);
  };
  // The Gaussian factors of both directions are equal, and left out.
  const logFlow = (from: Point, to: Point): number =>
    -curvedEnergyAt(from) +
    curvedGradientAt(from).reduce((s, slope, j) => s + Math.log(keeps(to[j]! - from[j]!, slope)), 0);
  const [there, back] = [await acceptance(x, y), await acceptance(y, x)];
  for (let i = 0; i < PAIRS; i++) {
    const left = logFlow(x[i]!, y[i]!) + Math.log(there[i]!);
    const right = logFlow(y[i]!, x[i]!) + Math.log(back[i]!);
    expect(Math.abs(left - right) / Math.max(1, Math.abs(left))).toBeLessThan(1e-10);
  }
  expect(there.filter((a) => a < 0.9).length).toBeGreaterThan(PAIRS / 10);
  expect(there.every((a, i) => Math.max(a, back[i]!) === 1)).toBe(true);
});

it("keeps the sign of a step with probability 1/(1 + exp(step · slope)), else turns it round", async () => {
  const kernel = await hostKernel((t) => barker(t, { stepSize: 1e-3 }), target, "float64");
  const x = points("x");
  const xi = normal(fold(key, "xi"), [PAIRS, 2], "float64");
  for (const [side, expected] of [
    [-1e-9, 1],
    [1e-9, -1],
  ] as const) {
    const sign = flat(
      x.map((p, i) => curvedGradientAt(p).map((slope, j) => keeps(1e-3 * xi.data[2 * i + j]!, slope) + side)),
    );
    const u = tensor(new Float64Array(PAIRS).fill(1e-300));
    const { state } = await kernel.step(await kernel.init(flat(x)), { xi, sign, u });
    for (const [i, v] of numbers(state.x!).entries())
      expect((v - x[i >> 1]![i & 1]!) / (1e-3 * xi.data[i]!)).toBeCloseTo(expected, 6);
  }
});

it("is in detailed balance on average too", async () => {
  expect(await reversibilityErrors((t) => barker(t, { stepSize: 2 }))).toEqual([]);
});

it("comes back from where the gradient is huge, at a step size with which Langevin proposals stay for ever", async () => {
  const chains = 64;
  const steps = 200;
  const reached = async (make: Parameters<typeof hostKernel>[0]): Promise<number[]> => {
    const kernel = await hostKernel(make, { energy: skewed.energy, event: [1], chains }, "float64");
    const far = tensor(new Float64Array(chains).fill(6), [chains, 1]);
    return numbers((await kernel.walk(await kernel.init(far), fold(key, "far"), steps)).state.x!);
  };
  // At 6 the gradient is 402; a law whose mean is −0.6 is above 2 with probability e^{−7.4}.
  expect((await reached((t) => barker(t, { stepSize: 1 }))).filter((v) => v < 2).length).toBeGreaterThan(60);
  expect(await reached((t) => mala(t, { stepSize: 1 }))).toEqual(new Array(chains).fill(6));
});
