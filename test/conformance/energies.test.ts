/** Every energy of the registry: its facts, shapes, independent rows, derivatives, and what it claims to know exactly. */

import { describe, expect, it } from "vitest";
import { grad } from "../../src/autodiff/grad.js";
import { countStates } from "../../src/energies/states.js";
import { grid2d, gridMasses } from "../../src/metrics/goodness/grid.js";
import { enumeration } from "../../src/metrics/log-z/enumeration.js";
import { trainableMask } from "../../src/nn/layout.js";
import { constant, input } from "../../src/ops/leaf.js";
import { sum } from "../../src/ops/shape.js";
import { normal } from "../../src/random/draw.js";
import { fold, makeKey } from "../../src/random/key.js";
import { compile } from "../../src/runtime/program.js";
import { InputError, ShapeError } from "../../src/util/errors.js";
import { cast, type FloatTensor, showShape, sizeOf, type Tensor, tensor } from "../../src/util/tensor.js";
import { casesOf, contextOf, type EnergyCase, energies, POINTS, shapesOf } from "../support/energy-cases.js";
import { chiSquareScore } from "../support/goodness.js";
import { gradientErrors } from "../support/gradients.js";
import { expectedMeanErrors } from "../support/statistics.js";
import { numbers, worstDifference } from "../support/tensors.js";

const N = POINTS;
const key = makeKey(18);
const context = contextOf([2]);

/** An energy is looked at on points of the first of these shapes that it takes. */
const shapes = [[2], [4, 2], [2, 2, 3]];
const cases = casesOf(energies, (declare) => shapesOf(declare, shapes).slice(0, 1));

/** Values at points, in the width of the points. */
async function valuesAt({ energy, params }: EnergyCase, x: FloatTensor): Promise<Tensor> {
  const dtype = x.dtype as "float32" | "float64";
  const at = input("x", x.shape, dtype);
  const given = params.data.length > 0 ? { params: input("params", params.shape, dtype) } : {};
  const program = await compile({ x: at, ...given }, { energy: energy(at, given.params) });
  return (await program.run({ x, params: cast(params, dtype) })).energy!;
}

describe.each(energies.map((e) => [e.name, e] as const))("energy %s", (name, declare) => {
  it("says of itself what the set asks for, and refuses what it does not know", () => {
    expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(declare.about).toMatch(/^[A-Z].*\.$/);
    expect(() => declare({ hiden: [4] }, context)).toThrow(InputError);
    expect(() => declare({ hiden: [4] }, context)).toThrow(`energy ${name}: unknown option hiden`);
    expect(shapesOf(declare, shapes)).not.toEqual([]);
  });

  it("is of the kind of points it says", () => {
    for (const shape of shapesOf(declare, shapes))
      expect(declare({}, contextOf(shape)).support.kind).toBe(declare.support ?? "real");
  });
});

describe.each(cases)("energy %s", (_, it_) => {
  const { energy, params, points } = it_;
  const { event, support } = energy;
  const d = sizeOf(event);
  const moving = params.data.length > 0;

  it("gives one number a point, the same in both widths", async () => {
    const doubles = await valuesAt(it_, points);
    const singles = await valuesAt(it_, cast(points, "float32"));
    expect([doubles.dtype, ...doubles.shape, singles.dtype, ...singles.shape]).toEqual(["float64", N, "float32", N]);
    expect(numbers(doubles).every(Number.isFinite)).toBe(true);
    const different = new Set(numbers(doubles)).size;
    // Discrete points may repeat, or be as likely as one another.
    if (support.kind === "real") expect(different).toBe(N);
    else expect(different).toBeGreaterThan(1);
    expect(worstDifference(singles, doubles)).toBeLessThan(1e-5);
    expect(points.shape).toEqual([N, ...event]);
  });

  it("looks at each point by itself: moving one changes one number, and their order is kept", async () => {
    const before = numbers(await valuesAt(it_, points));
    const other = before.findIndex((v) => v !== before[3]);
    const moved = points.data.slice();
    moved.set(points.data.subarray(other * d, (other + 1) * d), 3 * d);
    const after = numbers(await valuesAt(it_, tensor(moved, points.shape)));
    expect(after.flatMap((v, i) => (v === before[i] ? [] : [i]))).toEqual([3]);
    const turned = points.data.map((_, i) => points.data[d * (N - 1 - Math.floor(i / d)) + (i % d)]!);
    const back = numbers(await valuesAt(it_, tensor(turned, points.shape))).reverse();
    // Vector and scalar code of the engine may differ in the last bit.
    for (const [i, v] of back.entries()) expect(v).toBeCloseTo(before[i]!, 12);
  });

  // Discrete energies too: gradients at their points are what informed proposals read.
  it("has the first two derivatives that differences find, between the points of its support as well", async () => {
    const given = moving ? constant(params) : undefined;
    // Where no coordinate is negative no energy here bends within a step of the differences.
    const at = tensor(
      normal(fold(key, "points"), [4 * d], "float64").data.map((v) => Math.abs(v) + 0.3),
      [4, ...event],
    );
    expect(await gradientErrors([{ name: "in x", at: [at], build: (x) => energy(x!, given), order: 2 }])).toEqual([]);
  });

  it("sends derivatives to what is learned, and none to what is frozen", async () => {
    if (!moving) return expect(energy.init(key)).toEqual(new Float32Array(0));
    const symbol = input("params", params.shape, "float64");
    const value = sum(energy(constant(points), symbol));
    const program = await compile({ symbol }, { value, gradient: grad(value, [symbol])[0] });
    const at = (p: Float64Array) => program.run({ symbol: tensor(p) });
    const gradient = numbers((await at(params.data as Float64Array)).gradient!);
    const mask = trainableMask(energy.layout) ?? new Float32Array(params.data.length).fill(1);
    for (const { name, offset, shape, frozen } of energy.layout.leaves) {
      const own = gradient.slice(offset, offset + shape.reduce((a, b) => a * b, 1));
      expect(
        own.some((g) => g !== 0),
        name,
      ).toBe(frozen !== true);
    }
    const direction = normal(key, params.shape, "float64").data.map((v, i) => v * mask[i]!);
    const along = async (h: number) => numbers((await at(direction.map((v, i) => params.data[i]! + h * v))).value!)[0]!;
    const slope = ((await along(1e-5)) - (await along(-1e-5))) / 2e-5;
    const expected = gradient.reduce((s, g, i) => s + g * direction[i]!, 0);
    expect(Math.abs(slope - expected)).toBeLessThan(1e-6 * Math.max(1, Math.abs(expected)));
  });

  it("names the shapes when they do not fit", () => {
    const symbol = moving ? input("params", params.shape, "float64") : undefined;
    const at = (...shape: number[]) => input("x", shape, "float64");
    const longer = event.with(-1, event.at(-1)! + 1);
    for (const shape of [[N], [N, ...longer], [N, ...event, 1], event]) {
      expect(() => energy(at(...shape), symbol)).toThrow(ShapeError);
      expect(() => energy(at(...shape), symbol)).toThrow(
        `energy: points have shape ${showShape(shape)}, expected (batch, ${event.join(", ")})`,
      );
    }
    const size = energy.layout.size;
    expect(() => energy(at(N, ...event), input("params", [size + 1], "float64"))).toThrow(
      `energy: parameters have shape (${size + 1}), expected (${size})`,
    );
    if (moving)
      expect(() => energy(at(N, ...event))).toThrow(`energy: ${size} parameters are needed and none were given`);
  });
});

/** Too narrow at one end and too wide at the other for a grid; its own test has its law. */
const gridless = ["funnel {} of (2)"];
const known = cases.filter(([name, { energy }]) => energy.exact?.sample !== undefined && !gridless.includes(name));

it("has members that are known exactly", () => {
  expect(known.length).toBeGreaterThan(1);
});

describe.each(known)("energy %s, which is known exactly", (_, exactCase) => {
  const { exact } = exactCase.energy;
  const sample = exact!.sample!;
  const SIDE = 240;
  const COARSE = 12;

  it("integrates to its logZ, and its draws follow its density", async () => {
    const draws = sample(key, 20000);
    expect(draws.shape).toEqual([20000, 2]);
    const columns = [0, 1].map((j) => Array.from({ length: 20000 }, (_, i) => draws.data[2 * i + j]!));
    const around = (x: readonly number[]): readonly [number, number] => {
      const [low, high] = [Math.min(...x), Math.max(...x)];
      return [low - 0.2 * (high - low), high + 0.2 * (high - low)];
    };
    const box = [around(columns[0]!), around(columns[1]!)] as const;
    const grid = grid2d(box, SIDE);
    const energies = numbers(await valuesAt(exactCase, grid.points));
    const { masses, logZ } = gridMasses(
      "energies",
      grid,
      energies.map((e) => -e),
    );
    expect(Math.abs(logZ - exact!.logZ)).toBeLessThan(1e-5);

    const cellOf = (point: readonly number[]): number => {
      const [row, column] = box.map(([low, high], j) => Math.floor((COARSE * (point[j]! - low)) / (high - low)));
      return row! * COARSE + column!;
    };
    const [expected, counts] = [new Float64Array(COARSE ** 2), new Float64Array(COARSE ** 2)];
    for (const [i, mass] of masses.entries()) {
      const cell = cellOf([grid.points.data[2 * i]!, grid.points.data[2 * i + 1]!]);
      expected[cell] = expected[cell]! + mass;
    }
    for (const [i, x] of columns[0]!.entries()) {
      const cell = cellOf([x, columns[1]![i]!]);
      counts[cell] = counts[cell]! + 1;
    }
    // Chance of a false alarm: 3e-6.
    expect(chiSquareScore(counts, expected)).toBeLessThan(4.5);
    expect(chiSquareScore(counts, new Float64Array(COARSE ** 2).fill(COARSE ** -2))).toBeGreaterThan(4.5);
  });

  it("draws the same for the same key, others for another", () => {
    expect(sample(key, 5)).toEqual(sample(key, 5));
    expect(numbers(sample(makeKey(19), 5))).not.toEqual(numbers(sample(key, 5)));
  });
});

const smoothable = cases.filter(([, { energy }]) => energy.smoothed !== undefined);

it("has members that know themselves smoothed", () => {
  expect(smoothable.length).toBeGreaterThan(3);
});

describe.each(smoothable)("energy %s, which knows itself smoothed", (_, { energy, params, points }) => {
  const given = params.data.length > 0 ? constant(params) : undefined;
  const smoothed = energy.smoothed!;
  const [smallest, largest] = energy.noiseLevels ?? [0.1, 3];
  const levels = Float64Array.from({ length: N }, (_, i) => smallest * (largest / smallest) ** (i / (N - 1)));
  const x = constant(points);

  it("takes a level a row, one for all, or a number, and means the same", async () => {
    const scalar = input("sigma", [], "float64");
    const program = await compile(
      { sigma: scalar },
      { together: smoothed(x, constant(tensor(levels)), given), alike: smoothed(x, scalar, given) },
    );
    const at = (sigma: number) => program.run({ sigma: tensor(Float64Array.of(sigma), []) });
    const together = numbers((await at(1)).together!);
    for (const [i, sigma] of levels.entries()) {
      const alike = numbers((await at(sigma)).alike!);
      expect(alike[i]).toBeCloseTo(together[i]!, 11);
      const fixed = await (await compile({}, { number: smoothed(x, sigma, given) })).run({});
      expect(worstDifference(fixed.number!, tensor(Float64Array.from(alike)))).toBeLessThan(1e-11);
    }
    // It matters which.
    expect(together).not.toEqual(numbers((await at(smallest)).alike!));
  });

  it("has at the smallest of its noise levels the energy itself, bit for bit", async () => {
    if (!energy.noiseLevels) return;
    expect(0 < smallest && smallest < largest).toBe(true);
    for (const dtype of ["float32", "float64"] as const) {
      const [at, theta] = [constant(cast(points, dtype)), given && constant(cast(params, dtype))];
      const program = await compile({}, { own: energy(at, theta), smallest: smoothed(at, smallest, theta) });
      const found = await program.run({});
      expect(numbers(found.smallest!)).toEqual(numbers(found.own!));
    }
  });

  it("is that of the density with normal noise added, up to a constant, where it knows its draws", async () => {
    const sample = energy.exact?.sample;
    if (!sample || energy.layout.size > 0) return;
    // Tweedie: the mean of the noise given the sum is σ ∇E. Its product with any function of the sum is zero on average.
    const [n, sigma] = [20_000, 0.7];
    const clean = sample(fold(key, "clean"), n);
    const noise = normal(fold(key, "noise"), clean.shape, "float64").data;
    const sums = tensor(
      noise.map((v, i) => clean.data[i]! + sigma * v),
      clean.shape,
    );
    const at = input("x", sums.shape, "float64");
    const slope = grad(sum(smoothed(at, sigma)), [at])[0]!;
    const gradient = numbers((await (await compile({ x: at }, { slope })).run({ x: sums })).slope!);
    const left = noise.map((v, i) => v - sigma * gradient[i]!);
    // Five standard errors each, for every coordinate: false alarms about once in 1e5 members.
    for (const f of [(v: number) => v, (v: number) => v ** 2, (v: number) => Math.tanh(2 * v)])
      for (let j = 0; j < sizeOf(energy.event); j++) {
        const own = left.filter((_, i) => i % sizeOf(energy.event) === j);
        const tested = sums.data.filter((_, i) => i % sizeOf(energy.event) === j);
        expect(
          expectedMeanErrors(
            `coordinate ${j}`,
            own.map((v, i) => v * f(tested[i]!)),
            0,
          ),
        ).toEqual([]);
      }
  });
});

const summable = cases.filter(([, { energy }]) => energy.exact && energy.support.kind !== "real");

it("has members whose log Z is known as a sum", () => {
  expect(summable.length).toBeGreaterThan(1);
});

it.each(summable)("energy %s has the logZ of the sum over its states", async (_, it_) => {
  const minus = async (states: FloatTensor) => numbers(await valuesAt(it_, states)).map((e) => -e);
  expect((await enumeration(minus, it_.energy)).logZ).toBeCloseTo(it_.energy.exact!.logZ, 11);
});

const sorting = cases.filter(([, { energy }]) => energy.classes !== undefined);

it("has members that know classes", () => {
  expect(sorting.length).toBeGreaterThan(0);
});

it.each(sorting)("energy %s is minus the log of the sum over its classes, row by row", async (_, it_) => {
  const { energy, params, points } = it_;
  const { count, energies: each } = energy.classes!;
  const program = await compile({}, { joint: each(constant(points), constant(params)) });
  const { joint } = await program.run({});
  expect(joint!.shape).toEqual([N, count]);
  const own = numbers(await valuesAt(it_, points));
  const joints = numbers(joint!);
  for (const [i, e] of own.entries()) {
    const row = joints.slice(i * count, (i + 1) * count);
    expect(e).toBeCloseTo(-Math.log(row.reduce((sum, v) => sum + Math.exp(-v), 0)), 11);
    // Each class is another.
    expect(new Set(row).size).toBe(count);
  }
});

/** Those whose states are few, at parameters of their own. */
const learnedSums = cases.filter(
  ([, { energy }]) =>
    energy.logZ && energy.support.kind !== "real" && countStates(energy.support, energy.event) <= 4096,
);

it("has members that know log Z at any parameters", () => {
  expect(learnedSums.filter(([, { energy }]) => energy.layout.size > 0).length).toBeGreaterThan(2);
});

it.each(learnedSums)(
  "energy %s has the log Z, in the graph and on the host, of the sum over its states",
  async (_, it_) => {
    const { energy, params } = it_;
    const minus = async (states: FloatTensor) => numbers(await valuesAt(it_, states)).map((e) => -e);
    const { logZ } = await enumeration(minus, energy);
    const given = constant(params);
    const found = await (await compile({}, { logZ: energy.logZ!(energy.layout.size > 0 ? given : undefined) })).run({});
    // A log Z that nothing is learned of is one number in single precision.
    expect(Math.abs(numbers(found.logZ!)[0]! - logZ)).toBeLessThan(
      energy.layout.size > 0 ? 1e-10 : 1e-6 * Math.abs(logZ),
    );
    if (energy.exactLogZ) expect(energy.exactLogZ(params.data)).toBeCloseTo(logZ, 10);
  },
);
