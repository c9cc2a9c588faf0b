/** Child processes that are asked one thing at a time, so that only one of them ever computes. */

import { spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const beside = (file) => fileURLToPath(new URL(file, import.meta.url));
const works = (command, args) => spawnSync(command, args, { stdio: "ignore" }).status === 0;

/** A python for the peers: `EBBFLOW_BENCH_PYTHON`, else `python3` or `python` of the path. */
function findPython() {
  const named = process.env.EBBFLOW_BENCH_PYTHON;
  const found = [named, "python3", "python"].find((name) => name && works(name, ["-c", "import numpy"]));
  if (named && found !== named) throw new Error(`EBBFLOW_BENCH_PYTHON: ${named} does not run, or has no numpy`);
  return found;
}

/** The same processor for every child where the system can tell (Linux): the last one we may use. */
function pinning() {
  const shown = spawnSync("taskset", ["-cp", `${process.pid}`], { encoding: "utf8" });
  const cpu = shown.status === 0 && /(\d+)\s*$/.exec(shown.stdout)?.[1];
  return cpu ? ["taskset", "-c", cpu] : [];
}

function start(name, command) {
  const [program, ...args] = [...pinning(), ...command];
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = new Promise((_, reject) => {
    child.on("error", (error) => reject(new Error(`${name}: ${error.message}`)));
    child.on("close", (code) => reject(new Error(`${name}: its process ended with code ${code}`)));
  });
  ended.catch(() => {});
  return {
    name,
    /** @throws Error with the child's own words when it could not. */
    async ask(request) {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      const { value, done } = await Promise.race([lines.next(), ended]);
      if (done) await ended;
      const reply = JSON.parse(value);
      if (reply.error) throw new Error(`${name}: ${reply.error}`);
      return reply;
    },
    stop: () => child.stdin.end(),
  };
}

/** Ours and the wanted peers. A peer that is not there keeps its name and says why: `missing`. */
export async function startContenders(peers) {
  const python = peers.length > 0 ? findPython() : undefined;
  const all = [
    start("ebbflow", [process.execPath, beside("ours.mjs")]),
    ...peers.map((name) =>
      python ? start(name, [python, "-B", beside("peers.py"), name]) : { name, missing: "no python with numpy" },
    ),
  ];
  try {
    for (const one of all) if (!one.missing) Object.assign(one, await one.ask({ hello: true }));
  } catch (error) {
    stopContenders(all);
    throw error;
  }
  return all;
}

/** Let every child end. */
export function stopContenders(all) {
  for (const { stop } of all) stop?.();
}
