import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { config as configs, openModel, tensor } from "ebbflow";
import { energyOf } from "ebbflow/energies";
import { decodeCheckpoint, parseJournal } from "ebbflow/formats";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { lacking, openStudio, play, seriousProblems } from "./pages.mjs";

const main = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "ebbflow-slider-"));
const STEPS = 40;
/** The part of the plane that is shown, and how many cells it has along each axis. */
const [BOX, SIDE] = ["box=-2,2,-2,2", 96];

const fileOf = (step) => `step-${String(step).padStart(8, "0")}.safetensors`;

async function train(name, more) {
  const settings = {
    ...{ "data.points": 300, "energy.hidden": "[8]", flow: null, "optimizer.energy.learningRate": 0.02 },
    ...{ evaluateEvery: 20, logEvery: 2, draws: 100, seed: 1, select: "last", ...more },
  };
  const set = Object.entries(settings).flatMap(([key, value]) => ["--set", `${key}=${value}`]);
  const words = ["train", "--dataset", "two-modes", "--objective", "pcd", "--steps", STEPS, "--out", name, "--quiet"];
  const child = spawn(process.execPath, [main, ...words.map(String), ...set], { cwd: folder, stdio: "ignore" });
  expect(await new Promise((done) => child.on("close", done))).toBe(0);
}

/** How much higher log p is at one point than at another, by the parameters that a run kept of a step. */
async function differenceThen(name, step, points) {
  const model = await openModel(join(folder, name));
  const path = join(folder, name, "history", fileOf(step));
  const params = configs.trainedParameters(model.config, decodeCheckpoint(readFileSync(path)).tensors);
  const rows = tensor(Float64Array.from(points.flat()), [2, 2]);
  const [first, second] = await energyOf(model.energy)(model.data.coordinates.encode(rows), params.energy);
  return second - first;
}

describe.skipIf(lacking)(`steps of a run in the studio${lacking ? ` (${lacking})` : ""}`, () => {
  let studio;
  beforeAll(async () => {
    await train("course", { keepEvery: 10 });
    await train("alone", {});
    for (const step of [0, 20]) rmSync(join(folder, "alone/checkpoints", fileOf(step)), { force: true });
    rmSync(join(folder, "alone/best"), { recursive: true, force: true });
    studio = await openStudio({ runs: folder });
  }, 120_000);
  afterEach(() => studio?.clear());
  afterAll(async () => {
    await studio?.close();
    rmSync(folder, { recursive: true, force: true });
    expect(studio?.errors).toEqual([]);
  });
  const open = (hash, options) => studio.open(hash, { ready: false, ...options });
  const panelOf = (page) => page.getByRole("region", { name: "A plane of two columns" });
  const ready = (page) => panelOf(page).and(page.locator('[aria-busy="false"]')).waitFor();

  const read = async (locator) => (await locator.allInnerTexts()).join(" ");

  /** What the page tells of the cell under a place of the picture, and the middle of the cell. */
  async function told(page, position) {
    await ready(page);
    await panelOf(page).locator("canvas").hover({ position });
    const [, x, y, logP] = /\((\S+), (\S+)\) log p (\S+)/
      .exec(await read(panelOf(page).getByText(/\) log p /)))
      .map(Number);
    const middle = (v) => -2 + ((Math.floor(((v + 2) / 4) * SIDE) + 0.5) / SIDE) * 4;
    return { logP, at: [middle(x), middle(y)] };
  }
  async function difference(page) {
    const [first, second] = [await told(page, { x: 101, y: 77 }), await told(page, { x: 203, y: 251 })];
    return { value: first.logP - second.logP, points: [first.at, second.at] };
  }

  it("are moved through by the keyboard, each with the energies and words of its own", async () => {
    const page = await open(`#question=runs/course/&show=energy&${BOX}`);
    const slider = panelOf(page).getByRole("slider", { name: "step" });
    await slider.waitFor();
    expect(await slider.getAttribute("aria-valuetext")).toBe(`step ${STEPS}`);
    const found = new Map();
    for (const step of [STEPS, 30, 20, 10, 0]) {
      if (step !== STEPS) await slider.press("ArrowLeft");
      await panelOf(page).getByText(`Step ${step}, one of 5 that are kept from 0 to ${STEPS}`).waitFor();
      const then = await differenceThen("course", step, (await difference(page)).points);
      const far = async () => Math.abs((await difference(page)).value - then);
      await expect.poll(far, { message: `step ${step}` }).toBeLessThan(0.011);
      found.set(step, then);
    }
    // Were all steps alike, the slider would have been tried for nothing.
    const sorted = [...found.values()].sort((a, b) => a - b);
    for (const [i, value] of sorted.slice(1).entries()) expect(value - sorted[i]).toBeGreaterThan(0.022);
    expect(new URL(page.url()).hash).toContain("at=0");
    await panelOf(page).getByText("chains of then").waitFor();
    await slider.press("End");
    const said = parseJournal(readFileSync(join(folder, "course", "metrics.ndjson"))).findLast(
      (record) => typeof record.validation === "number",
    );
    await panelOf(page)
      .getByText(`held-out log-likelihood ${said.validation.toFixed(4)}`)
      .waitFor();
    expect(await seriousProblems(page)).toEqual([]);
  }, 90_000);

  it("play to the last, are in the address, and are all on one scale or each on its own", async () => {
    const page = await open(`#question=runs/course/&at=0`);
    const slider = panelOf(page).getByRole("slider", { name: "step" });
    await slider.waitFor();
    expect(await slider.getAttribute("aria-valuetext")).toBe("step 0");
    await ready(page);
    const legend = () => read(panelOf(page).getByRole("img", { name: /Colours from/ }));
    const fixed = await legend();
    await panelOf(page)
      .getByLabel(/colours of step/)
      .uncheck();
    expect(new URL(page.url()).hash).toContain("ownScale=1");
    await expect.poll(legend).not.toBe(fixed);
    await panelOf(page)
      .getByLabel(/colours of step/)
      .check();
    await panelOf(page).getByRole("button", { name: "play the steps" }).click();
    await expect.poll(() => new URL(page.url()).hash, { timeout: 20_000 }).toContain(`at=${STEPS}`);
    await panelOf(page).getByRole("button", { name: "play the steps" }).waitFor();
    expect(await legend()).toBe(fixed);
    await panelOf(page).getByRole("button", { name: "back to the open model" }).click();
    expect(new URL(page.url()).hash).not.toContain("at=");
  }, 90_000);

  it("are told of where there is one alone, and where one is not kept", async () => {
    const page = await open("#question=runs/alone/&at=7");
    await panelOf(page).getByText(`the parameters of step ${STEPS} alone`).waitFor();
    await panelOf(page).getByRole("alert").filter({ hasText: "No parameters of step 7" }).waitFor();
    await panelOf(page).getByRole("button", { name: "back to the open model" }).click();
    await expect.poll(() => panelOf(page).getByRole("alert").count()).toBe(0);
    const phone = await open("#question=runs/course/&at=10", { viewport: { width: 380, height: 800 } });
    await panelOf(phone).getByRole("slider").waitFor();
    expect(await phone.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  }, 60_000);

  it("of a training of the page are there as well", async () => {
    const page = await studio.open("#data.dataset=two-modes&objective.name=pcd&steps=100&energy.hidden=[8]&flow=null");
    await play(page).click();
    await expect.poll(() => read(page.locator("output")), { timeout: 30_000 }).toContain("step 100 of 100");
    await page.getByRole("button", { name: "question a model" }).click();
    await page.getByRole("button", { name: "as it stands" }).click();
    const slider = panelOf(page).getByRole("slider", { name: "step" });
    await slider.press("Home");
    await panelOf(page)
      .getByText(/^\s*Step 0, one of \d+ that are kept from 0 to 100/)
      .waitFor();
    await panelOf(page).getByText("chains of then").waitFor();
  }, 90_000);
});
