/** Runs that many cases need, each trained once, when the first asks for it. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { call } from "./command.mjs";
import { wordsTable } from "./suites/text.mjs";

const numbers = (i) => [Math.sin(i * 1.7) * 2 + (i % 3), Math.cos(i * 0.9) + 0.1 * (i % 7)];
const rows = (n, of) => Array.from({ length: n }, (_, i) => of(i).join(",")).join("\n");

const kept = (of) => ({
  csv: `a,b,kind\n${rows(240, (i) => [...of(i), ["red", "green", "blue"][i % 3]])}\n`,
  set: [
    ...["data.label=kind", "steps=40", "checkpointEvery=10", "evaluateEvery=10", "logEvery=5", "keepEvery=20"],
    ...["energy.hidden=[8]", "draws=200"],
  ],
});

/** Tables and what is set, by name. */
const recipes = {
  /** Two columns of numbers. */
  numbers: { csv: `a,b\n${rows(240, numbers)}\n`, set: ["steps=20", "checkpointEvery=10"] },
  /** The same, trained with classes. */
  labelled: {
    csv: `a,b,kind\n${rows(240, (i) => [...numbers(i), ["red", "green", "blue"][i % 3]])}\n`,
    set: ["steps=20", "checkpointEvery=10", "data.label=kind"],
  },
  /** Names and classes that a terminal would obey. */
  words: { csv: wordsTable(240), set: ["steps=20", "checkpointEvery=10"] },
  /** Numbers and a class. */
  mixed: {
    csv: `a,b,kind\n${rows(240, (i) => [...numbers(i), ["red", "green", "blue"][i % 3]])}\n`,
    set: ["steps=20", "checkpointEvery=10"],
  },
  /** Classes, a small model, and a checkpoint, a judgement and a state that stays every ten steps. */
  kept: kept(numbers),
  /** The same of other rows. */
  "kept again": kept((i) => numbers(i + 1000)),
};

export function newShared() {
  const root = mkdtempSync(join(tmpdir(), "ebbflow-hostile-runs-"));
  const made = new Map();
  return {
    of(name) {
      if (!made.has(name)) made.set(name, make(join(root, name), recipes[name], root));
      return made.get(name);
    },
    close: () => rmSync(root, { recursive: true, force: true }),
  };
}

async function make(out, { csv, set }, root) {
  writeFileSync(`${out}.csv`, csv);
  const words = ["train", `${out}.csv`, "--out", out, ...set.flatMap((one) => ["--set", one])];
  const { code, stderr } = await call(words, { cwd: root, env: { EBBFLOW_CACHE: join(root, "cache") }, seconds: 300 });
  if (code !== 0) throw new Error(`a run that cases need was not trained:\n${stderr}`);
  return out;
}
