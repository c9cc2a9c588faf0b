/** `ebbflow reproduce` of several experiments, stopped, and the threads that do their units. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ebbflow, scratch, start, until } from "./run-cli.js";

const folder = scratch();
const silent = (): void => {};

test("all experiments are stopped at once, and one command goes on with them", async () => {
  const { child, ended } = start(["reproduce", "all", "--jobs", "1", "--out", "a b", "--budget", "full"], folder);
  const lines = (): boolean => existsSync(join(folder, "a b", "rbm", "units.ndjson"));
  await until(lines, "a ledger of the last experiment");
  const second = await ebbflow(["reproduce", "all", "--resume", "--out", "a b"], folder);
  expect(second.code).toBe(2);
  expect(second.stderr).toMatch(/^error: a b is in use by process \d+/m);
  child.kill("SIGINT");
  const { signal, stdout, stderr } = await ended;
  expect(signal).toBe("SIGINT");
  expect(stdout).toBe("");
  expect(stderr).toContain("go on with: ebbflow reproduce all --budget full --seed 0 --out 'a b' --resume");
});

const machine = { kind: "patterns", side: 3, hidden: 2, method: "pcd-5", seed: 0, steps: 20, anneal: null };
const taskOf = (change: object) => ({ experiment: "rbm", unit: { ...machine, ...change } });

const built = new URL("../../dist/experiments/unit-thread.node.js", import.meta.url).href;
const { unitThread }: typeof import("../../src/experiments/unit-thread.node.js") = await import(built);

test("a thread does one unit after another, as a fresh one would, and goes on after one that throws", async () => {
  const done: number[] = [];
  const [kept, fresh] = [unitThread(), unitThread()];
  await kept.run(taskOf({ hidden: 3 }), (share) => done.push(share));
  expect(done.at(-1)).toBe(1);
  await expect(kept.run({ experiment: "none", unit: 0 }, silent)).rejects.toThrow(/unknown experiment "none"/);
  const results = [await kept.run(taskOf({}), silent), await fresh.run(taskOf({}), silent)] as { seconds: number }[];
  const [after, alone] = results.map(({ seconds, ...rest }) => rest);
  expect(after).toEqual(alone);
  kept.end();
  fresh.end();
});

test("a thread that died takes no later unit with it", async () => {
  const units = unitThread();
  // No task at all is thrown out of the thread, beyond what it catches.
  await expect(units.run(null as never, silent)).rejects.toThrow(/'experiment'/);
  for (const _ of [1, 2])
    await expect(units.run({ experiment: "none", unit: 0 }, silent)).rejects.toThrow(/unknown experiment "none"/);
  units.end();
});
