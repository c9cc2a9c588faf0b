/** A table whose columns are of all kinds, from the look at it to what its model draws, scores and fills in. */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { normal, uniform } from "../../src/random/draw.js";
import { makeKey } from "../../src/random/key.js";
import { ebbflow, scratch } from "./run-cli.js";

const folder = scratch();
const N = 240;
const kinds = ["cat", "dog", "hamster"];
const [z, u] = [normal(makeKey(1), [2 * N], "float64").data, uniform(makeKey(2), [2 * N], "float64").data];

/** Weight goes with the kind, litters are whole numbers, a share is bounded, and two columns never change. */
const lines = Array.from({ length: N }, (_, i) => {
  const kind = u[i]! < 0.5 ? 0 : u[i]! < 0.8 ? 1 : 2;
  const weight = i === 5 ? "" : ([4, 15, 0.1][kind]! * Math.exp(0.3 * z[i]!)).toFixed(4);
  const litter = Math.max(1, Math.round(4 + 1.5 * z[N + i]!));
  const share = (1 / (1 + Math.exp(-z[N + i]!))).toFixed(5);
  const born = new Date(Date.UTC(2020, 0, 1 + Math.round(900 * u[N + i]!))).toISOString().slice(0, 10);
  return [i, kinds[kind], weight, litter, share, born, "vet 3", u[i]! < 0.4 ? 1 : 0, 7].join(",");
});
const header = "row,kind,weight,litter,share,born,place,tame,version";
const columns = ["--drop", "row", "--as", "weight=positive", "--as", "share=bounded", "--as", "born=date"];

beforeAll(async () => {
  writeFileSync(join(folder, "pets.csv"), `${header}\n${lines.join("\n")}\n`);
  const { code, stderr } = await ebbflow(
    [
      ...["train", "pets.csv", ...columns, "--missing", "drop", "--steps", "40", "--out", "run"],
      ...["--set", "draws=2000", "--set", "closing=0"],
    ],
    folder,
  );
  expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
  expect(stderr).toMatch(/category: kind; positive: weight; whole: litter; bounded: share; date: born; boolean: tame/);
  expect(stderr).toMatch(/notice: place, version: constant, left out of the model and given back by sample/);
  expect(stderr).toMatch(/notice: 1 of 240 rows lacks a cell and is left out/);
  expect(stderr).toMatch(/^239 of 240 rows: 167 training, 24 validation, 48 test$/m);
}, 120_000);

describe("a table of many kinds", () => {
  it("is told in words, and as JSON, before anything is trained", async () => {
    const { stdout, stderr } = await ebbflow(["inspect", "pets.csv", ...columns, "--json"], folder);
    const { columns: found, rows, incomplete, duplicates } = JSON.parse(stdout);
    expect([rows, incomplete, duplicates, stderr]).toEqual([N, 1, 0, ""]);
    expect(found.map((c: { name: string; kind: string }) => [c.name, c.kind])).toEqual([
      ["kind", "category"],
      ["weight", "positive"],
      ["litter", "whole"],
      ["share", "bounded"],
      ["born", "date"],
      ["place", "constant"],
      ["tame", "boolean"],
      ["version", "constant"],
    ]);
    const shown = await ebbflow(["inspect", "pets.csv", "--drop", "row,born"], folder);
    expect(shown.stdout).toMatch(/weight +real/);
    expect(shown.stderr).toMatch(/240 rows, none twice; 1 lacks a cell/);
    for (const line of shown.stdout.split("\n")) expect([...line].length, line).toBeLessThanOrEqual(80);
  });

  it("is told which rows lie far out, by their numbers in the file, and that commas are decimal", async () => {
    const far = Array.from({ length: 100 }, (_, i) =>
      `${(z[i]! + (i === 41 ? 900 : 0)).toFixed(3)};${i}`.replace(".", ","),
    );
    writeFileSync(join(folder, "far.csv"), `# from a balance\na;b\n${far.join("\n")}\n0,5;3\n`);
    const { stdout, stderr } = await ebbflow(["inspect", "far.csv"], folder);
    expect(stdout).toMatch(/^a +real +.* 1 far out: \d+\.?\d* in row 44$/m);
    expect(stderr).toContain("notice: a: decimal commas, read as decimals (1,5 is 1.5)");
    const document = JSON.parse((await ebbflow(["inspect", "far.csv", "--json"], folder)).stdout);
    expect(document.columns[0].farthest).toEqual([{ row: 44, value: Number((z[41]! + 900).toFixed(3)) }]);
    expect(document.notices[0]).toMatch(/^a: decimal commas/);
  });

  it("keeps in the run's configuration what it was taken for", () => {
    const { data } = parse(readFileSync(join(folder, "run", "config.yaml"), "utf8"));
    expect(data.as).toEqual({
      ...{ kind: "category", weight: "positive", litter: "whole", share: "bounded" },
      ...{ born: "date", place: "constant", tame: "boolean", version: "constant" },
    });
  });

  it("draws rows of the same kinds, with the columns that never change", async () => {
    const { code, stdout } = await ebbflow(["sample", "run", "-n", "40", "--warmup", "20", "-q"], folder);
    expect(code).toBe(0);
    const [names, ...rows] = stdout.trim().split("\n");
    expect(names).toBe("kind,weight,litter,share,born,place,tame,version");
    expect(rows).toHaveLength(40);
    for (const row of rows) {
      const [kind, weight, litter, share, born, place, tame, version] = row.split(",");
      expect(kinds).toContain(kind);
      expect(Number(weight)).toBeGreaterThan(0);
      expect(Number.isInteger(Number(litter))).toBe(true);
      expect(Number(share)).toBeGreaterThan(0);
      expect(Number(share)).toBeLessThan(1);
      expect(born).toMatch(/^\d{4}-\d\d-\d\d$/);
      expect([place, version]).toEqual(["vet 3", "7"]);
      expect(["0", "1"]).toContain(tame);
    }
  });

  it("scores rows, in any order and with the same numbers; one that is impossible has no density", async () => {
    const some = lines.slice(10, 20);
    const impossible = some[0]!.replace("vet 3", "vet 3").replace(/,7$/, ",8");
    writeFileSync(join(folder, "some.csv"), `${header}\n${some.join("\n")}\n`);
    writeFileSync(join(folder, "back.csv"), `${header}\n${[...some].reverse().join("\n")}\n${impossible}\n`);
    const scores = async (file: string) => {
      const [names, ...all] = (await ebbflow(["score", "run", file], folder)).stdout.trim().split("\n");
      const at = ["logDensity", "outlier"].map((name) => names!.split(",").indexOf(name));
      return all.map((line) => at.map((j) => line.split(",")[j]!));
    };
    const [forth, back] = [await scores("some.csv"), await scores("back.csv")];
    const densities = (all: readonly (readonly string[])[]) => all.map(([density]) => density);
    expect(densities(back).slice(0, 10).reverse()).toEqual(densities(forth));
    expect(back[10]).toEqual(["-Infinity", "1"]);
    for (const value of densities(forth)) expect(Number.isFinite(Number(value))).toBe(true);
  });

  it("fills in cells by their kind, and refuses a category that there is not", async () => {
    writeFileSync(
      join(folder, "holes.csv"),
      `${header}\n1,,14.8,4,0.4,2021-05-06,vet 3,0,7\n2,hamster,,4,0.4,2021-05-06,,1,7\n3,dog,15,,0.5,,vet 3,1,7\n`,
    );
    const { code, stdout, stderr } = await ebbflow(
      ["impute", "run", "holes.csv", "--warmup", "60", "--draws", "60"],
      folder,
    );
    expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
    const rows = stdout
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => line.split(","));
    expect(kinds).toContain(rows[0]![0]);
    expect(Number(rows[1]![1])).toBeGreaterThan(0);
    expect(rows[1]![5]).toBe("vet 3");
    expect(Number.isInteger(Number(rows[2]![2]))).toBe(true);
    expect(rows[2]![4]).toMatch(/^\d{4}-\d\d-\d\d$/);
    writeFileSync(join(folder, "fish.csv"), `${header}\n1,fish,1,4,0.4,2021-05-06,vet 3,0,7\n`);
    const wrong = await ebbflow(["score", "run", "fish.csv"], folder);
    expect([wrong.code, wrong.stderr]).toEqual([
      2,
      'error: fish.csv: row 2, column kind: "fish" is not what the column holds: expected one of cat, dog, hamster\n',
    ]);
  });
});
