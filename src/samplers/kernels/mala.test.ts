import { expect, it } from "vitest";
import { curvedEnergy, curvedEnergyAt, curvedGradientAt, type Point } from "../../../test/support/curved-energy.js";
import { hostKernel } from "../../../test/support/host-kernel.js";
import { numbers } from "../../../test/support/tensors.js";
import { normal } from "../../random/draw.js";
import { fold, makeKey } from "../../random/key.js";
import { tensor } from "../../util/tensor.js";
import { mala } from "./mala.js";

const PAIRS = 200;
const D = 2;

/** `log π(x) q(y | x)` up to a constant, from the definition of the proposal. */
function logFlow(x: Point, y: Point, stepSize: number): number {
  const g = curvedGradientAt(x);
  const distance = [0, 1].reduce((s, i) => s + (y[i]! - x[i]! + stepSize * g[i]!) ** 2, 0);
  return -curvedEnergyAt(x) - distance / (4 * stepSize);
}

/** The noise that takes each `x` exactly to its `y`. */
const noiseTo = (x: readonly Point[], y: readonly Point[], stepSize: number): Float64Array =>
  Float64Array.from({ length: D * PAIRS }, (_, i) => {
    const [n, j] = [i >> 1, i & 1];
    return (y[n]![j]! - x[n]![j]! + stepSize * curvedGradientAt(x[n]!)[j]!) / Math.sqrt(2 * stepSize);
  });

const pointsOf = (data: ArrayLike<number>): Point[] =>
  Array.from({ length: PAIRS }, (_, i) => [data[2 * i]!, data[2 * i + 1]!]);
const flat = (points: readonly Point[]) => tensor(Float64Array.from(points.flat()), [PAIRS, D]);

it("is in detailed balance: π(x) q(x, y) a(x, y) = π(y) q(y, x) a(y, x) for random pairs", async () => {
  const key = makeKey(8);
  for (const stepSize of [0.05, 0.5]) {
    const kernel = await hostKernel(
      (t) => mala(t, { stepSize }),
      { energy: curvedEnergy, event: [D], chains: PAIRS },
      "float64",
    );
    const x = pointsOf(normal(fold(key, "x"), [PAIRS, D], "float64").data);
    const y = pointsOf(normal(fold(key, "y"), [PAIRS, D], "float64").data);
    const acceptance = async (from: readonly Point[], to: readonly Point[]): Promise<number[]> => {
      const u = tensor(new Float64Array(PAIRS).fill(Number.MIN_VALUE));
      const xi = tensor(noiseTo(from, to, stepSize), [PAIRS, D]);
      const { state, info } = await kernel.step(await kernel.init(flat(from)), { xi, u });
      // With u this small every move that can be accepted is: the proposal was where it was meant to be.
      for (const [i, v] of numbers(state.x!).entries()) expect(v).toBeCloseTo(to[i >> 1]![i & 1]!, 10);
      return numbers(info.acceptance!);
    };
    const [there, back] = [await acceptance(x, y), await acceptance(y, x)];
    for (let i = 0; i < PAIRS; i++) {
      const left = logFlow(x[i]!, y[i]!, stepSize) + Math.log(there[i]!);
      const right = logFlow(y[i]!, x[i]!, stepSize) + Math.log(back[i]!);
      expect(Math.abs(left - right) / Math.max(1, Math.abs(left))).toBeLessThan(1e-10);
    }
    // Not trivially: one of the two directions is refused sometimes, and each direction in some pair.
    expect(there.filter((a) => a < 0.9).length).toBeGreaterThan(PAIRS / 10);
    expect(back.filter((a) => a < 0.9).length).toBeGreaterThan(PAIRS / 10);
    expect(there.every((a, i) => Math.max(a, back[i]!) === 1)).toBe(true);
  }
});
