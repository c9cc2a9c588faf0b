/** A training and a run of chains with no word about engines, and after them a convolution. */

import * as configs from "ebbflow/config";
import { gaussianEnergy } from "ebbflow/energies";
import { conv2d, input } from "ebbflow/ops";
import { makeKey } from "ebbflow/random";
import { useEngine } from "ebbflow/runtime";
import { sample } from "ebbflow/samplers";
import * as train from "ebbflow/train";

const config = configs.resolveConfig({
  data: { dataset: "two-modes", points: 300 },
  energy: { hidden: [6] },
  flow: { layers: 2, hidden: [6] },
  steps: 3,
  batch: 16,
  draws: 100,
  evaluateEvery: 3,
});
const session = await train.startSession(config, configs.prepareData(config, undefined));
await train.runSession(session);
const trained = await session.trained();
const drawn = await sample({ energy: gaussianEnergy([2], 0, 1), key: makeKey(1), chains: 4, warmup: 20, draws: 10 });
const found = { engine: session.checkpoint().meta.engine, density: [...(await trained.logDensity([[0, 0]]))] };
// Whoever serves the page sees what was fetched until here.
await fetch("/mark");
const [x, w] = [input("x", [1, 1, 3, 3]), input("w", [1, 1, 2, 2])];
const convolution = (await (await useEngine()).compile({ x, w }, { y: conv2d(x, w) })).engine;
await report({ ...found, draws: drawn.x.shape, convolution });
