/** Every kind of column: cells come back, densities are those of the file, and what describes a column is plain data. */

import { describe, expect, it } from "vitest";
import { affineOf } from "../../src/data/columns/affine.js";
import type { ColumnKind, ColumnMap } from "../../src/data/columns/column.js";
import * as kinds from "../../src/data/columns/members.js";
import { parseOptions } from "../../src/util/options.js";

interface Case {
  readonly cells: readonly number[];
  readonly options?: object;
  readonly texts?: readonly string[];
  /** Every cell there is, where they can be counted. */
  readonly all?: readonly number[];
  /** Where a density lives, to integrate over. */
  readonly over?: readonly [low: number, high: number];
  /** Width of what a cell of a lattice stands for. */
  readonly step?: number;
}

const range = (from: number, to: number, step: number): number[] =>
  Array.from({ length: Math.round((to - from) / step) + 1 }, (_, i) => Number((from + i * step).toFixed(6)));

const cases: Readonly<Record<string, readonly Case[]>> = {
  real: [{ cells: [-3, 0.5, 12, 7.25], over: [-80, 100] }],
  positive: [{ cells: [1e-4, 0.5, 12, 1e3], over: [1e-9, 1e9] }],
  bounded: [
    { cells: [0.01, 0.5, 0.97, 0.3], over: [0, 1] },
    { cells: [-4, 3, 4.99, 0], options: { low: -5, high: 5 }, over: [-5, 5] },
  ],
  whole: [
    { cells: [0, 1, 2, 1, 1, 0], all: range(-60, 60, 1), step: 1 },
    { cells: [4.3, 5.1, 5.1, 7.9, 4.3], all: range(-95.7, 104.3, 0.4), step: 0.4 },
    { cells: [1, 3, 3, 1], options: { step: 0.5 }, all: range(-60, 60, 0.5), step: 0.5 },
  ],
  // Levels that no image has are counted: what a law puts there is lost to those there are.
  pixel: [
    { cells: [0, 255, 13, 128], all: range(-700, 1100, 1), step: 1 },
    { cells: [0, 16, 5, 5], options: { levels: 17 }, all: range(-80, 100, 1), step: 1 },
  ],
  boolean: [
    { cells: [0, 1, 0, 0], all: [0, 1] },
    { cells: [-1, 7, 7, -1], all: [-1, 7] },
  ],
  category: [
    { cells: [0, 2, 1, 0, 0, 2], texts: ["a", "b", "c"], all: [0, 1, 2] },
    { cells: [10, 10, 30, 30, 0, 0, 5, 5], all: [0, 5, 10, 30] },
  ],
  date: [
    { cells: [20000, 20011, 20100, 20003], all: range(12000, 29000, 1), step: 1 },
    { cells: [20000.5, 20011.25, 20100, 20003], over: [10000, 30000] },
  ],
  constant: [{ cells: [3, 3, 3], all: [3] }],
};

const members = Object.values(kinds) as unknown as readonly ColumnKind[];

function made(kind: ColumnKind, { cells, options = {}, texts }: Case): ColumnMap {
  const all = Float64Array.from(cells);
  const given = parseOptions(kind.name, kind.options, options);
  const data = kind.fit({ name: "x", all, train: all, texts }, given, affineOf);
  // What describes a column is kept as JSON.
  expect(JSON.parse(JSON.stringify(data))).toEqual(data);
  return kind.make(JSON.parse(JSON.stringify(data)));
}

const logDetAt = ({ logDet }: ColumnMap, cell: number, z: number): number =>
  typeof logDet === "number" ? logDet : logDet(cell, z);

/** A law of coordinates that is not the one they were made for. */
const [AT, WIDE] = [0.4, 0.8];
const density = (z: number): number => Math.exp(-((z - AT) ** 2) / (2 * WIDE ** 2)) / (WIDE * Math.sqrt(2 * Math.PI));

/** The density of a cell, in the mean over its interval by the middle rule. */
function densityAt(map: ColumnMap, cell: number, places = 2000): number {
  if (map.width === 0) return Math.exp(logDetAt(map, cell, 0));
  const n = map.noisy ? places : 1;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const z = map.encode(cell, (i + 0.5) / n);
    sum += density(z) * Math.exp(logDetAt(map, cell, z));
  }
  return sum / n;
}

/** Of a density over an interval, by the middle rule in the coordinate of a logit, which reaches the ends. */
function integral(map: ColumnMap, [low, high]: readonly [number, number], n = 40_000): number {
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const t = -45 + (90 * (i + 0.5)) / n;
    const s = 1 / (1 + Math.exp(-t));
    sum += densityAt(map, low + (high - low) * s) * (high - low) * s * (1 - s) * (90 / n);
  }
  return sum;
}

it("every kind has cases", () => {
  expect(Object.keys(cases).sort()).toEqual(members.map(({ name }) => name).sort());
});

describe.each(members.map((kind) => [kind.name, kind] as const))("%s", (name, kind) => {
  const all = cases[name]!;

  it("gives cells back, from wherever in their intervals", () => {
    for (const one of all) {
      const map = made(kind, one);
      for (const cell of one.cells)
        for (const u of [1e-9, 0.2, 0.5, 0.9, 1 - 1e-9])
          expect(Math.abs(map.decode(map.encode(cell, u)) - cell)).toBeLessThanOrEqual(1e-12 * Math.abs(cell));
    }
  });

  it("moves densities by what differences say, where a coordinate is a smooth function of the cell", () => {
    for (const one of all) {
      const map = made(kind, one);
      if (map.noisy || map.width === 0) continue;
      for (const cell of one.cells) {
        const h = 1e-6 * Math.min(1, Math.abs(cell) || 1);
        const slope = (map.encode(cell + h, 0.5) - map.encode(cell - h, 0.5)) / (2 * h);
        expect(logDetAt(map, cell, map.encode(cell, 0.5))).toBeCloseTo(Math.log(slope), 5);
      }
    }
  });

  it("has densities that integrate to 1, or probabilities that sum to 1, under a law of coordinates of any kind", () => {
    for (const one of all) {
      const map = made(kind, one);
      const total = one.all
        ? one.all.reduce(
            (sum, cell) => sum + (one.step ?? 1) * densityAt(map, cell, one.all!.length > 1000 ? 20 : 4000),
            0,
          )
        : integral(map, one.over!);
      expect(total).toBeCloseTo(1, 4);
    }
  });

  it("says which interval a cell stands for, and leaves a missing one missing", () => {
    for (const one of all) {
      const map = made(kind, one);
      expect(map.interval !== undefined).toBe(map.noisy);
      if (map.width === 1) expect(map.encode(Number.NaN, 0.5)).toBeNaN();
      if (!map.interval) continue;
      for (const cell of one.cells) {
        const [low, high] = map.interval(cell);
        // The outermost ends of categories are cut off where a normal law has no mass left.
        if (low > -8) expect(low).toBeCloseTo(map.encode(cell, 1e-12), 6);
        if (high < 8) expect(high).toBeCloseTo(map.encode(cell, 1 - 1e-12), 6);
        expect(low).toBeLessThan(map.encode(cell, 0.01));
        expect(high).toBeGreaterThan(map.encode(cell, 0.99));
      }
    }
  });

  it("keeps cells that are rounded what they are, but for digits that single precision has not", () => {
    for (const one of all) {
      const map = made(kind, one);
      for (const cell of one.cells)
        expect(Math.abs(map.rounded(cell, 1) - cell)).toBeLessThanOrEqual(2e-6 * Math.max(1, Math.abs(cell)));
    }
  });
});

it("a map whose densities were not moved would be found out", () => {
  const map = made(kinds.positive as unknown as ColumnKind, cases.positive![0]!);
  expect(integral({ ...map, logDet: 0 }, [1e-9, 1e9])).not.toBeCloseTo(1, 1);
});
