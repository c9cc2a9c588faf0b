/** ebbflow as a child process that answers as the peers do: one JSON request a line, one JSON reply a line. */

import { readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { useEngine } from "ebbflow/runtime";
import { builders } from "./builders.mjs";

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

let run;

/** Build a case, write what the peers need to do the same, and say what the numbers come to. */
async function prepare({ kind, size, file }) {
  const built = await builders[kind](size);
  const { constants, tensors, layouts } = built.shared;
  writeFileSync(file, JSON.stringify({ kind, constants, layouts, tensors: plain(tensors) }));
  run = built.run;
  return { results: Object.fromEntries(Object.entries(built.results).map(([name, { data }]) => [name, [...data]])) };
}

async function answer(request) {
  if (request.hello) {
    const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
    return { version: `${version}, ${(await useEngine()).name}` };
  }
  if (request.prepare) return prepare(request.prepare);
  const clock = clocks[request.clock];
  const start = clock();
  const reached = await run(request.repeat);
  const ms = clock() - start;
  return reached.data.every(Number.isFinite) ? { ms } : { error: "the chains left the numbers" };
}

for await (const line of createInterface({ input: process.stdin })) {
  const reply = await answer(JSON.parse(line)).catch((error) => ({ error: error.stack }));
  process.stdout.write(`${JSON.stringify(reply)}\n`);
}
