/** Rows with labels on the command line: train, evaluate, classify, draw one class; by one run and by several. */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { readCsv } from "../../src/data/csv.js";
import { type Ended, ebbflow, scratch, tiny } from "./run-cli.js";

const folder = scratch();
const species = fileURLToPath(new URL("../../examples/penguins-by-species.csv", import.meta.url));
const names = ["Adelie", "Chinstrap", "Gentoo"];
const run = join(folder, "species");
const small = tiny.map((setting) => setting.replace("objective.", "objective.likelihood."));
const fast = ["--set", "optimizer.energy.learningRate=0.01", "--set", "evaluateEvery=50"];
let trained: Ended;

beforeAll(async () => {
  trained = await ebbflow(
    ["train", species, "--label", "species", "--out", run, "--steps", "150", ...small, ...fast],
    folder,
  );
});

describe("a run of rows with labels", () => {
  test("takes the column as classes, not as a coordinate, and tells how well it knows them", () => {
    expect([trained.code, trained.stderr]).toEqual([0, expect.stringContaining("342 rows of 4 columns")]);
    expect(trained.stdout).toContain("classes of 68 held-out rows, 95 % intervals");
    expect(trained.stdout).toMatch(/^ +accuracy +[01]\.\d+ \[0\.\d+ to [01]\.\d+\] +\(0\.\d{3} for the commonest\)$/m);
    expect(trained.stdout).toMatch(/^ +log-loss +\d\.\d+ \[.*\] +nats a row$/m);
    expect(trained.stdout).toMatch(/^ +Brier score +\d\.\d+ \[/m);
    expect(trained.stdout).toMatch(/^ +calibration error +\d\.\d{3}\n +\(right probabilities: .*; p = /m);
    const config = readFileSync(join(run, "config.yaml"), "utf8");
    for (const line of ["  label: species", "  name: classifier", "  name: jem"])
      expect(config.split("\n")).toContain(line);
    const { evaluation } = JSON.parse(readFileSync(join(run, "summary.json"), "utf8"));
    // Logistic regression is right in 67 or 68 of 68; this is a short training of a small network.
    expect(evaluation.classes.accuracy.value).toBeGreaterThan(0.9);
    const page = readFileSync(join(run, "report.html"), "utf8");
    expect(page).toContain("Classes: species");
    expect(page).not.toMatch(/NaN|undefined/);
  });

  test("is evaluated again to the same words, from what its folder keeps", async () => {
    const { code, stdout } = await ebbflow(["evaluate", run], folder);
    expect([code, stdout]).toEqual([0, trained.stdout]);
  });
});

describe("classify by one run", () => {
  test("gives every row a class, its probabilities and a p-value, and scores where the file has labels", async () => {
    const { code, stdout, stderr } = await ebbflow(["classify", run, species], folder);
    expect(code).toBe(0);
    expect(stdout.split("\n")[0]).toBe("class,p(Adelie),p(Chinstrap),p(Gentoo),pValue");
    const { rows, labels } = readCsv(stdout, { label: "class" });
    expect([rows.shape, [...new Set(labels!.cells)].sort()]).toEqual([[342, 4], names]);
    const at = (i: number): number[] => [...rows.data.subarray(4 * i, 4 * i + 3)];
    for (let i = 0; i < 342; i++) {
      expect(at(i).reduce((s, p) => s + p, 0)).toBeCloseTo(1, 4);
      expect(names[at(i).indexOf(Math.max(...at(i)))]).toBe(labels!.cells[i]);
    }
    const truth = readCsv(readFileSync(species, "utf8"), { label: "species" }).labels!.cells;
    const right = labels!.cells.filter((name, i) => name === truth[i]).length / 342;
    expect(stderr).toContain("342 rows: Adelie ");
    expect(Number(/accuracy +([\d.]+)/.exec(stderr)![1])).toBeCloseTo(right, 2);
    expect(right).toBeGreaterThan(0.9);
  });

  test("does without labels, and gives one JSON document", async () => {
    const plain = join(folder, "plain.csv");
    writeFileSync(
      plain,
      "id,bill_length_mm,bill_depth_mm,flipper_length_mm,body_mass_g\nx,39.1,18.7,181,3750\ny,90,40,20,1\n",
    );
    const { code, stdout } = await ebbflow(["classify", run, plain, "--json"], folder);
    expect(code).toBe(0);
    const found = JSON.parse(stdout);
    expect(found).toMatchObject({
      classes: names,
      scores: null,
      note: null,
      runs: [{ run, step: expect.any(Number) }],
    });
    expect(found.class[0]).toBe("Adelie");
    expect(found.probabilities).toHaveLength(2);
    // No bird is like the second row, whatever class it is nearest to: no held-out row of 68 is as unlikely.
    expect(found.pValue[1]).toBeCloseTo(1 / 69, 12);
    expect(found.pValue[0]).toBeGreaterThan(1 / 69);
    const out = join(folder, "classes.csv");
    const written = await ebbflow(["classify", run, plain, "--out", out], folder);
    expect([written.code, written.stdout]).toEqual([0, ""]);
    expect(readFileSync(out, "utf8")).toMatch(/^class,.*\nAdelie,/);
  });

  test("draws points of one class", async () => {
    const { stdout } = await ebbflow(["sample", run, "--class", "Gentoo", "-n", "200", "-q"], folder);
    const drawn = join(folder, "gentoo.csv");
    writeFileSync(drawn, stdout);
    const { stderr } = await ebbflow(["classify", run, drawn], folder);
    // The model classifies its own draws of a class as well as it tells classes apart.
    expect(Number(/Gentoo (\d+)/.exec(stderr)![1])).toBeGreaterThan(170);
  });

  test("says what is wrong in one line", async () => {
    const labelled = join(folder, "emperor.csv");
    const columns = "bill_length_mm,bill_depth_mm,flipper_length_mm,body_mass_g";
    writeFileSync(labelled, `species,${columns}\nAdelie,39,18,181,3750\nemperor,39,18,181,3750\n`);
    for (const [args, message] of [
      [["classify", run, labelled], 'row 3, column species: label "emperor" is none of the classes of the run'],
      [["classify", run, labelled, "--label", "kind"], "no column kind"],
      [["classify", run, labelled, "--priors", "1"], "--priors is for several runs"],
      [["classify", run, run, labelled], "two models are called species"],
      [["classify", run, run, labelled, "--priors", "1,no"], "--priors 1,no: expected a positive number for each run"],
      [["classify", run, "nope.csv"], "nope.csv: no such file"],
      [["sample", run, "--class", "gentoo"], 'there is no class gentoo, did you mean "Gentoo"?'],
    ] as const) {
      const { code, stdout, stderr } = await ebbflow([...args], folder);
      expect([code, stdout, stderr.trim().split("\n").length], args.join(" ")).toEqual([2, "", 1]);
      expect(stderr).toContain(message);
    }
  });
});

test("classify by the densities of several runs, one a class", async () => {
  const [header, ...lines] = readFileSync(species, "utf8").trim().split("\n");
  const runs = await Promise.all(
    ["Adelie", "Gentoo"].map(async (name) => {
      const own = join(folder, `${name}.csv`);
      const plain = (line: string): string => line.slice(line.indexOf(",") + 1);
      const rows = lines.filter((line) => line.startsWith(name)).map(plain);
      writeFileSync(own, [plain(header!), ...rows].join("\n"));
      const out = join(folder, name);
      expect((await ebbflow(["train", own, "--out", out, "--steps", "40", "-q", ...tiny], folder)).code).toBe(0);
      return out;
    }),
  );
  const two = join(folder, "two.csv");
  writeFileSync(two, [header, ...lines.filter((line) => !line.startsWith("Chinstrap"))].join("\n"));
  const { code, stdout, stderr } = await ebbflow(["classify", ...runs, two, "--label", "species", "--json"], folder);
  expect([code, stderr]).toEqual([0, ""]);
  const found = JSON.parse(stdout);
  expect(found.classes).toEqual(["Adelie", "Gentoo"]);
  // The two are far apart: their body masses and bills hardly overlap, so that even Gaussians tell them.
  expect(found.scores.accuracy.value).toBeGreaterThan(0.97);
  expect(found).not.toHaveProperty("pValue");
  const even = await ebbflow(["classify", ...runs, two, "--priors", "1,1"], folder);
  expect(even.stdout.split("\n")[0]).toBe("class,p(Adelie),p(Gentoo)");
  const missing = await ebbflow(["classify", runs[0]!, two], folder);
  expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining("was trained on rows without labels")]);
});
