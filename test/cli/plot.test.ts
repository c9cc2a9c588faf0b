/** `ebbflow plot`: every figure of a run by its name, in two formats, and what it refuses. */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { runFigures } from "../../src/run/draw-run.js";
import { ebbflow, penguins, scratch, tiny } from "./run-cli.js";

const folder = scratch();
const train = (args: readonly string[]) => ebbflow(["train", ...args, "--steps", "30", "-q", ...tiny], folder);

beforeAll(async () => {
  expect(await train([penguins, "--out", "mine"])).toMatchObject({ code: 0 });
  expect(await train(["--dataset", "two-modes", "--set", "data.points=400", "--out", "plane"])).toMatchObject({
    code: 0,
  });
  const bits = ["--dataset", "bars-and-stripes", "--set", "data.points=200", "--set", "energy.name=rbm"];
  expect(await ebbflow(["train", ...bits, "--out", "bits", "--steps", "20", "-q"], folder)).toMatchObject({ code: 0 });
});

const plot = (args: readonly string[]) => ebbflow(["plot", ...args], folder);

describe("the figures", () => {
  test.each([
    ["mine", ["pairs", "marginals", "baselines", "calibration", "energies", "learning"]],
    ["plane", ["density", "truth", "pairs", "marginals", "baselines", "calibration", "energies", "learning", "modes"]],
    ["bits", ["shares", "pair-shares", "baselines", "calibration", "energies", "learning"]],
  ])("of run %s are those that its points allow, each one picture with words", async (run, names) => {
    for (const name of names) {
      const { code, stdout, stderr } = await plot([run, "--figure", name]);
      expect({ name, code, stderr }).toEqual({ name, code: 0, stderr: "" });
      expect(stdout).toMatch(/^<svg [^>]*role="img"[\s\S]*<title>[\s\S]*<\/svg>\n$/);
      expect(stdout).not.toMatch(/NaN|undefined/);
    }
    const others = runFigures.map(({ name }) => name).filter((name) => ![...names, "modes"].includes(name));
    for (const name of others) {
      const { code, stderr } = await plot([run, "--figure", name]);
      expect({ name, code }).toEqual({ name, code: 2 });
      expect(stderr).toMatch(/^error: \w+ has no figure [\w-]+: .+; it has: .+\n$/);
    }
  });

  test("are those of the report", async () => {
    const page = readFileSync(join(folder, "mine/report.html"), "utf8");
    for (const name of ["pairs", "learning", "calibration", "energies"]) {
      const { stdout } = await plot(["mine", "--figure", name]);
      expect(page).toContain(stdout.trim());
    }
  });

  test("have names that are found in the help, each with a sentence", async () => {
    const { stdout } = await ebbflow(["plot", "--help"], folder);
    for (const { name, about } of runFigures) expect(stdout.replace(/\s+/g, " ")).toContain(`${name} ${about}`);
    expect(new Set(runFigures.map(({ name }) => name)).size).toBe(runFigures.length);
  });
});

describe("files", () => {
  test("are SVG or PNG by their names, and what they show is said", async () => {
    for (const [out, head] of [
      ["pairs.svg", "<svg"],
      ["pairs.png", "\u0089PNG"],
    ] as const) {
      const { code, stdout, stderr } = await plot(["mine", "--figure", "pairs", "--out", out]);
      expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
      expect(stderr).toMatch(new RegExp(`^${out.replace(".", "\\.")}: Every pair of columns`));
      expect(readFileSync(join(folder, out), "latin1").startsWith(head)).toBe(true);
    }
  });

  test("show the columns that are named", async () => {
    const { stdout } = await plot(["mine", "--figure", "pairs", "--columns", "body_mass_g, bill_depth_mm"]);
    expect(stdout).toContain("Every pair of body_mass_g, bill_depth_mm:");
  });

  test.each([
    [
      ["--figure", "pears"],
      /unknown figure "pears" \(did you mean "pairs"\?\)|unknown figure "pears".*there are: .*pairs/,
    ],
    [["--figure", "pairs", "--out", "x.pdf"], /x\.pdf: figures are written as SVG or PNG/],
    [["--figure", "pairs", "--columns", "body"], /there is no column body.*body_mass_g/],
    [["--figure", "pairs", "--columns", "body_mass_g"], /it takes two columns or more/],
    [["--figure", "pairs", "--columns", "body_mass_g,body_mass_g"], /named twice/],
    [["--figure", "learning", "--columns", "body_mass_g"], /takes no columns; those that do: marginals, pairs/],
    [["--figure", "pairs", "--out", "none/x.svg"], /there is no folder none/],
  ])("%j is refused in one line", async (args, message) => {
    const { code, stdout, stderr } = await plot(["mine", ...args]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^error: [^\n]+\n$/);
    expect(existsSync(join(folder, "x.pdf"))).toBe(false);
  });
});
