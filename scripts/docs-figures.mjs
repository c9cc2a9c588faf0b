/**
 * Draws the pictures of docs/objectives: `node scripts/docs-figures.mjs <folder of ebbflow reproduce objectives --budget full>`.
 *
 * Objectives of the comparison are shown with what they learned in it; the others are trained here, for some seconds.
 */

import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { barsAndStripes, eightGaussians, twoModes } from "ebbflow/data";
import { mixtureEnergy } from "ebbflow/energies";
import { realnvp } from "ebbflow/flows";
import { grid2d } from "ebbflow/metrics";
import { reverseKl } from "ebbflow/objectives";
import { adam } from "ebbflow/optim";
import { fold, makeKey } from "ebbflow/random";
import { densityMap, drawFigure, imageTiles } from "ebbflow/report";
import { program } from "ebbflow/runtime";
import { compileTrainer, fit as train } from "ebbflow/train";
import { parseHTML } from "linkedom";

const results = process.argv[2];
if (results === undefined || !existsSync(join(results, "results.json"))) {
  console.error(
    "usage: node scripts/docs-figures.mjs <folder with results.json of ebbflow reproduce objectives --budget full>",
  );
  process.exit(2);
}
const folder = new URL("../docs/objectives/figures/", import.meta.url);
mkdirSync(folder, { recursive: true });
const { document } = parseHTML("<!doctype html><html></html>");
const write = (name, figure) => writeFileSync(new URL(`${name}.svg`, folder), drawFigure(figure, document));

/** Of the comparison: the first method of each objective. */
function ofComparison() {
  const { numbers } = JSON.parse(readFileSync(join(results, "results.json"), "utf8"));
  const slug = (name) =>
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-|-$/g, "");
  const shown = new Set();
  for (const { method, target, field } of numbers.runs) {
    const page = slug(method.split(",")[0]);
    const name = `${page}-${target.startsWith("two") ? "two-modes" : "eight-gaussians"}`;
    if (field === null || shown.has(name)) continue;
    shown.add(name);
    copyFileSync(
      join(results, "figures", `${slug(`${target}: learned by ${method}`)}.svg`),
      new URL(`${name}.svg`, folder),
    );
  }
}

const box = (distribution) => distribution.box;

/** A density on a grid of the plane, as a picture. */
async function picture(name, title, distribution, logDensity, points) {
  const grid = grid2d(box(distribution), 80);
  write(
    name,
    densityMap({ title, field: { grid, logP: await logDensity(grid.points) }, ...(points ? { points } : {}) }),
  );
}

async function flowLikelihood() {
  for (const [name, title, distribution] of [
    ["two-modes", "two modes 2:1", twoModes()],
    ["eight-gaussians", "eight Gaussians 1:…:8", eightGaussians({ weights: "linear" })],
  ]) {
    const model = await train(distribution.draw(makeKey(1), 10_000), {
      objective: { name: "flow-likelihood" },
      steps: 1000,
    });
    await picture(`flow-likelihood-${name}`, `${title}: learned by flow likelihood`, distribution, model.logDensity);
  }
}

/** A flow on one of two modes: the other is never seen. */
async function reverse() {
  const modes = {
    means: [
      [-1, -1],
      [1, 1],
    ],
    variances: [0.05, 0.05],
    weights: [2, 1],
  };
  const flow = realnvp({ layers: 6, hidden: [32, 32] }, [2]);
  const model = { event: [2], energy: mixtureEnergy([2], modes), flow };
  const iteration = reverseKl(model, 256);
  const steps = 1500;
  const optimizer = adam.make({ schedule: "step" }, steps);
  const trainer = await compileTrainer({ model, iteration, optimizers: { flow: optimizer }, batch: 256, average: 0 });
  const rows = twoModes().draw(makeKey(2), 256);
  const batch = { ...rows, dtype: "float32", data: Float32Array.from(rows.data) };
  let state = trainer.start(makeKey(3), batch);
  for (let i = 0; i < steps; i++) ({ state } = await trainer.step(state, batch, fold(makeKey(4), i)));
  const params = state["params.flow"];
  const density = program(({ x, theta }) => ({ logProb: flow.logProb(x, theta) }));
  await picture("reverse-kl-two-modes", "two modes 2:1: learned by reverse KL", twoModes(), async (points) => {
    const x = { ...points, dtype: "float32", data: Float32Array.from(points.data) };
    return Float64Array.from((await density({ x, theta: params })).logProb.data);
  });
}

async function jem() {
  const distribution = twoModes();
  const rows = distribution.draw(makeKey(5), 3000);
  const labels = Array.from(distribution.modes.assign(rows), (i) => `class ${i}`);
  const model = await train(rows, { labels, steps: 1000 });
  await picture("jem-two-modes", "two modes, one a class: learned by jem", distribution, model.logDensity);
}

/** Draws of machines of bits. */
async function bits() {
  const rows = barsAndStripes({ side: 4 }).draw(makeKey(6), 4000);
  for (const name of ["pseudo-likelihood", "ratio-matching", "likelihood"]) {
    const energy = { name: "rbm", hiddenUnits: 12 };
    const model = await train(rows, { energy, objective: { name }, steps: 3000, seed: 1 });
    const drawn = await model.sample(16);
    const images = Array.from({ length: 16 }, (_, i) => Array.from(drawn.data.slice(16 * i, 16 * (i + 1))));
    write(`${name}-draws`, imageTiles({ title: `Draws of a machine trained by ${name.replace("-", " ")}`, images }));
  }
}

ofComparison();
await flowLikelihood();
await reverse();
await jem();
await bits();
