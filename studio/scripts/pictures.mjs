/**
 * The pictures of docs/studio.md, of the built studio: `node studio/scripts/pictures.mjs [names of scenes or pictures]`.
 * A scene is an address, where its trainings have to be, and the pictures that are taken of it, each into docs/studio.
 * One more picture is one more entry of `scenes`.
 */

import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openStudio, play } from "../test/pages.mjs";
import { withPalette } from "./palette-png.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const into = join(root, "docs/studio");
const wanted = process.argv.slice(2);

const paper = "data.dataset=two-modes&data.options.preset=paper&data.points=4000&data.standardize=false&seed=0";
const second = `b.${paper.replaceAll("&", "&b.")}`;
const balanced = `${paper}&objective.name=balanced`;
const panels = "panels=weights,verdict,chains,energies,health,curves";
const low = { width: 1366, height: 768 };

/** A panel by its title, alone. */
const panel = (title) => (page) =>
  page.locator("details", { has: page.locator(`summary h2:text-is("${title}")`) }).last();
const middle = (page) => page.locator("article").first();
/** A training that stands still is judged by itself. */
const judged = (page) => panel("Verdict")(page).locator("table").first().waitFor();
const press = (key) => async (page) => {
  await page.keyboard.press(key);
  await page.locator("dialog[open]").waitFor();
};

const scenes = [
  {
    address: `#${paper}&objective.name=pcd&${second}&b.objective.name=balanced&show=density&layers=data,chains&panels=weights,curves`,
    step: 400,
    pictures: [{ name: "compare" }],
  },
  {
    address: `#${balanced}&steps=200&layers=data,chains&${panels}`,
    viewport: { width: 1366, height: 1000 },
    step: 200,
    before: judged,
    pictures: [
      { name: "whole", viewport: low },
      { name: "setup", of: (page) => page.locator("aside").first() },
      { name: "weights", of: panel("Weights of the modes") },
      { name: "verdict", of: panel("Verdict") },
      { name: "chains", of: panel("Chains") },
      { name: "energies", of: panel("Energies") },
      { name: "curves", of: (page) => page.locator(".curves") },
      { name: "share", act: press("s"), of: (page) => page.locator("dialog") },
    ],
  },
  {
    address: `#${balanced}&steps=120&show=energy&layers=data,chains,flow-grid,forces,truth&drops=0,0,-1,1&line=-2.2,-2.2,2.2,2.2`,
    step: 120,
    pictures: [{ name: "landscape", of: middle }],
  },
  {
    address: `#${balanced}&steps=120&show=flow&layers=flow-rows&beside=1`,
    dark: true,
    step: 120,
    pictures: [{ name: "beside", of: middle }],
  },
  {
    address: `#${paper}&objective.name=nt-ebm&pretrain=100&steps=60&show=latent&layers=data,chains`,
    step: 60,
    pictures: [{ name: "latent", of: middle }],
  },
  {
    address: `#${paper}&objective.name=pcd&objective.stepSize=4&objective.local=mala&steps=60&logEvery=1&layers=data,chains&panels=health`,
    step: 60,
    pictures: [{ name: "health", of: panel("Health") }],
  },
  {
    address: `#${balanced}&steps=120&layers=data,chains&panels=weights,curves`,
    dark: true,
    viewport: low,
    step: 120,
    pictures: [{ name: "dark" }],
  },
  {
    address: `#${balanced}&steps=120&layers=data,chains&panels=weights`,
    viewport: { width: 380, height: 760 },
    step: 120,
    pictures: [{ name: "phone" }],
  },
  {
    address: `?embed=1#${balanced}&steps=120&layers=data,chains`,
    viewport: { width: 560, height: 640 },
    step: 120,
    pictures: [{ name: "embed" }],
  },
  {
    address: "",
    viewport: low,
    before: async (page) => {
      await page.getByRole("button", { name: "tour" }).click();
      await page.getByRole("heading", { name: "Energy and Z" }).waitFor();
      await play(page).waitFor();
    },
    pictures: [{ name: "tour" }],
  },
  {
    address: "#folders=pcd,balanced&curves=energyGap&plot=smooth:10",
    ready: false,
    before: (page) => page.locator("figure canvas").first().waitFor(),
    pictures: [{ name: "folders" }],
  },
  {
    address: "#question=runs/penguins/&pair=flipper_length_mm,bill_length_mm",
    viewport: { width: 1400, height: 1560 },
    ready: false,
    before: async (page) => {
      await page.getByRole("region", { name: "Slices of the columns" }).getByRole("slider").first().waitFor();
      await page.getByText("on the plane").waitFor();
    },
    pictures: [{ name: "question" }],
  },
];

/** Runs for the scenes that look at folders. */
async function trainedRuns(folder) {
  const set = [
    "data.options.preset=paper",
    "data.points=2000",
    "evaluateEvery=50",
    "draws=500",
    "logEvery=5",
    "seed=1",
  ];
  const settings = set.flatMap((one) => ["--set", one]);
  const table = join(root, "examples/penguins-by-species.csv");
  for (const [name, ...given] of [
    ["pcd", "--dataset", "two-modes", "--objective", "pcd", "--steps", "300", ...settings],
    ["balanced", "--dataset", "two-modes", "--objective", "balanced", "--steps", "300", ...settings],
    ["penguins", table, "--steps", "300"],
  ]) {
    const args = [join(root, "dist/cli/main.js"), "train", ...given, "--out", name, "--quiet"];
    const child = spawn(process.execPath, args, { cwd: folder, stdio: "ignore" });
    await new Promise((done) => child.on("close", done));
  }
}

const isWanted = ({ name }) => wanted.length === 0 || wanted.includes(name);

async function take(studio, { address, viewport, dark, step, ready, before, pictures }) {
  process.stdout.write(`${new Date().toISOString()} ${address}\n`);
  const options = { viewport: viewport ?? { width: 1400, height: 900 }, colorScheme: dark ? "dark" : "light" };
  const page = await studio.open(address, { ready: ready ?? true, reducedMotion: "reduce", ...options });
  if (step) {
    await play(page).click();
    await page.waitForFunction(
      (least) => Number(/step (\d+)(?!\d| of \d+, fitting)/.exec(document.body.textContent)?.[1] ?? 0) >= least,
      step,
      {
        polling: 200,
        timeout: 600_000,
      },
    );
    const pause = page.getByRole("button", { name: "pause" });
    // One that has come to its end by then has nothing to pause.
    if ((await pause.count()) > 0)
      await pause
        .first()
        .click({ timeout: 3000 })
        .catch(() => {});
  }
  await before?.(page);
  // What was asked for last is drawn.
  await page.waitForTimeout(2500);
  for (const { name, of, act, viewport: other } of pictures.filter(isWanted)) {
    if (other) await page.setViewportSize(other);
    await act?.(page);
    await page.addStyleTag({
      content: "details:has(> summary h2) { padding: 10px; margin: -10px; background: var(--panel) }",
    });
    await page.waitForTimeout(500);
    const png = await (of ? of(page) : page).screenshot({ animations: "disabled" });
    const small = withPalette(png);
    writeFileSync(join(into, `${name}.png`), small);
    process.stdout.write(`${new Date().toISOString()} ${name}.png ${(small.length / 1024).toFixed(0)} kB\n`);
    if (other) await page.setViewportSize(options.viewport);
  }
}

mkdirSync(into, { recursive: true });
const folder = mkdtempSync(join(tmpdir(), "ebbflow-pictures-"));
const asked = scenes.filter(({ pictures }) => pictures.some(isWanted));
if (asked.some(({ address }) => /folders=|runs\//.test(address))) await trainedRuns(folder);
const studio = await openStudio({ runs: folder });
try {
  for (const scene of asked) {
    await take(studio, scene).catch((error) => process.stderr.write(`${scene.address}: ${error.message}\n`));
    await studio.clear();
  }
  for (const error of studio.errors) process.stderr.write(`a page threw: ${error}\n`);
} finally {
  await studio.close();
  rmSync(folder, { recursive: true, force: true });
}
