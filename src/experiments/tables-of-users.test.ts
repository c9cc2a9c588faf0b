/** The experiment on tables: what it takes of a folder, what it measures, and that its claims can fail. */

import { beforeAll, describe, expect, it } from "vitest";
import { normal } from "../random/draw.js";
import { makeKey } from "../random/key.js";
import { newDocument } from "../report/document.node.js";
import { renderPage } from "../report/page.js";
import type { DataFile } from "./data-files.js";
import type { Budget } from "./experiment.js";
import type { TableResult, TableUnit } from "./tables/unit.js";
import { tables } from "./tables.js";

const fileOf = (path: string): DataFile => ({ name: path.split("/").at(-1)!, path, sha256: path });
const paths = ["a", "b"].flatMap((table) =>
  ["0", "1"].flatMap((split) => ["train", "test", "baselines"].map((part) => `${table}/${split}.${part}.csv`)),
);
const budget = (of: Partial<Budget> = {}): Budget => ({
  ...{ budget: "full", seeds: 2, seed: 5, data: paths.map(fileOf) },
  ...of,
});
const units = tables.plan(budget()) as TableUnit[];

describe("the plan", () => {
  it("puts the three files of a split together, split by split", () => {
    expect(units.map(({ table, split }) => `${table} ${split}`)).toEqual(["a 0", "b 0", "a 1", "b 1"]);
    expect(units[3]!.files.baselines.path).toBe("b/1.baselines.csv");
    expect(tables.plan(budget({ seeds: 1 }))).toHaveLength(2);
  });

  it("says what is missing", () => {
    const some = paths.filter((path) => path !== "b/1.test.csv").map(fileOf);
    expect(() => tables.plan(budget({ data: some }))).toThrow("b has no 1.test.csv");
    expect(tables.data!.takes("0.train.csv.gz")).toBe(true);
    expect(tables.data!.takes("train.csv")).toBe(false);
  });
});

describe("a split", () => {
  const [n, m] = [90, 40];
  const x = normal(makeKey(3), [n + m, 2], "float64").data;
  const csv = (head: string, rows: readonly (readonly number[])[]): string =>
    [head, ...rows.map((row) => row.join(","))].join("\n");
  const rows = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => [x[2 * (from + i)]!, x[2 * (from + i) + 1]!]);
  // The law of the rows, and one that is a nat a row behind it.
  const truth = rows(n, n + m).map(([a, b]) => -(a! ** 2 + b! ** 2) / 2 - Math.log(2 * Math.PI));
  const texts: Record<string, string> = {
    train: csv("u,v", rows(0, n)),
    test: csv("u,v", rows(n, n + m)),
    baselines: csv(
      "truth,behind",
      truth.map((v) => [v, v - 1]),
    ),
  };
  const read = async ({ name }: DataFile) => new TextEncoder().encode(texts[name.split(".")[1]!]);
  let result: TableResult;
  beforeAll(async () => {
    result = (await tables.run(units[0]!, () => {}, read)) as TableResult;
  });

  it("is learned as well as two numbers and a covariance can be, and compared row by row", () => {
    expect(result.rows).toEqual({ train: n, test: m });
    // Five parameters of 81 rows cost 5/162 = 0.03 nats on average, above 0.13 once in a thousand tables; the mean of the
    // difference over the test rows has an error of its own.
    const { value, error } = result.ahead.truth!;
    expect(value).toBeGreaterThan(-0.13 - 4 * error);
    expect(value).toBeLessThan(4 * error);
    expect(result.ahead.behind!.value).toBeCloseTo(value + 1, 9);
    expect(result.ahead.behind!.error).toBeCloseTo(error, 9);
    expect(result.model.value).toBeCloseTo(result.baselines.truth!.value + value, 9);
  });

  it("refuses baselines of other rows", async () => {
    const fewer = async (file: DataFile) =>
      file.name.includes("test") ? new TextEncoder().encode(csv("u,v", rows(n, n + 5))) : read(file);
    await expect(tables.run(units[0]!, () => {}, fewer)).rejects.toThrow(
      "a/0.baselines.csv has 40 rows, and a/0.test.csv 5",
    );
  });
});

describe("the claims", () => {
  const of = (ahead: number, error: number): TableResult => ({
    ...{ rows: { train: 90, test: 30 }, columns: 2, kept: 0, seconds: 1 },
    model: { value: -2 + ahead, error: 0.1 },
    baselines: { gaussian: { value: -3, error: 0.1 }, mixture: { value: -2, error: 0.1 } },
    ahead: { gaussian: { value: 1 + ahead, error }, mixture: { value: ahead, error } },
  });
  const outcome = (a: TableResult, b: TableResult) =>
    tables.conclude(
      units.map((unit) => ({ unit, result: unit.table === "a" ? a : b })),
      budget(),
    );
  const failed = (a: TableResult, b: TableResult): string[] =>
    outcome(a, b)
      .claims.filter(({ passed }) => !passed)
      .map(({ name }) => name);

  it("hold where the model is ahead, and fail where the best baseline is, or nothing is clear", () => {
    expect(failed(of(0.5, 0.1), of(-0.05, 0.1))).toEqual([]);
    expect(failed(of(0.5, 0.1), of(-0.2, 0.1))).toEqual(["b: no baseline is ahead"]);
    expect(failed(of(0.1, 0.1), of(0, 0.1))).toEqual(["clearly ahead of the best baseline"]);
  });

  it("stand on a page with every number", () => {
    const page = renderPage(tables.report(outcome(of(0.5, 0.1), of(0, 0.1)), budget()), newDocument());
    for (const text of ["b: no baseline is ahead", "-1.50 ± 0.10", "1.500 ± 0.100"]) expect(page).toContain(text);
    expect(page).not.toMatch(/NaN|undefined/);
  });
});
