import { describe, expect, it } from "vitest";
import { standardCoordinates } from "../data/columns/coordinates.js";
import type { CsvTable } from "../data/csv.js";
import { normal, uniform } from "../random/draw.js";
import { fold, makeKey } from "../random/key.js";
import { InputError } from "../util/errors.js";
import { type Tensor, tensor } from "../util/tensor.js";
import { resolveConfig } from "./config.js";
import { divideTable, fillRows } from "./fill-rows.js";
import { prepareData } from "./prepare.js";

const key = makeKey(12);
const [n, rho] = [2000, 0.9];

/** Pairs of standard normal columns that correlate by ρ. */
function pairs(): Tensor<Float64Array> {
  const x = normal(fold(key, "pairs"), [n, 2], "float64");
  for (let i = 0; i < n; i++) x.data[2 * i + 1] = rho * x.data[2 * i]! + Math.sqrt(1 - rho ** 2) * x.data[2 * i + 1]!;
  return x;
}

/** The same with the second cell missing wherever the first is above 0: what is whole is no fair sample. */
function halved(): CsvTable {
  const rows = pairs();
  for (let i = 0; i < n; i++) if (rows.data[2 * i]! > 0) rows.data[2 * i + 1] = Number.NaN;
  return { source: "t", columns: ["a", "b"], rows };
}

const column = (rows: Tensor<Float64Array>, j: number): number[] =>
  Array.from({ length: rows.shape[0]! }, (_, i) => rows.data[i * rows.shape[1]! + j]!);
const mean = (x: readonly number[]): number => x.reduce((s, v) => s + v, 0) / x.length;
const variance = (x: readonly number[]): number => mean(x.map((v) => v * v)) - mean(x) ** 2;

describe("fillRows", () => {
  it("draws cells by their law given the others, where whole rows are no fair sample", () => {
    const { whole, lacking } = divideTable(halved());
    expect(whole.rows.shape[0]! + lacking.rows.shape[0]!).toBe(n);
    const filled = fillRows(standardCoordinates(whole.rows), whole.rows, lacking.rows, fold(key, "fill"));
    expect(column(filled, 0)).toEqual(column(lacking.rows, 0));
    // The residual of b about ρ a has mean 0 and variance 1 − ρ². The regression is of about 1000 rows of a < 0, whose a
    // has mean −.8 and variance .36: its error at a of mean .8 is .44 √(1/1000 + 1.6²/360) = .039 beside .014 by the draws.
    // Four of both: 1 in 15,000 keys. Of the variance, 2.5 σ² √(2/1000) is five of its errors.
    const residual = column(filled, 1).map((b, i) => b - rho * filled.data[2 * i]!);
    expect(Math.abs(mean(residual))).toBeLessThan(4 * Math.hypot(0.039, 0.014));
    expect(Math.abs(variance(residual) / (1 - rho ** 2) - 1)).toBeLessThan(0.35);
    // Their mean has an error of .03, by the regression and the rows: .15 is five of them. The control before it is what leaving the rows out would make of the mean of b, whose truth is 0.
    expect(mean(column(whole.rows, 1))).toBeLessThan(-0.6);
    expect(Math.abs(mean([...column(whole.rows, 1), ...column(filled, 1)]))).toBeLessThan(0.15);
  });

  it("keeps two modes two, with their shares", () => {
    const rows = normal(fold(key, "modes"), [n, 2], "float64");
    const which = uniform(fold(key, "which"), [n], "float64").data;
    for (let i = 0; i < n; i++) rows.data[2 * i + 1] = (which[i]! < 0.25 ? -10 : 10) + rows.data[2 * i + 1]!;
    const lacking = tensor(
      Float64Array.from(rows.data.subarray(0, 1600), (v, at) => (at % 2 ? Number.NaN : v)),
      [800, 2],
    );
    const filled = column(fillRows(standardCoordinates(rows), rows, lacking, fold(key, "fill")), 1);
    const share = filled.filter((v) => v < 0).length / 800;
    // Four errors of a share of a quarter of 800 draws and 2000 rows: .073.
    expect(Math.abs(share - 0.25)).toBeLessThan(0.073);
    expect(filled.filter((v) => Math.abs(Math.abs(v) - 10) > 5)).toEqual([]);
  });

  it("needs whole rows enough", () => {
    const few = tensor(new Float64Array([0, 1, 2, 5]), [2, 2]);
    const lacking = tensor(new Float64Array([1, Number.NaN]), [1, 2]);
    expect(() => fillRows(standardCoordinates(few), few, lacking, key)).toThrow(InputError);
    expect(() => fillRows(standardCoordinates(few), few, lacking, key)).toThrow(
      "2 whole rows for training are too few",
    );
  });
});

describe("a run that trains on rows which lack cells", () => {
  const table = (): CsvTable => {
    const rows = tensor(new Float64Array(3 * 200), [200, 3]);
    const z = normal(fold(key, "table"), [200, 2], "float64").data;
    for (let i = 0; i < 200; i++) rows.data.set([i % 3, z[2 * i]!, z[2 * i + 1]!], 3 * i);
    for (let i = 0; i < 50; i++) rows.data[3 * i + (i % 2 ? 0 : 1)] = Number.NaN;
    // Nothing at all is known of this one.
    rows.data.fill(Number.NaN, 0, 3);
    const cells = Array.from({ length: 200 }, (_, i) => (i % 4 === 0 ? "rare" : "usual"));
    const labels = { column: "kind", cells, rows: cells.map((_, i) => i + 2) };
    return { source: "t", columns: ["c", "a", "b"], rows, labels, texts: { c: ["x", "y", "z"] } };
  };
  const config = (missing?: "drop" | "impute") =>
    resolveConfig({ data: { file: "t.csv", label: "kind", ...(missing ? { missing } : {}) } });

  it("holds out whole rows alone, the same as without the others, and trains on all", () => {
    const [filled, dropped] = [prepareData(config("impute"), table()), prepareData(config("drop"), table())];
    expect([filled.train, filled.validation, filled.test].map(({ shape }) => shape[0])).toEqual([105 + 49, 15, 30]);
    expect([dropped.train, dropped.validation, dropped.test].map(({ shape }) => shape[0])).toEqual([105, 15, 30]);
    expect(filled.test.data).toEqual(dropped.test.data);
    expect(filled.labels!.test).toEqual(dropped.labels!.test);
    expect(filled.labels!.train).toHaveLength(154);
    expect([...filled.labels!.train.subarray(105, 108)]).toEqual([1, 1, 1]);
    expect([...filled.labels!.train.subarray(105)].filter((k) => k === 0)).toHaveLength(12);
    expect(filled.train.data.every(Number.isFinite)).toBe(true);
    const cells = filled.coordinates.decode(filled.train);
    const categories = new Set(Array.from({ length: 154 }, (_, i) => cells.data[3 * i]!));
    expect(categories).toEqual(new Set([0, 1, 2]));
  });

  it("knows a category that whole rows have not", () => {
    const given = table();
    given.rows.data.set([3, Number.NaN, 0.5, 3, Number.NaN, 0.7], 3);
    const { coordinates, train } = prepareData(config("impute"), { ...given, texts: { c: ["w", "x", "y", "z"] } });
    const cells = coordinates.decode(train);
    expect([...cells.data].filter((v, at) => at % 3 === 0 && v === 3).length).toBeGreaterThanOrEqual(2);
  });

  it("refuses bits, and a table without a whole row", () => {
    const bits = tensor(
      new Float64Array(300).map((_, i) => (i === 7 ? Number.NaN : i % 2)),
      [100, 3],
    );
    const of = { source: "t", columns: ["a", "b", "c"], rows: bits };
    const rbm = resolveConfig({ data: { file: "t.csv", missing: "impute" }, energy: { name: "rbm" } });
    expect(() => prepareData(rbm, of)).toThrow("of real points, not of bits");
    const none = tensor(
      new Float64Array(300).map((_, i) => (i % 3 === 1 ? Number.NaN : i)),
      [100, 3],
    );
    const real = resolveConfig({ data: { file: "t.csv", missing: "impute" } });
    expect(() => prepareData(real, { ...of, rows: none })).toThrow("every row lacks a cell; drop a column");
  });
});
