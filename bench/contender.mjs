/** Child processes that are asked one thing at a time, so that only one of them ever computes. */

import { spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";
import { contenders, findPython } from "./contenders.mjs";

/** The same processor for every child where the system can tell (Linux): the last one we may use. */
export function pinning() {
  const shown = spawnSync("taskset", ["-cp", `${process.pid}`], { encoding: "utf8" });
  const cpu = shown.status === 0 && /(\d+)\s*$/.exec(shown.stdout)?.[1];
  return cpu ? ["taskset", "-c", cpu] : [];
}

/** A child that answers: one JSON request a line, one JSON reply a line. */
export function start(name, command, env = {}) {
  const [program, ...args] = [...pinning(), ...command];
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"], env: { ...process.env, ...env } });
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

/** Those of the names, with more in their environment. A peer that is not there keeps its name and says why: `missing`. */
export async function startContenders(names, more = {}) {
  const python = names.some((name) => contenders[name].python) ? findPython() : undefined;
  const all = names.map((name) => {
    const { ours, command, python: args, env } = contenders[name];
    if (args && !python) return { name, ours, missing: "no python with numpy" };
    return { ours, ...start(name, command ?? [python, ...args], { ...env, ...more }) };
  });
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
