import { describe, expect, it } from "vitest";
import { curvedEnergy } from "../../../test/support/curved-energy.js";
import { chiSquareScore } from "../../../test/support/goodness.js";
import { hostKernel } from "../../../test/support/host-kernel.js";
import { numbers } from "../../../test/support/tensors.js";
import type { EnergyFunction } from "../../energies/energy.js";
import { gaussianEnergy } from "../../energies/gaussian.js";
import { essMean } from "../../metrics/chains/effective-sample-size.js";
import { input } from "../../ops/leaf.js";
import { normal } from "../../random/draw.js";
import { fold, makeKey } from "../../random/key.js";
import { drawNoise } from "../../random/noise.js";
import { compile } from "../../runtime/program.js";
import { mean } from "../../util/moments.js";
import { mapValues } from "../../util/records.js";
import { type FloatTensor, floats, tensor } from "../../util/tensor.js";
import { sample } from "../driver/sample.js";
import { energyAndGradient } from "../parts/metropolis.js";
import { nuts } from "./nuts.js";

const key = makeKey(12);
const D = 2;

interface Point {
  readonly x: readonly number[];
  readonly p: readonly number[];
  readonly hamiltonian: number;
}

/** The gradient of an energy at one point at a time, in float64. */
async function gradientOf(energy: EnergyFunction) {
  const x = input("x", [1, D], "float64");
  const program = await compile({ x }, energyAndGradient(energy, x));
  return async (at: readonly number[]) => {
    const { energy: e, gradient } = await program.run({ x: tensor(Float64Array.from(at), [1, D]) });
    return { energy: floats(e!)[0]!, gradient: numbers(gradient!) };
  };
}

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((s, v, i) => s + v * b[i]!, 0);
const total = (points: readonly Point[]): number[] =>
  points.reduce((s, { p }) => s.map((v, i) => v + p[i]!), new Array<number>(D).fill(0));

/** The criterion as it is defined, on a stretch in order of time. */
function turned(points: readonly Point[]): boolean {
  const opposes = (stretch: readonly Point[]): boolean => {
    const rho = total(stretch);
    return dot(stretch[0]!.p, rho) <= 0 || dot(stretch.at(-1)!.p, rho) <= 0;
  };
  const half = points.length / 2;
  return (
    opposes(points) || (points.length > 2 && (opposes(points.slice(0, half + 1)) || opposes(points.slice(half - 1))))
  );
}

/** Whether a stretch of 2^k points, or any of its halves, quarters, … has turned. */
const turnedInside = (points: readonly Point[]): boolean =>
  points.length > 1 &&
  (turned(points) || turnedInside(points.slice(0, points.length / 2)) || turnedInside(points.slice(points.length / 2)));

/** What is seen of a doubling before it is given up: it stops at the first completed stretch that has turned. */
function seenOf(fresh: readonly Point[]): readonly Point[] {
  for (let n = 2; n < fresh.length; n += 2)
    for (let size = 2; n % size === 0; size *= 2) if (turned(fresh.slice(n - size, n))) return fresh.slice(0, n);
  return fresh;
}

/** The sampler by its definition: a list of points that doubles, how often, and what is seen in each attempt. */
async function byDefinition(
  energy: EnergyFunction,
  start: { readonly x: readonly number[]; readonly p: readonly number[] },
  directions: readonly number[],
  stepSize: number,
): Promise<{ depth: number; points: Point[]; halves: Point[][]; seen: (readonly Point[])[] }> {
  const at = await gradientOf(energy);
  const pointAt = async (x: readonly number[], p: readonly number[]): Promise<Point> => ({
    x,
    p,
    hamiltonian: (await at(x)).energy + dot(p, p) / 2,
  });
  const move = async ({ x, p }: Point, step: number): Promise<Point> => {
    const { gradient } = await at(x);
    const half = p.map((v, i) => v - (step / 2) * gradient[i]!);
    const y = x.map((v, i) => v + step * half[i]!);
    const there = await at(y);
    return pointAt(
      y,
      half.map((v, i) => v - (step / 2) * there.gradient[i]!),
    );
  };
  let points = [await pointAt(start.x, start.p)];
  const halves: Point[][] = [];
  const seen: (readonly Point[])[] = [];
  for (const [depth, direction] of directions.entries()) {
    const fresh: Point[] = [];
    let last = direction > 0 ? points.at(-1)! : points[0]!;
    for (let n = 0; n < points.length; n++) {
      last = await move(last, direction * stepSize);
      fresh.push(last);
    }
    seen.push(seenOf(fresh));
    const inTime = direction > 0 ? fresh : fresh.toReversed();
    if (turnedInside(inTime)) return { depth, points, halves, seen };
    points = direction > 0 ? [...points, ...inTime] : [...inTime, ...points];
    halves.push(fresh);
    if (turned(points)) return { depth: depth + 1, points, halves, seen };
  }
  return { depth: directions.length, points, halves, seen };
}

describe("the trajectory", () => {
  const targets = {
    "round Gaussian": { energy: gaussianEnergy([D], 0, 1) as EnergyFunction, stepSize: 0.4 },
    "narrow Gaussian": { energy: gaussianEnergy([D], 0, [0.2, 1]) as EnergyFunction, stepSize: 0.1 },
    curved: { energy: curvedEnergy as EnergyFunction, stepSize: 0.15 },
  };

  it.each(Object.entries(targets))(
    "stops where its definition stops, and says what it saw: %s",
    async (_, { energy, stepSize }) => {
      const [chains, maxDepth] = [24, 7];
      const target = { energy, event: [D], chains };
      const kernel = await hostKernel((t) => nuts(t, { stepSize, maxDepth }), target, "float64");
      const x = normal(fold(key, "x"), [chains, D], "float64");
      const noise = drawNoise(key, kernel.noise);
      const { state, info } = await kernel.step(await kernel.init(x), noise);
      const depths: number[] = [];
      const longest = new Array<number>(maxDepth).fill(0);
      for (let c = 0; c < chains; c++) {
        const rows = (t: FloatTensor): number[] => Array.from(t.data.subarray(c * D, (c + 1) * D));
        const directions = Array.from({ length: maxDepth }, (__, j) => noise.direction!.data[j * chains + c] as number);
        const start = { x: rows(x), p: rows(noise.momentum as FloatTensor) };
        const { depth, points, seen } = await byDefinition(energy, start, directions, stepSize);
        depths.push(depth);
        seen.forEach((half, j) => {
          longest[j] = Math.max(longest[j]!, half.length);
        });
        const { hamiltonian } = points.find((q) => q.x === start.x)!;
        expect(numbers(info.hamiltonian!)[c]).toBeCloseTo(hamiltonian, 10);
        const rates = seen.flat().map((q) => Math.min(1, Math.exp(hamiltonian - q.hamiltonian)));
        expect(numbers(info.acceptance!)[c]).toBeCloseTo(rates.reduce((s, a) => s + a) / rates.length, 10);
        const next = rows(state.x as FloatTensor);
        const near = points.map((q) => Math.max(...q.x.map((v, i) => Math.abs(v - next[i]!))));
        expect(Math.min(...near), `chain ${c} is at a point of its trajectory`).toBeLessThan(1e-9);
      }
      expect(numbers(info.depth!)).toEqual(depths);
      expect(new Set(depths).size).toBeGreaterThan(2);
      // Every doubling is as long as that of the chain that needs it longest.
      const gradients = longest.reduce((s, n) => s + n);
      expect(new Set(numbers(info.gradients!))).toEqual(new Set([gradients]));
    },
  );

  /** Probability of each point: within a doubling by weight, between doublings with preference for the later. */
  function chances(start: Point, halves: readonly (readonly Point[])[]): { points: Point[]; chance: number[] } {
    const weight = (q: Point): number => Math.exp(start.hamiltonian - q.hamiltonian);
    let points: Point[] = [start];
    let chance = [1];
    let weights = 1;
    for (const half of halves) {
      const own = half.map(weight);
      const sum = own.reduce((s, w) => s + w, 0);
      const moves = Math.min(1, sum / weights);
      chance = [...chance.map((p) => p * (1 - moves)), ...own.map((w) => (moves * w) / sum)];
      points = [...points, ...half];
      weights += sum;
    }
    return { points, chance };
  }

  // One start, momentum and directions in all chains: only the choice is random. False alarms at a score of 5: 3e-7.
  // The last 32 of 64 points are chosen from with two uniform numbers, each used up bit by bit.
  it.each([
    [8, 0.35],
    [64, 0.06],
  ])("chooses among %i points with their weights, the later half preferred", async (size, stepSize) => {
    const { energy } = targets.curved;
    const [chains, maxDepth] = [40_000, 6];
    const target = { energy, event: [D], chains };
    const kernel = await hostKernel((t) => nuts(t, { stepSize, maxDepth }), target, "float32");
    const start = { x: [0.3, -0.6], p: [0.5, 0.4] };
    const directions = [1, -1, -1, 1, 1, -1];
    const all = (row: readonly number[]): FloatTensor =>
      tensor(
        Float32Array.from({ length: chains * D }, (_, i) => row[i % D]!),
        [chains, D],
      );
    const noise = {
      ...drawNoise(key, kernel.noise),
      momentum: all(start.p),
      direction: tensor(
        Float32Array.from({ length: maxDepth * chains }, (_, i) => directions[Math.floor(i / chains)]!),
        [maxDepth, chains],
      ),
    };
    const { state, info } = await kernel.step(await kernel.init(all(start.x)), noise);
    const { depth, points: visited, halves } = await byDefinition(energy, start, directions, stepSize);
    expect(new Set(numbers(info.depth!))).toEqual(new Set([depth]));
    expect(visited.length).toBe(size);
    const first = visited.find((q) => q.x[0] === start.x[0] && q.x[1] === start.x[1])!;
    const { points, chance } = chances(first, halves);
    const seen = new Array<number>(points.length).fill(0);
    const xs = numbers(state.x!);
    for (let c = 0; c < chains; c++) {
      const gaps = points.map((q) => Math.hypot(q.x[0]! - xs[2 * c]!, q.x[1]! - xs[2 * c + 1]!));
      const nearest = gaps.indexOf(Math.min(...gaps));
      expect(gaps[nearest]).toBeLessThan(1e-4);
      seen[nearest]!++;
    }
    expect(chiSquareScore(seen, chance)).toBeLessThan(5);
    // Weights alone, without the preference, are another law.
    const flat = chances(first, [points.slice(1)]).chance;
    expect(chiSquareScore(seen, flat)).toBeGreaterThan(5);
  });
});

it("does not go round in circles on a round Gaussian: no trajectory much longer than half a period", async () => {
  const energy = gaussianEnergy([10], 0, 1);
  const { info, tuned, x } = await sample({ energy, sampler: nuts, chains: 16, warmup: 300, draws: 200, key });
  const longest = Math.max(...numbers(info.depth!));
  // 2^depth − 1 steps of ε: what doubles has not turned yet, and so is shorter than half a period, π.
  const stepSize = Math.max(...tuned.stepSize!);
  expect((2 ** longest - 1) * stepSize).toBeLessThan(2 * Math.PI + stepSize);
  const first = { shape: [16, 200] as const, data: Array.from({ length: 3200 }, (_, i) => x.data[i * 10]!) };
  expect(essMean(first)).toBeGreaterThan(1600);
});

it("reports divergence where a step is far too long, and does not move there", async () => {
  const energy = gaussianEnergy([2], 0, 1e-3);
  const start = tensor(new Float64Array(8).fill(1e-3), [4, 2]);
  const run = {
    energy,
    sampler: nuts,
    options: { stepSize: 1 },
    start,
    warmup: 0,
    draws: 3,
    key,
    metric: "unit",
  } as const;
  const { x, info } = await sample(run);
  expect(numbers(info.divergent!)).toEqual(new Array(12).fill(1));
  expect(new Set(numbers(x))).toEqual(new Set([1e-3]));
  expect(mapValues(info, (t) => numbers(t).every(Number.isFinite))).toEqual(mapValues(info, () => true));
});

it("counts the leapfrog steps in which a chain only waits for others as idle", async () => {
  const energy = gaussianEnergy([1], 0, 1);
  const run = { energy, sampler: nuts, options: { stepSize: 0.05 }, warmup: 0, draws: 60, key } as const;
  const idle = async (chains: number): Promise<number> => mean((await sample({ ...run, chains })).info.idle!.data);
  const [alone, together] = [await idle(1), await idle(16)];
  expect(alone).toBeGreaterThanOrEqual(0);
  // Sixteen chains go on until the last of them has turned.
  expect(together).toBeGreaterThan(alone + 0.1);
  expect(together).toBeLessThan(1);
});
