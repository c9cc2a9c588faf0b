import { beforeAll, describe, expect, it } from "vitest";
import { npy, zip } from "../../test/support/npz.js";
import { normal } from "../random/draw.js";
import { makeKey } from "../random/key.js";
import { newDocument } from "../report/document.node.js";
import { renderPage } from "../report/page.js";
import { splitTable } from "./anomalies/split.js";
import { type AnomaliesResult, type AnomaliesUnit, publishedOf } from "./anomalies/unit.js";
import { anomalies } from "./anomalies.js";
import type { DataFile } from "./data-files.js";
import type { Budget } from "./experiment.js";

const [NORMAL, ODD, D] = [120, 12, 3];

/** Normal rows around 0, anomalies six away from it, and a column that is constant. */
function table(key: number): Uint8Array {
  const x = normal(makeKey(key), [NORMAL + ODD, D], "float64").data;
  const rows = Array.from({ length: NORMAL + ODD }, (_, i) => [
    ...Array.from(x.subarray(i * D, (i + 1) * D), (v) => (i < NORMAL ? v : v + 6)),
    7,
  ]);
  const labels = rows.map((_, i) => Number(i >= NORMAL));
  return zip([
    { name: "X.npy", bytes: npy(`(${rows.length}, ${D + 1})`, rows.flat()) },
    { name: "y.npy", bytes: npy(`(${rows.length},)`, labels) },
  ]);
}

const fileOf = (name: string): DataFile => ({ name, path: name, sha256: name });
const tables = ["a", "b", "c", "d"];
const published = (percent: number) =>
  JSON.stringify({
    trainedOnNormals: Object.fromEntries(
      tables.map((name, i) => [name, { PlanarFlow: percent, KNN: i < 2 ? 99 : 40, note: "x" }]),
    ),
  });
let text = published(90);
const files: Record<string, () => Uint8Array> = {
  ...Object.fromEntries(tables.map((name, i) => [`${name}.npz`, () => table(i)])),
  "published.json": () => new TextEncoder().encode(text),
};
const read = async ({ path }: DataFile) => files[path]!();
const budget = (of: Partial<Budget> = {}): Budget => ({
  ...{ budget: "quick", seeds: 2, seed: 3, data: Object.keys(files).map(fileOf) },
  ...of,
});

let finished: { unit: AnomaliesUnit; result: AnomaliesResult }[];
beforeAll(async () => {
  finished = [];
  for (const unit of anomalies.plan(budget()))
    finished.push({ unit, result: await anomalies.run(unit, () => {}, read) });
});

describe("the split", () => {
  const rows = {
    data: Float64Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? i : 1)),
    shape: [20, 2],
    dtype: "float64",
  } as const;
  const anomalous = Array.from({ length: 20 }, (_, i) => i >= 15);

  it("trains on half of the normal rows, in units of these, without columns that they do not vary in", () => {
    const { train, normal: rest, anomalies: odd, constant } = splitTable({ rows, anomalous }, makeKey(1));
    expect([train.shape, rest.shape, odd.shape, constant]).toEqual([[7, 1], [8, 1], [5, 1], 1]);
    const sum = (power: number) => Array.from(train.data).reduce((s, v) => s + v ** power, 0) / 7;
    expect([sum(1), sum(2)]).toEqual([expect.closeTo(0, 12), expect.closeTo(1, 12)]);
    // Rows 15 to 19 hold the five largest numbers.
    expect(Math.min(...odd.data)).toBeGreaterThan(Math.max(...train.data, ...rest.data));
  });

  it("is another one with another key, and takes no row twice", () => {
    const [a, b] = [1, 2].map((key) => splitTable({ rows, anomalous }, makeKey(key)));
    expect([...a!.train.data]).not.toEqual([...b!.train.data]);
    expect(new Set([...a!.train.data, ...a!.normal.data]).size).toBe(15);
  });
});

it("finds what was planted, beside what others have published, on a page", () => {
  const outcome = anomalies.conclude(finished, budget());
  const { means, published: theirs } = outcome.numbers;
  const sizes = outcome.numbers.tables.map(({ set, constant, columns }) => [set, constant, columns]);
  expect(sizes).toEqual(tables.map((name) => [name, 1, 3]));
  expect(means.kernel!.value).toBeGreaterThan(99);
  expect(theirs).toEqual({ PlanarFlow: 90, KNN: 69.5 });
  const said = outcome.claims.map(({ name, passed }) => [name, passed]);
  expect(said[0]).toEqual(["kernel energy: mean AUROC over 4 tables", true]);
  // Two of the published kNN are planted far off.
  expect(said[1]).toEqual([expect.stringMatching(/^the protocol/), false]);
  const control = outcome.claims.filter(({ negativeControl }) => negativeControl);
  expect(control.map(({ passed }) => passed)).toEqual([true, true]);
  const page = renderPage(anomalies.report(outcome, budget()), newDocument());
  expect(page).toContain("kernel energy");
  expect(outcome.table.rows.at(-1)!.slice(-2)).toEqual(["69.5", "90.0"]);
});

it("fails the claim where others are better", async () => {
  text = published(100.5);
  const unit = anomalies.plan(budget())[0]!;
  const result = { ...(await anomalies.run(unit, () => {}, read)) };
  const { claims } = anomalies.conclude([{ unit, result }], budget());
  expect(claims[0]).toMatchObject({ expected: "≥ 100.5, published of PlanarFlow", passed: false });
});

it("plans the slow methods in the full budget only, and says what a folder lacks", () => {
  const names = (of: Partial<Budget>) => anomalies.plan(budget(of))[0]!.methods;
  expect(names({})).not.toContain("mixture");
  expect(names({ budget: "full" })).toContain("mixture");
  expect(() => anomalies.conclude([], budget({ data: [fileOf("published.json")] }))).toThrow(
    "the folder has no tables",
  );
});

it("names a file that is none of its tables", async () => {
  const unit = (bytes: Uint8Array) =>
    anomalies.run(
      { ...anomalies.plan(budget())[0]! },
      () => {},
      async () => bytes,
    );
  const x = { name: "X.npy", bytes: npy("(2, 2)", [1, 2, 3, 4]) };
  await expect(unit(zip([x]))).rejects.toThrow("a.npz: has no array y; expected X (n, d) and y (n) of 0 and 1");
  await expect(unit(zip([x, { name: "y.npy", bytes: npy("(2,)", [0, 2]) }]))).rejects.toThrow(
    "a.npz: y holds other numbers",
  );
  await expect(unit(zip([x, { name: "y.npy", bytes: npy("(2,)", [0, 1]) }]))).rejects.toThrow(/few|anomal/);
  expect(() => publishedOf("{", "a", "published.json")).toThrow("published.json is no JSON");
  expect(publishedOf("{}", "a", "published.json")).toBeNull();
});
