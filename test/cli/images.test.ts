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
  const short = ["pretrain=3", "draws=200", "flow.channels=2", "energy.network.widths=[2]"];
  const settings = [...short.flatMap((setting) => ["--set", setting]), "--steps", "4"];
  const trained = await ebbflow(["train", "odd", ...settings, "--out", "usual"], folder);
  expect(trained.code, trained.stderr).toBe(0);
  expect(trained.stderr).toContain("images of 5 × 7 pixels and 1 channel");
  const config = parseConfig(readFileSync(join(folder, "usual", "config.yaml"), "utf8"));
  expect(config.flow).toMatchObject({ name: "multiscale-realnvp", levels: 0, channels: 2 });
  expect(config.energy).toMatchObject({ base: "flow", network: { name: "residual", widths: [2] } });
  expect(config.data.image).toEqual([1, 5, 7]);
});

test("a folder of images becomes a run, by flows and networks of images, with a picture of them", async () => {
  mkdirSync(join(folder, "images"));
  const n = 60;
  const levels = Array.from({ length: n * 16 }, (_, i) => (16 * (i % 16) + 7 * Math.floor(i / 16)) % 256);
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
  const none = await ebbflow(["train", "images", "--set", "data.shares={7: 1}", "--out", "other"], folder);
  expect([none.code, none.stderr]).toEqual([2, expect.stringContaining("has no class 7")]);
});
