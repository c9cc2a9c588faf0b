import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { parseConfig } from "../../src/config/config-text.js";
import { ebbflow } from "./run-cli.js";

const folder = mkdtempSync(join(tmpdir(), "ebbflow-cli-"));
afterAll(() => rmSync(folder, { recursive: true }));

const idx = (shape: readonly number[], numbers: readonly number[]): Uint8Array =>
  Uint8Array.from([0, 0, 8, shape.length, ...shape.flatMap((n) => [0, 0, n >>> 8, n & 255]), ...numbers]);

test("a folder of images is trained on without a word about the model", async () => {
  mkdirSync(join(folder, "odd"));
  const levels = Array.from({ length: 60 * 35 }, (_, i) => (16 * (i % 35) + 7 * Math.floor(i / 35)) % 256);
  writeFileSync(join(folder, "odd", "train-images-idx3-ubyte"), idx([60, 5, 7], levels));
  writeFileSync(join(folder, "odd", "train-labels-idx1-ubyte"), idx([60], Array(60).fill(3)));
  const seen = await ebbflow(["inspect", "odd"], folder);
  expect(seen.stdout).toMatch(/^class\s+images\n3\s+60\n$/);
  expect(seen.stderr.replace(/\s+/g, " ")).toContain(
    "60 images of 5 × 7 pixels and 1 channel, none twice; levels 0 to",
  );
  const short = ["pretrain=3", "draws=200", "flow.channels=2", "energy.network.widths=[2]"];
  const settings = [...short.flatMap((setting) => ["--set", setting]), "--steps", "4"];
  const trained = await ebbflow(["train", "odd", ...settings, "--out", "usual"], folder);
  expect(trained.code, trained.stderr).toBe(0);
  expect(trained.stderr).toContain("images of 5 × 7 pixels and 1 channel");
  expect(trained.stdout).toContain("held-out bits per dimension, 95 % intervals");
  const config = parseConfig(readFileSync(join(folder, "usual", "config.yaml"), "utf8"));
  expect(config.flow).toMatchObject({ name: "multiscale-realnvp", levels: 0, channels: 2 });
  expect(config.energy).toMatchObject({ base: "flow", network: { name: "residual", widths: [2] } });
  expect(config.data.image).toEqual([1, 5, 7]);
});

const n = 60;
/** Pixels of 60 images of 4 × 4. */
const levels = Array.from({ length: n * 16 }, (_, i) => (16 * (i % 16) + 7 * Math.floor(i / 16)) % 256);
const png = [0x89, 0x50, 0x4e, 0x47];
const picture = (name: string): number[] => [...readFileSync(join(folder, name)).subarray(0, 4)];

test("a folder of images becomes a run, by flows and networks of images, with a picture of them", async () => {
  mkdirSync(join(folder, "images"));
  writeFileSync(join(folder, "images", "train-images-idx3-ubyte"), idx([n, 4, 4], levels));
  const labels = Array.from({ length: n }, (_, i) => i % 3);
  writeFileSync(join(folder, "images", "train-labels-idx1-ubyte"), idx([n], labels));
  const settings = [
    "data.shares={0: 2, 1: 1}",
    "flow={name: glow, levels: 1, couplings: 1, channels: 2, blocks: 1}",
    "energy={name: tilted, base: flow, network: {name: residual, widths: [2, 3]}}",
    "objective={name: balanced, chains: 8, localSteps: 1}",
    "pretrain=2",
    "batch=8",
    "draws=200",
  ].flatMap((setting) => ["--set", setting]);
  const trained = await ebbflow(["train", "images", ...settings, "--steps", "2", "--out", "run"], folder);
  expect(trained.stderr).toContain("images of 4 × 4 pixels and 1 channel");
  expect(trained.stderr).toContain("rows: 21 training, 3 validation, 6 test");
  expect(trained.stderr).not.toContain("r0c0");
  expect(trained.code).toBe(0);
  expect(readFileSync(join(folder, "run", "config.yaml"), "utf8")).toContain("- 4\n");
  expect(readFileSync(join(folder, "run", "report.html"), "utf8")).toContain("data:image/png;base64,");
  const drawn = await ebbflow(["plot", "run", "--figure", "images", "--out", "images.png"], folder);
  expect(drawn.code).toBe(0);
  const film = await ebbflow(["plot", "run", "--figure", "chains", "--out", "chains.png"], folder);
  expect([film.code, film.stderr]).toEqual([0, expect.stringMatching(/as \d+ of 72 were/)]);
  const none = await ebbflow(["train", "images", "--set", "data.shares={7: 1}", "--out", "other"], folder);
  expect([none.code, none.stderr]).toEqual([2, expect.stringContaining("has no class 7")]);
});

test("its images are scored like the rows of a table that they are, by their numbers and classes", async () => {
  const scored = await ebbflow(
    ["score", "run", "images", "--anomaly", "class=2", "--pictures", "scored.png", "--out", "scored.csv"],
    folder,
  );
  expect(scored.stderr).toContain("area under the ROC curve of 20 rows of class=2 against 40 others");
  expect([scored.code, scored.stdout, picture("scored.png")]).toEqual([0, "", png]);
  const lines = readFileSync(join(folder, "scored.csv"), "utf8").trim().split("\n");
  expect(lines[0]).toBe("image,class,logDensity,pValue,outlier");
  expect([lines.length, lines[1]?.slice(0, 4), lines[60]?.slice(0, 5)]).toEqual([61, "1,0,", "60,2,"]);
  // The same rows as a table have the same scores.
  const header = Array.from({ length: 16 }, (_, i) => `r${Math.floor(i / 4)}c${i % 4}`).join(",");
  const rows = Array.from({ length: 60 }, (_, i) => levels.slice(16 * i, 16 * i + 16).join(","));
  writeFileSync(join(folder, "rows.csv"), [header, ...rows].join("\n"));
  const asTable = await ebbflow(["score", "run", "rows.csv", "--why", "0"], folder);
  const scores = (text: string, from: number): string[] =>
    text
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => line.split(",").slice(from).join(","));
  expect(scores(asTable.stdout, 16)).toEqual(scores(readFileSync(join(folder, "scored.csv"), "utf8"), 2));
});

test("they are denoised, filled in and drawn, each with a picture", async () => {
  const few = ["--chains", "2", "--warmup", "2", "--draws", "4", "--pictures"];
  const denoised = await ebbflow(
    ["denoise", "run", "images", "--most", "3", "--sigma", "30", "--add-noise", ...few, "denoised.png"],
    folder,
  );
  expect(denoised.stderr).toContain("3 images, clean; 3 images, noisy; 3 images, denoised");
  expect(denoised.stderr).toMatch(/peak signal-to-noise ratio: \d+\.\d dB noisy, -?\d+\.\d dB denoised/);
  expect([denoised.code, picture("denoised.png")]).toEqual([0, png]);
  const filled = await ebbflow(
    ["impute", "run", "images", "--most", "2", "--mask", "box:1,1,2,2", ...few, "filled.png", "--out", "filled.csv"],
    folder,
  );
  expect(filled.stderr).toContain("8 missing cells filled in");
  expect(filled.stderr).toMatch(/the chains of \d of 2 images/);
  expect([filled.code, picture("filled.png")]).toEqual([0, png]);
  const drawn = await ebbflow(
    ["sample", "run", "-n", "4", "--chains", "4", "--warmup", "1", "--thin", "1", "--pictures", "drawn.png"],
    folder,
  );
  expect([drawn.code, drawn.stdout, picture("drawn.png")]).toEqual([0, "", png]);
});

test("what is no image of the model, or of images only, is refused in a line", async () => {
  mkdirSync(join(folder, "wide"));
  writeFileSync(join(folder, "wide", "images-idx3-ubyte"), idx([1, 2, 8], levels.slice(0, 16)));
  const refused: [string[], string][] = [
    [["score", "run", "wide"], "2 × 8 pixels and 1 channel, and those of the model have 4 × 4"],
    [["score", "run", "rows.csv", "--most", "3"], "--most is of files of images, and rows.csv is a table"],
    [["score", "run", "images", "--anomaly", "kind=2"], "images/train-images-idx3-ubyte has no column kind"],
    [["impute", "run", "images", "--mask", "box:3,3,2,2"], "within 4 rows and 4 columns"],
    [["impute", "run", "images", "--mask", "middle"], "expected box:ROW,COLUMN,HEIGHT,WIDTH"],
    [["denoise", "run", "images", "--sigma", "9", "--pictures", "x.txt"], "a name that ends in .svg or .png"],
    [["denoise", "run", "images", "--sigma", "9", "--pictures", "scored.png"], "choose another --pictures"],
    [["score", "run", "images", "--part", "test"], "its test part is missing"],
  ];
  for (const [args, words] of refused) {
    const { code, stderr } = await ebbflow(args, folder);
    expect([args, code, stderr.trim().split("\n").length, stderr]).toEqual([
      args,
      2,
      1,
      expect.stringContaining(words),
    ]);
  }
});
