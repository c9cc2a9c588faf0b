import { describe, expect, it } from "vitest";
import { identityCoordinates } from "../data/columns/coordinates.js";
import { makeEnergy } from "../energies/energy.js";
import { gaussianEnergy } from "../energies/gaussian.js";
import { mixtureEnergy } from "../energies/mixture.js";
import { div, mul, square, sub } from "../ops/arithmetic.js";
import { concat, slice, sum } from "../ops/shape.js";
import { normal } from "../random/draw.js";
import { makeKey } from "../random/key.js";
import { InputError, NumericError } from "../util/errors.js";
import { type FloatTensor, tensor } from "../util/tensor.js";
import { heldBy, parseConditions } from "./conditions.js";
import { drawGiven } from "./draw-given.js";

const key = makeKey(8);
const run = { n: 4000, key, chains: 40, warmup: 150, thin: 3 };
const column = ({ data, shape }: FloatTensor, j: number): number[] =>
  Array.from({ length: shape[0]! }, (_, i) => data[i * shape[1]! + j]!);
const mean = (x: readonly number[]): number => x.reduce((s, v) => s + v, 0) / x.length;
const held = (d: number, text: string) => heldBy(identityCoordinates(d), parseConditions(text));
const poolOf = (x: FloatTensor) => ({ x, logWeights: new Float64Array(x.shape[0]!) });

describe("drawGiven", () => {
  // Given x1 = v the two modes of x2, ten deviations apart, weigh 1 : 4 exp(v).
  const energy = mixtureEnergy([3], {
    means: [
      [-0.5, -5, 0],
      [0.5, 5, 0],
    ],
    variances: [1, 1],
    weights: [1, 4],
  });
  const pool = poolOf(energy.exact!.sample!(key, 5000));

  it.each([-2, 3])("gets the weights of separate modes right where a coordinate is %d", async (v) => {
    const { points, verdict, jumps } = await drawGiven({ energy }, held(3, `x1=${v}`), pool, run);
    expect(new Set(column(points, 0))).toEqual(new Set([v]));
    const share = mean(column(points, 1).map((x) => (x > 0 ? 1 : 0)));
    const truth = (4 * Math.exp(v)) / (1 + 4 * Math.exp(v));
    expect(verdict.mixed).toBe(true);
    expect(jumps!).toBeGreaterThan(0.3);
    // Draws worth `essBulk` of the column, at least a tenth of them: five standard errors, false alarms in 1e-6.
    const worth = Math.min(...verdict.coordinates.map(({ essBulk }) => essBulk));
    expect(worth).toBeGreaterThan(400);
    expect(Math.abs(share - truth)).toBeLessThan(5 * Math.sqrt((truth * (1 - truth)) / worth));
    const upper = column(points, 1).filter((x) => x > 0);
    // Within the mode x2 is N(5, 1).
    expect(Math.abs(mean(upper) - 5)).toBeLessThan(5 / Math.sqrt(Math.min(worth, upper.length)));
  });

  it("is the truncated law where a bound is rare: N(0, 1) above 3, and above 5, where no draw of the pool is", async () => {
    const normal = gaussianEnergy([2], 0, 1);
    const own = poolOf(normal.exact!.sample!(key, 5000));
    // φ(a)/(1 − Φ(a)), and the deviations of the tail.
    for (const [a, truth, deviation] of [
      [3, 3.2831, 0.2657],
      [5, 5.1865, 0.1794],
    ] as const) {
      const { points, verdict } = await drawGiven({ energy: normal }, held(2, `x2>${a}`), own, run);
      const tail = column(points, 1);
      const worth = Math.min(...verdict.coordinates.map(({ essBulk }) => essBulk));
      expect(worth).toBeGreaterThan(400);
      expect(Math.min(...tail)).toBeGreaterThanOrEqual(a);
      expect(Math.abs(mean(tail) - truth)).toBeLessThan((5 * deviation) / Math.sqrt(worth));
      expect(Math.abs(mean(column(points, 0)))).toBeLessThan(5 / Math.sqrt(worth));
    }
  });

  it("is uniform in a narrow interval, and one end below", async () => {
    const normal = gaussianEnergy([1], 0, 1);
    const own = poolOf(normal.exact!.sample!(key, 2000));
    const { points } = await drawGiven({ energy: normal }, held(1, "x1>=0.5, x1<0.52"), own, run);
    const x = column(points, 0);
    expect(Math.min(...x)).toBeGreaterThanOrEqual(0.5);
    expect(Math.max(...x)).toBeLessThanOrEqual(0.52);
    // A deviation of 0.02/√12, of at least 1000 draws: five standard errors.
    expect(Math.abs(mean(x) - 0.51)).toBeLessThan((5 * 0.00577) / Math.sqrt(1000));
    const below = await drawGiven({ energy: normal }, held(1, "x1<-1"), own, run);
    // −φ(1)/Φ(−1) = −1.52514, deviation 0.4461.
    expect(Math.abs(mean(column(below.points, 0)) + 1.52514)).toBeLessThan((5 * 0.4461) / Math.sqrt(1000));
  });
});

describe("columns that are all but functions of others", () => {
  // x3 = x1 + δ z: whatever x1 and x2, x3 has a deviation of δ.
  const narrow = (delta: number) => {
    const energy = makeEnergy({
      event: [3],
      energy(x) {
        const column = (j: number) => slice(x, 1, j, j + 1);
        const own = div(sub(column(2), column(0)), delta);
        return mul(0.5, sum(square(concat([column(0), column(1), own], 1)), 1));
      },
    });
    const z = normal(key, [3000, 3], "float64");
    const x = z.data.map((v, i) => (i % 3 === 2 ? z.data[i - 2]! + delta * v : v));
    return { energy, pool: poolOf(tensor(x, [3000, 3])) };
  };
  const few = { n: 40, key, chains: 8, warmup: 100, thin: 1, names: ["a", "b", "c"] };

  it("end a run that cannot move, early and by their names, and progress is told before", async () => {
    const { energy, pool } = narrow(1e-5);
    const told: number[] = [];
    const run = drawGiven({ energy }, held(3, "x2<0"), pool, { ...few, progress: (done) => told.push(done) });
    await expect(run).rejects.toThrow(NumericError);
    await expect(run).rejects.toThrow(
      /^conditions: chains cannot move, .*: [ac] \(0\.001\d? % of its spread .*\) and [ac] \(0\.001\d? %/,
    );
    expect(told[0]).toBe(5);
    // Of 330 steps that look for jumps.
    expect(told.at(-1)).toBeLessThan(100);
  });

  it("are drawn where chains move in spite of them", async () => {
    const { energy, pool } = narrow(0.2);
    const { points } = await drawGiven({ energy }, held(3, "x2<0"), pool, few);
    for (let i = 0; i < few.n; i++) {
      expect(points.data[3 * i + 1]).toBeLessThanOrEqual(0);
      // Six deviations: false alarms in 1e-7.
      expect(Math.abs(points.data[3 * i + 2]! - points.data[3 * i]!)).toBeLessThan(1.2);
    }
  });
});

describe("conditions", () => {
  it("are columns, relations and values", () => {
    expect(parseConditions("species=Adelie, bill > 45,mass<=1e3")).toEqual([
      { column: "species", relation: "=", value: "Adelie" },
      { column: "bill", relation: ">", value: "45" },
      { column: "mass", relation: "<=", value: "1e3" },
    ]);
    for (const bad of ["", "mass", "mass>", ">4", "mass>4,"]) expect(() => parseConditions(bad)).toThrow(InputError);
  });

  it("of one column hold together, and those that exclude each other are refused", () => {
    expect(held(2, "x1>1,x1>2,x1<5").bounds.get(0)).toEqual([2, 5]);
    expect(held(2, "x1=3,x1>2")).toEqual({ fixed: new Map([[0, 3]]), bounds: new Map() });
    for (const [text, message] of [
      ["x1>5,x1<2", /no row can meet what is asked of column x1/],
      ["x1=3,x1=4", /asked to be something else/],
      ["x1=3,x1>4", /exclude each other/],
      ["x1=1,x2=2", /nothing is left to draw/],
      ["x3=1", /there is no column x3.*; there are: x1, x2/],
      ["x1=Adelie", /Adelie is no number/],
      ["x1=Infinity", /Infinity is no number/],
    ] as const)
      expect(() => held(2, text)).toThrow(message);
  });
});
