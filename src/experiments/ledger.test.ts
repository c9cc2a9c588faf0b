import { appendFileSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { scratch } from "../../test/support/scratch.js";
import { InputError } from "../util/errors.js";
import { openLedger } from "./ledger.node.js";

const unit = (method: string) => ({ method, seed: 0 });
const sums = { name: "sums" };
const one = { result: 1, seconds: 2 };

it("knows the units that were finished, by what they are, with their numbers", () => {
  const folder = scratch();
  const first = openLedger(folder, sums, true);
  expect(first.find(unit("a"))).toBeUndefined();
  const record = { result: { value: 0.1, none: null, infinite: Number.POSITIVE_INFINITY }, seconds: 1.5 };
  first.add(unit("a"), record);
  first.close();
  const again = openLedger(folder, sums, true);
  expect(again.find(unit("a"))).toEqual(record);
  for (const other of [unit("b"), { ...unit("a"), seed: 1 }]) expect(again.find(other)).toBeUndefined();
  again.close();
  const elsewhere = openLedger(folder, { name: "products" }, true);
  expect(elsewhere.find(unit("a"))).toBeUndefined();
  elsewhere.close();
});

it("forgets a unit whose line was torn, and results of another version", () => {
  const folder = scratch();
  const ledger = openLedger(folder, sums, true);
  ledger.add(unit("a"), one);
  ledger.close();
  const path = join(folder, "units.ndjson");
  const line = readFileSync(path, "utf8");
  appendFileSync(path, line.slice(0, 20));
  const torn = openLedger(folder, sums, true);
  expect(torn.find(unit("a"))).toEqual(one);
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
  ledger.add(unit("a"), one);
  ledger.close();
  for (const [stepSize, found] of [
    [0.1, one],
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
  ledger.add(unit("a"), one);
  ledger.close();
  const fresh = openLedger(folder, sums, false);
  expect(fresh.find(unit("a"))).toBeUndefined();
  fresh.close();
});

it.each(["{}", '{"step":0,"key":"[]","seconds":1}', '{"step":0,"result":1}'])(
  "names a line that holds no result: %s",
  (line) => {
    const folder = scratch();
    writeFileSync(join(folder, "units.ndjson"), `${line}\n`);
    expect(() => openLedger(folder, sums, true)).toThrow(InputError);
    expect(() => openLedger(folder, sums, true)).toThrow(/units\.ndjson.*line 1/);
  },
);

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
