/** Every data set of the barrel answers the same questions: is the density normalised, and do the draws come from it? */

import { beforeAll, describe, expect, it } from "vitest";
import type { Dataset, Distribution } from "../../src/data/dataset.js";
import * as members from "../../src/data/members.js";
import { countStates, statesOf } from "../../src/energies/states.js";
import { fold, makeKey } from "../../src/random/key.js";
import { InputError, ShapeError } from "../../src/util/errors.js";
import { cast, type FloatTensor, type Tensor, tensor } from "../../src/util/tensor.js";
import { stateNumbers } from "../support/discrete.js";
import { chiSquareScore } from "../support/goodness.js";

const key = fold(makeKey(2024), "data");
const draws = 40_000;
const FINE = 240;
const COARSE = 24;

const { barsAndStripes, eightGaussians, fourCorners, fourInARow, gaussianMixture, moons, pinwheel, rings, twoModes } =
  members;
const cases: [string, Distribution][] = [
  ...Object.values(members).map((member): [string, Distribution] => [member.name, member()]),
  ["eight-gaussians fce linear", eightGaussians({ preset: "fce", weights: "linear" })],
  ["eight-gaussians given", eightGaussians({ weights: [1, 9, 1, 2, 2, 1, 3, 1], radius: 4, variance: 0.2 })],
  ["eight-gaussians paper", eightGaussians({ preset: "paper" })],
  ["rings fce", rings({ preset: "fce" })],
  ["four-in-a-row given", fourInARow({ weights: [4, 1, 1, 2], variance: 0.03 })],
  ["four-corners apart", fourCorners({ preset: "apart", weights: [1, 2, 3, 4] })],
  ["two-modes paper", twoModes({ preset: "paper" })],
  ["two-modes equal", twoModes({ weights: [1, 1], offset: 2, variance: 0.3 })],
  ["moons wide", moons({ noise: 0.3 })],
  ["bars-and-stripes of side 2", barsAndStripes({ side: 2 })],
  ["pinwheel of three", pinwheel({ arms: 3, rate: 0.3, radialDeviation: 0.25 })],
  [
    "gaussian-mixture of one",
    gaussianMixture({
      components: [
        {
          mean: [1, -2],
          covariance: [
            [2, 0.9],
            [0.9, 0.7],
          ],
        },
      ],
    }),
  ],
];

/** The density on a grid of cell middles over the box, its mass in coarser cells, and its entropy. */
interface Grid {
  readonly points: FloatTensor;
  readonly mass: Float64Array;
  readonly cells: Float64Array;
  readonly total: number;
  readonly entropy: number;
}

function gridOf({ box, logDensity }: Distribution): Grid {
  const [low, width] = [box.map(([a]) => a), box.map(([a, b]) => (b - a) / FINE)];
  const points = new Float64Array(2 * FINE * FINE);
  for (let i = 0; i < FINE * FINE; i++) {
    points[2 * i] = low[0]! + (Math.floor(i / FINE) + 0.5) * width[0]!;
    points[2 * i + 1] = low[1]! + ((i % FINE) + 0.5) * width[1]!;
  }
  const x = tensor(points, [FINE * FINE, 2]);
  const logs = logDensity(x);
  const mass = logs.map((v) => Math.exp(v) * width[0]! * width[1]!);
  const cells = new Float64Array(COARSE * COARSE);
  let [total, entropy] = [0, 0];
  mass.forEach((m, i) => {
    total += m;
    if (m > 0) entropy -= m * logs[i]!;
    cells[cellOf(Math.floor(i / FINE) / FINE, (i % FINE) / FINE)]! += m;
  });
  return { points: x, mass, cells, total, entropy };
}

const cellOf = (u: number, v: number): number => Math.floor(u * COARSE) * COARSE + Math.floor(v * COARSE);

/** How many points fall into each coarse cell; the last count is of those outside the box. */
function countCells({ box }: Distribution, x: Tensor<Float64Array>): number[] {
  const counts = new Array<number>(COARSE * COARSE + 1).fill(0);
  const place = (i: number, j: number): number => (x.data[2 * i + j]! - box[j]![0]) / (box[j]![1] - box[j]![0]);
  for (let i = 0; i < x.shape[0]!; i++) {
    const [u, v] = [place(i, 0), place(i, 1)];
    const inside = u >= 0 && u < 1 && v >= 0 && v < 1;
    const cell = inside ? cellOf(u, v) : COARSE * COARSE;
    counts[cell] = counts[cell]! + 1;
  }
  return counts;
}

/** Distance of the mean of −log p from the entropy, in standard errors. */
function entropyScore(logs: Float64Array, entropy: number): number {
  const n = logs.length;
  const mean = -logs.reduce((a, b) => a + b, 0) / n;
  if (!Number.isFinite(mean)) return Infinity;
  const variance = logs.reduce((sum, v) => sum + (v + mean) ** 2, 0) / n;
  // A uniform density has a constant logarithm: the difference itself then counts, in units of rounding.
  return Math.abs(mean - entropy) / (Math.sqrt(variance / n) + 1e-9);
}

const shifted = ({ box }: Distribution, x: Tensor<Float64Array>): Tensor<Float64Array> =>
  tensor(
    x.data.map((v, i) => v + 0.04 * (box[i & 1]![1] - box[i & 1]![0])),
    x.shape,
  );

describe.each(cases.filter(([, { support }]) => !support))("%s", (name, distribution) => {
  let grid: Grid;
  let x: Tensor<Float64Array>;
  let counts: number[];
  let shares: Float64Array;
  beforeAll(() => {
    grid = gridOf(distribution);
    x = distribution.draw(fold(key, name), draws);
    counts = countCells(distribution, x);
    shares = Float64Array.of(...grid.cells, Math.max(0, 1 - grid.total));
  });

  it("has a density that integrates to 1 over its box", () => {
    expect(Math.abs(grid.total - 1)).toBeLessThan(1e-4);
  });

  it("keeps all but 1e-6 of its mass in the box", () => {
    // At most 0.05 points expected outside: three or more have chance 2e-5.
    expect(counts.at(-1)).toBeLessThan(3);
  });

  it("draws points whose mean −log p is the entropy", () => {
    // 4.5 standard errors: false-alarm rate 7e-6.
    expect(entropyScore(distribution.logDensity(x), grid.entropy)).toBeLessThan(4.5);
  });

  it("draws points into each cell as often as its mass says", () => {
    // A score above 4.5 has chance 3e-6.
    expect(chiSquareScore(counts, shares)).toBeLessThan(4.5);
  });

  it("fails both checks when the points are shifted by a twenty-fifth of the box (negative control)", () => {
    const wrong = shifted(distribution, x);
    expect(entropyScore(distribution.logDensity(wrong), grid.entropy)).toBeGreaterThan(4.5);
    expect(chiSquareScore(countCells(distribution, wrong), shares)).toBeGreaterThan(4.5);
  });

  it("has modes whose weights are the masses of their regions, and the shares of the draws", () => {
    const { modes } = distribution;
    if (modes === undefined) return;
    const regionMass = modes.weights.map(() => 0);
    modes.assign(grid.points).forEach((k, i) => {
      if (k >= 0) regionMass[k] = regionMass[k]! + grid.mass[i]!;
    });
    const share = modes.weights.map(() => 0);
    for (const k of modes.assign(x)) if (k >= 0) share[k] = share[k]! + 1 / draws;
    expect(modes.weights.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
    modes.weights.forEach((w, k) => {
      // What the overlap of neighbouring modes and the grid along region borders may bring.
      expect(Math.abs(regionMass[k]! - w)).toBeLessThan(2e-3);
      // 4.5 standard errors: 7e-6 for each mode.
      const error = Math.sqrt((w * (1 - w)) / draws) + 1e-12;
      expect(Math.abs(share[k]! - regionMass[k]!)).toBeLessThan(4.5 * error + 5e-4);
    });
    expect([...modes.assign(tensor(Float64Array.from(modes.centers.flat()), [modes.centers.length, 2]))]).toEqual([
      ...modes.weights.keys(),
    ]);
  });

  it("draws the same for the same key, a longer draw beginning with the shorter one", () => {
    const long = distribution.draw(key, 30);
    expect([long.dtype, long.shape]).toEqual(["float64", [30, ...distribution.event]]);
    expect(distribution.draw(key, 30)).toEqual(long);
    expect([...distribution.draw(key, 7).data]).toEqual([...long.data.slice(0, 14)]);
    expect(distribution.draw(fold(key, 1), 30).data).not.toEqual(long.data);
  });

  it("scores float32 points, far points and no points, and refuses points of another shape", () => {
    const near = distribution.draw(key, 5);
    const exact = distribution.logDensity(near);
    distribution.logDensity(cast(near, "float32")).forEach((v, i) => {
      expect(v).toBeCloseTo(exact[i]!, 3);
    });
    const far = distribution.logDensity(tensor(Float64Array.of(1e3, -1e3, 1e160, 1e160), [2, 2]));
    expect(far.every((v) => v < -500)).toBe(true);
    expect(distribution.logDensity(tensor(new Float64Array(0), [0, 2])).length).toBe(0);
    expect(() => distribution.logDensity(tensor(new Float64Array(6), [2, 3]))).toThrow(ShapeError);
  });
});

/** Every state of a discrete distribution with its probability, and how often it was drawn. */
function statesIn({ event, support, logDensity }: Distribution, x: FloatTensor) {
  const states = statesOf(support!, event, 0, countStates(support!, event));
  const logs = logDensity(states);
  const counts = new Array<number>(logs.length).fill(0);
  for (const state of stateNumbers(support!, x)) counts[state]!++;
  return { states, logs, shares: logs.map(Math.exp), counts };
}

/** Every eighth point with its first bit turned. */
const turned = ({ support, event }: Distribution, x: Tensor<Float64Array>): Tensor<Float64Array> => {
  const [low, high] = support!.values;
  const size = 8 * event[0]!;
  return tensor(
    x.data.map((v, i) => (i % size === 0 ? low + high - v : v)),
    x.shape,
  );
};

describe.each(cases.filter(([, { support }]) => support))("%s", (name, distribution) => {
  const { support, event, box } = distribution;
  const x = distribution.draw(fold(key, name), draws);
  const { states, logs, shares, counts } = statesIn(distribution, x);

  it("has probabilities that sum to 1 over all states, between the bounds of its box", () => {
    expect(Math.abs(shares.reduce((a, b) => a + b, 0) - 1)).toBeLessThan(1e-12);
    expect(box).toEqual(event.flatMap((d) => Array.from({ length: d }, () => [...support!.values])));
  });

  it("draws points whose mean −log p is the entropy, each state as often as its probability says", () => {
    const entropy = shares.reduce((sum, p, i) => (p > 0 ? sum - p * logs[i]! : sum), 0);
    // 4.5 standard errors: false-alarm rates 7e-6 and 3e-6.
    expect(entropyScore(distribution.logDensity(x), entropy)).toBeLessThan(4.5);
    expect(chiSquareScore(counts, shares)).toBeLessThan(4.5);
  });

  it("fails where bits are turned, and where a state is left out (negative controls)", () => {
    const wrong = turned(distribution, x);
    expect(distribution.logDensity(wrong).includes(Number.NEGATIVE_INFINITY)).toBe(true);
    const most = counts.indexOf(Math.max(...counts));
    const left = counts.map((c, i) => (i === most ? 0 : c));
    expect(chiSquareScore(left, shares)).toBeGreaterThan(4.5);
  });

  it("draws the same for the same key, a longer draw beginning with the shorter one", () => {
    const long = distribution.draw(key, 30);
    expect([long.dtype, long.shape]).toEqual(["float64", [30, ...event]]);
    expect(distribution.draw(key, 30)).toEqual(long);
    expect([...distribution.draw(key, 7).data]).toEqual([...long.data.slice(0, 7 * event[0]!)]);
    expect(distribution.draw(fold(key, 1), 30).data).not.toEqual(long.data);
  });

  it("gives float32 points, no points and points of no state their due, and refuses points of another shape", () => {
    expect(distribution.logDensity(cast(states, "float32"))).toEqual(logs);
    const between = tensor(new Float64Array(event[0]!).fill(0.5 * (support!.values[0] + support!.values[1])), [
      1,
      event[0]!,
    ]);
    expect([...distribution.logDensity(between)]).toEqual([Number.NEGATIVE_INFINITY]);
    expect(distribution.logDensity(tensor(new Float64Array(0), [0, ...event])).length).toBe(0);
    expect(() => distribution.logDensity(tensor(new Float64Array(2), [1, 2]))).toThrow(ShapeError);
  });
});

it.each([2, 3, 4])("bars and stripes of side %i are the images whose rows or whose columns are constant", (side) => {
  const distribution = members.barsAndStripes({ side });
  const { states, logs } = statesIn(distribution, distribution.draw(key, 1));
  const at = (s: number, i: number, j: number): number => states.data[s * side * side + i * side + j]!;
  const all = Array.from({ length: side }, (_, i) => i);
  const isPattern = (s: number): boolean =>
    all.every((i) => all.every((j) => at(s, i, j) === at(s, i, 0))) ||
    all.every((i) => all.every((j) => at(s, i, j) === at(s, 0, j)));
  const patterns = Array.from(logs.keys()).filter(isPattern);
  expect(patterns).toHaveLength(2 * 2 ** side - 2);
  logs.forEach((log, s) => {
    if (patterns.includes(s)) expect(log).toBeCloseTo(-Math.log(patterns.length), 12);
    else expect(log).toBe(Number.NEGATIVE_INFINITY);
  });
});

describe.each(Object.values(members))("$name", (member) => {
  it("declares a kebab-case name of its own, a sentence, a citation and options that have defaults", () => {
    expect(member.name).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(Object.values(members).filter((other) => other.name === member.name)).toHaveLength(1);
    expect(member.about).toMatch(/^[A-Z].*\.$/);
    expect(member.cite).toMatch(/\(\d{4}\)/);
    expect(member.options.safeParse({}).success).toBe(true);
    for (const schema of Object.values(member.options.shape)) expect(schema.description).toBeTruthy();
    expect(member().support?.kind ?? "real").toBe((member as Dataset).support ?? "real");
  });

  it("refuses an option it does not have", () => {
    const misspelt = { dimensoin: 3 };
    expect(() => member(misspelt as never)).toThrow(InputError);
    expect(() => member(misspelt as never)).toThrow(`dataset ${member.name}: unknown option dimensoin`);
  });
});

it.each([
  ["eight-gaussians slips", eightGaussians(), 4.56063],
  ["eight-gaussians fce", eightGaussians({ preset: "fce" }), 2.83158],
  ["rings slips", rings(), 3.53453],
  ["rings fce", rings({ preset: "fce" }), 2.62318],
  ["checkerboard", members.checkerboard(), Math.log(32)],
  // Far modes: the entropy of the weights and that of a cloud, H(2/3) + Σ_k w_k log(2πe σ_k²).
  ["two-modes", twoModes(), 0.636514168 + Math.log(2 * Math.PI * Math.E * 0.05)],
  [
    "two-modes paper",
    twoModes({ preset: "paper" }),
    0.636514168 + Math.log(2 * Math.PI * Math.E) + Math.log(0.05) / 3 + (2 * Math.log(0.1)) / 3,
  ],
  ["four-corners apart", fourCorners({ preset: "apart" }), Math.log(4) + Math.log(2 * Math.PI * Math.E)],
] as const)("the entropy of %s is the known one", (_, distribution, entropy) => {
  // The known values are rounded to five digits.
  expect(Math.abs(gridOf(distribution).entropy - entropy)).toBeLessThan(1e-5);
});
