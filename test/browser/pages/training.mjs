/** Two steps of a training on the engines that are asked for. */

import * as configs from "ebbflow/config";
import { useEngine, webgpuFrom } from "ebbflow/runtime";
import * as train from "ebbflow/train";

webgpuFrom(asked.folder);
const said = [];
console.warn = (line) => said.push(line);

const config = configs.resolveConfig({
  data: { dataset: "two-modes", points: 300, validation: 0 },
  energy: { hidden: [6] },
  flow: null,
  objective: { name: "pcd", localSteps: 1 },
  select: "last",
  steps: 2,
  batch: 16,
  checkpointEvery: 2,
});
const data = configs.prepareData(config, undefined);

/** What its last checkpoint says of its engine, and the energy it learned. */
async function training(engine) {
  let by;
  const tell = (event) => {
    if (event.type === "checkpoint") by = event.checkpoint.meta.engine;
  };
  const session = await train.startSession(config, data, { engine, tell });
  await train.runSession(session);
  return { by, x: [...session.state()["params.energy"].data] };
}

const found = {};
for (const name of asked.engines) found[name] = await training(await useEngine(name));
await report({ found, said });
