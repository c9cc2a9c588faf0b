import { appendFileSync, existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { scratch } from "../../test/support/scratch.js";
import { InputError } from "../util/errors.js";
import { executeExperiment } from "./execute.node.js";
import { experiment } from "./experiment.js";
import { openLedger } from "./ledger.node.js";

const unit = (method: string) => ({ method, seed: 0 });
const sums = { name: "sums" };

it("knows the units that were finished, by what they are, with their numbers", () => {
  const folder = scratch();
  const first = openLedger(folder, sums, true);
  expect(first.find(unit("a"))).toBeUndefined();
  first.add(unit("a"), { value: 0.1, none: null, infinite: Number.POSITIVE_INFINITY });
  first.close();
  const again = openLedger(folder, sums, true);
  expect(again.find(unit("a"))).toEqual({ result: { value: 0.1, none: null, infinite: Number.POSITIVE_INFINITY } });
  for (const other of [unit("b"), { ...unit("a"), seed: 1 }]) expect(again.find(other)).toBeUndefined();
  again.close();
  const elsewhere = openLedger(folder, { name: "products" }, true);
  expect(elsewhere.find(unit("a"))).toBeUndefined();
  elsewhere.close();
});

it("forgets a unit whose line was torn, and results of another version", () => {
  const folder = scratch();
  const ledger = openLedger(folder, sums, true);
  ledger.add(unit("a"), 1);
  ledger.close();
  const path = join(folder, "units.ndjson");
  const line = readFileSync(path, "utf8");
  appendFileSync(path, line.slice(0, 20));
  const torn = openLedger(folder, sums, true);
  expect(torn.find(unit("a"))).toEqual({ result: 1 });
  torn.close();
  expect(readFileSync(path, "utf8")).toBe(line);
  writeFileSync(path, line.replace(/"sums\\",\\"[^"]*\\"/, '"sums\\",\\"0.0.0-other\\"'));
  expect(readFileSync(path, "utf8")).not.toBe(line);
  const older = openLedger(folder, sums, true);
  expect(older.find(unit("a"))).toBeUndefined();
  older.close();
});

it("forgets a unit whose settings are others now", () => {
  const folder = scratch();
  const at = (stepSize: number) => openLedger(folder, { name: "sums", settings: () => ({ stepSize }) }, true);
  const ledger = at(0.1);
  ledger.add(unit("a"), 1);
  ledger.close();
  for (const [stepSize, found] of [
    [0.1, { result: 1 }],
    [0.2, undefined],
  ] as const) {
    const again = at(stepSize);
    expect(again.find(unit("a"))).toEqual(found);
    again.close();
  }
  const without = openLedger(folder, sums, true);
  expect(without.find(unit("a"))).toBeUndefined();
  without.close();
});

it("starts afresh unless it is to go on", () => {
  const folder = scratch();
  const ledger = openLedger(folder, sums, true);
  ledger.add(unit("a"), 1);
  ledger.close();
  const fresh = openLedger(folder, sums, false);
  expect(fresh.find(unit("a"))).toBeUndefined();
  fresh.close();
});

it("has a folder to itself", () => {
  const folder = scratch();
  const ledger = openLedger(folder, sums, true);
  expect(() => openLedger(folder, sums, true)).toThrow(/is in use by process/);
  ledger.close();
  openLedger(folder, sums, true).close();
});

it("is refused by the disk in a line", () => {
  const folder = scratch();
  const taken = join(folder, "taken.csv");
  writeFileSync(taken, "1");
  for (const path of [taken, join(taken, "below")]) {
    expect(() => openLedger(path, sums, true)).toThrow(InputError);
    expect(() => openLedger(path, sums, true)).toThrow(`cannot create the folder ${path}`);
  }
  mkdirSync(join(folder, "units.ndjson"));
  expect(() => openLedger(folder, sums, false)).toThrow(InputError);
  // What was refused does not hold the folder.
  rmdirSync(join(folder, "units.ndjson"));
  openLedger(folder, sums, false).close();
});

it("concludes from the units in the ledger without doing them again", async () => {
  const out = scratch();
  const ledger = openLedger(out, sums, true);
  for (const [i, method] of ["a", "b"].entries()) ledger.add(unit(method), i + 1);
  ledger.close();
  const adding = experiment<{ method: string; seed: number }, number, number>({
    name: "sums",
    about: "Sums.",
    cite: "Euclid (1900), Numbers",
    seeds: { quick: 1, full: 1 },
    plan: () => [unit("b"), unit("a")],
    label: ({ method }) => method,
    run: () => Promise.reject(new Error("was done before")),
    conclude: (finished) => ({
      claims: [],
      table: { columns: ["unit"], rows: finished.map(({ unit: { method }, result }) => [method, String(result)]) },
      numbers: finished.reduce((s, { result }) => s + result, 0),
    }),
    report: () => ({ title: "counting", intro: "", sections: [], footer: "" }),
  });
  const outcome = await executeExperiment(adding, { budget: "quick", seeds: 1, seed: 0, jobs: 2, out, resume: true });
  expect(outcome.numbers).toBe(3);
  expect(outcome.table.rows).toEqual([
    ["b", "2"],
    ["a", "1"],
  ]);
  expect(existsSync(join(out, "results.json"))).toBe(true);
  // Without being told to go on it does them: here that is a thread, which knows no such experiment.
  await expect(
    executeExperiment(adding, { budget: "quick", seeds: 1, seed: 0, jobs: 1, out, resume: false }),
  ).rejects.toThrow();
  expect(readFileSync(join(out, "units.ndjson"), "utf8")).toBe("");
});
