/** `ebbflow sample --where`: rows on conditions, with a verdict, and what it refuses. */

import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { readCsv } from "../../src/data/csv.js";
import { ebbflow, penguins, scratch, tiny } from "./run-cli.js";

const folder = scratch();

beforeAll(async () => {
  const train = ["train", penguins, "--out", "mine", "--steps", "60", "--as", "bill_length_mm=real", "-q", ...tiny];
  expect(await ebbflow(train, folder)).toMatchObject({ code: 0 });
});

const sample = (where: string, ...more: string[]) =>
  ebbflow(["sample", "mine", "--where", where, "-n", "200", "--warmup", "80", ...more], folder);

const columnsOf = (csv: string): number[][] => {
  const { rows, columns } = readCsv(csv, { source: "stdout", fit: false });
  return columns.map((_, j) => Array.from({ length: rows.shape[0]! }, (_, i) => rows.data[i * columns.length + j]!));
};

test("rows hold what is asked, and the chains have a verdict", async () => {
  const { code, stdout, stderr } = await sample("bill_length_mm=45.5, body_mass_g>5000");
  expect(code).toBe(0);
  const [bill, depth, , mass] = columnsOf(stdout);
  expect(new Set(bill)).toEqual(new Set([45.5]));
  expect(Math.min(...mass!)).toBeGreaterThanOrEqual(5000);
  expect(new Set(depth).size).toBeGreaterThan(30);
  expect(stderr).toMatch(/^sampler nuts with jumps, parameters of step \d+, jumps 0\.\d\d$/m);
  expect(stderr).toMatch(/^ +body_mass_g +\d\.\d{3} +\d+ +\d+$/m);
  expect(stderr).not.toMatch(/^ +bill_length_mm /m);
  expect(stderr).toMatch(/^(The chains|Do not use)/m);
  expect(stderr).not.toContain("notice");
});

test("bounds have a chance, and the same seed the same rows", async () => {
  const [a, b] = [await sample("body_mass_g>5000", "--json"), await sample("body_mass_g>5000", "--json")];
  expect(a.stdout).toBe(b.stdout);
  const { share, rows, diagnostics } = JSON.parse(a.stdout);
  expect(share.value).toBeGreaterThan(0.02);
  expect(share.value).toBeLessThan(0.6);
  expect(rows).toHaveLength(200);
  expect(diagnostics.columns).toHaveLength(4);
});

test.each([
  ["body_mass_g>9000", /none of \d+ rows of the training meets body_mass_g>9000: what is drawn is the model's own law/],
  ["bill_length_mm=90", /the rows of the training have not shown bill_length_mm = 90 .*the model's own law/],
])("%s, which no row ever met, is answered with a note", async (where, message) => {
  const { code, stdout, stderr } = await sample(where);
  expect(code).toBe(0);
  expect(stdout.trim().split("\n")).toHaveLength(201);
  expect(stderr).toMatch(message);
});

describe("what is refused in one line", () => {
  test.each([
    ["body_mass_g", [], /expected a column, one of = < <= > >= and a value/],
    ["mass>3", [], /there is no column mass.*body_mass_g/],
    ["body_mass_g>high", [], /high is no number/],
    ["body_mass_g>5000,body_mass_g<4000", [], /exclude each other/],
    ["body_mass_g>5000", ["--sampler", "nuts"], /--where has chains of its own/],
    ["body_mass_g>5000", ["--class", "Gentoo"], /without labels/],
  ])("%s %j", async (where, more, message) => {
    const { code, stdout, stderr } = await sample(where, ...more, "--out", join(folder, "x.csv"));
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^error: [^\n]+\n$/);
  });
});
