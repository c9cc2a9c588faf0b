/** ebbflow, on the engine of `EBBFLOW_ENGINE`, as a child process that answers as the peers do: one JSON request a line, one JSON reply a line. */

import { readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { builders } from "./builders.mjs";
import { watchedEngine } from "./engine.mjs";

const plain = (tensors) =>
  Object.fromEntries(Object.entries(tensors).map(([name, { shape, data }]) => [name, { shape, data: [...data] }]));

/** Milliseconds of the wall clock, or of all processors this process has used. */
const clocks = {
  wall: () => performance.now(),
  cpu: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
};

let [run, draw] = [null, null];

/** Build a case, write what the peers need to do the same, and say what the numbers come to. */
async function prepare({ kind, size, file }) {
  const engine = await watchedEngine();
  const built = await builders[kind](size, engine);
  const { constants, tensors, layouts } = built.shared;
  writeFileSync(file, JSON.stringify({ kind, constants, layouts, tensors: plain(tensors) }));
  ({ run, draw } = built);
  const results = Object.fromEntries(Object.entries(built.results).map(([name, { data }]) => [name, [...data]]));
  return { results, computed: engine.computed(), first: built.first };
}

async function answer(request) {
  if (request.hello) {
    const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
    return { version };
  }
  if (request.prepare) return prepare(request.prepare);
  if (request.memory) return { mb: process.resourceUsage().maxRSS / 1024 };
  if (request.draws) {
    const { shape, data } = await draw(request.draws);
    return { shape, data: [...data] };
  }
  const clock = clocks[request.clock];
  const start = clock();
  const reached = await run(request.repeat, clock);
  const ms = reached.ms ?? clock() - start;
  // What is told apart from what a call does once, such as compiling, is told by the case.
  return reached.data.every(Number.isFinite) ? { ms } : { error: "the chains left the numbers" };
}

for await (const line of createInterface({ input: process.stdin })) {
  const reply = await answer(JSON.parse(line)).catch((error) => ({ error: error.stack }));
  process.stdout.write(`${JSON.stringify(reply)}\n`);
}
