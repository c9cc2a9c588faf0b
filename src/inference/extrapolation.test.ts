import { describe, expect, it } from "vitest";
import { normal, uniform } from "../random/draw.js";
import { fold, type Key, makeKey } from "../random/key.js";
import { tensor } from "../util/tensor.js";
import { type Extrapolation, extrapolationsFrom, showExtrapolation } from "./extrapolation.js";

const key = makeKey(77);
const rowsOf = (data: ArrayLike<number>, d: number) => tensor(Float64Array.from(data), [data.length / d, d]);
const upTo = (n: number): number[] => [...Array(n).keys()];
const normals = (name: string, n: number, d = 1) => normal(fold(key, name), [n, d], "float64").data;

/** What is said of points when all of their coordinates are given. */
const say = (known: ArrayLike<number>, points: ArrayLike<number>, d = 1): readonly Extrapolation[] =>
  extrapolationsFrom(rowsOf(known, d))(rowsOf(points, d), upTo(points.length / d), upTo(d));

describe("conditions like those of the rows", () => {
  // 250 sets of 199 rows, 20 new ones each. A set has a share of its own, of deviation 0.007, and a row is called or
  // not: the standard error is √(0.007²/250 + 0.01/5000) = 0.0015. Five of them: one false alarm in 1.7e6 a case.
  const [sets, n, fresh, error] = [250, 199, 20, 0.0015];
  function share(d: number, draw: (key: Key, n: number) => ArrayLike<number>): number {
    let called = 0;
    for (let i = 0; i < sets; i++) {
      const rows = Float64Array.from(draw(fold(key, i), n + fresh));
      called += say(rows.subarray(0, n * d), rows.subarray(n * d), d).length;
    }
    return called / (sets * fresh);
  }
  const gaussian = (k: Key, m: number) => normal(k, [m], "float64").data;

  const laws: Record<string, (key: Key, n: number) => ArrayLike<number>> = {
    "a Gaussian": gaussian,
    "a Cauchy law": (k, m) => uniform(k, [m], "float64").data.map((u) => Math.tan(Math.PI * (u - 0.5))),
    "two modes far apart": (k, m) => gaussian(k, m).map((v, i) => v + (i % 2) * 100),
    "skewed values in tiny units": (k, m) => gaussian(k, m).map((v) => 1e-9 * Math.exp(v)),
  };
  it.each(Object.keys(laws))("are named one time in a hundred, no more and no less, of %s", (name) => {
    expect(Math.abs(share(1, laws[name]!) - 0.01)).toBeLessThan(5 * error);
  });

  it("are named at most one time in a hundred where several coordinates are given, of units far apart", () => {
    const found = share(3, (k, m) => {
      const z = normal(k, [m, 3], "float64").data;
      // The second follows the first, the third is heavy-tailed.
      return z.map((v, i) => (i % 3 === 0 ? v : i % 3 === 1 ? 1e6 * (z[i - 1]! + 0.1 * v) : 1e-6 * v ** 3));
    });
    expect(found).toBeLessThan(0.01 + 5 * error);
    // One of the two questions alone is asked at half the rate.
    expect(found).toBeGreaterThan(0.005 - 5 * error);
  });

  it("are not named where the rows have few values, and theirs is one of them", () => {
    const known = Float64Array.from({ length: 300 }, (_, i) => i % 3);
    expect(say(known, [0, 1, 2])).toEqual([]);
    expect(say(known, [1.5, 3]).map(({ row }) => row)).toEqual([0, 1]);
  });

  it("are the same in the single precision of the rows", () => {
    const tenths = upTo(300).map((i) => (i % 3) / 10);
    const known = tensor(Float32Array.from(tenths), [300, 1]);
    expect(extrapolationsFrom(known)(rowsOf([0, 0.1, 0.2], 1), [0, 1, 2], [0])).toEqual([]);
  });
});

describe("conditions that lie outside", () => {
  it("are named by one coordinate, its value and the range of the rows", () => {
    const known = normals("one", 1000);
    const [low, high] = [Math.min(...known), Math.max(...known)];
    const found = say(known, [0, 4, 1, -5]);
    expect(found).toEqual([
      { row: 1, coordinates: [0], values: [4], ranges: [[low, high]], pValue: expect.any(Number), rate: 0.01 },
      { row: 3, coordinates: [0], values: [-5], ranges: [[low, high]], pValue: 1 / 1001, rate: 0.01 },
    ]);
    expect(showExtrapolation(found[0]!, ["height"])).toMatch(
      /^height = 4 \(no rows there; theirs are -\d\.\d+ to \d\.\d+\)$/,
    );
  });

  it("are named in a gap between modes, within the range", () => {
    const known = normals("gap", 1000).map((v, i) => v + (i % 2 ? 10 : -10));
    const [found, ...none] = say(known, [0, 10, -10]);
    expect(none).toEqual([]);
    expect(showExtrapolation(found!, ["x"])).toMatch(/^x = 0 \(few rows there; theirs are -1\d.* to 1\d.*\)$/);
  });

  it("are named although one other row lies astray beside them", () => {
    const known = normals("astray", 1000);
    known[17] = 40;
    expect(say(known, [40.1])).toHaveLength(1);
  });

  it("are named together where each is usual and the two are not", () => {
    const z = normals("line", 1000, 2);
    const known = z.map((v, i) => (i % 2 === 0 ? v : 1e3 * (0.95 * z[i - 1]! + 0.31 * v)));
    const [found, ...none] = say(known, [2, -2000, 1, 1000], 2);
    expect(none).toEqual([]);
    expect(found).toMatchObject({ row: 0, coordinates: [0, 1], values: [2, -2000] });
    expect(showExtrapolation(found!, ["a", "b"])).toMatch(/^a = 2 \(few rows .*\) and b = -2000 \(few .*\) together$/);
  });

  it("are named by the one coordinate of many that lies outside", () => {
    const known = normals("many", 1000, 10).map((v, i) => v * 10 ** (i % 10));
    const point = upTo(10).map((j) => (j === 6 ? -8e6 : 0.3 * 10 ** j));
    expect(say(known, point, 10)).toMatchObject([{ coordinates: [6], values: [-8e6] }]);
  });

  it("are those of the coordinates that are given, and of no others", () => {
    const known = rowsOf(normals("given", 1000, 2), 2);
    const rows = rowsOf([9, 0, 0, 9], 2);
    const ask = extrapolationsFrom(known);
    expect(ask(rows, [0, 1], [0]).map(({ row }) => row)).toEqual([0]);
    expect(ask(rows, [1], [1]).map(({ row }) => row)).toEqual([1]);
    expect(ask(rows, [0, 1], [])).toEqual([]);
  });

  it("are named by few rows at a rate that says so, and by fewer than 20 not at all", () => {
    const known = normals("few", 30);
    expect(say(known, [50])).toMatchObject([{ pValue: 1 / 31, rate: 1 / 31 }]);
    expect(say(known.subarray(0, 19), [50])).toEqual([]);
  });
});
