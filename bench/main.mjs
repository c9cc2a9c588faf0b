/**
 * The engines of ebbflow against PyTorch, JAX and scikit-learn, in turn, on one processor.
 * `--cases NAMES`, `--engines NAMES`, `--rounds N`, `--ms N`, `--clock wall|cpu`, `--quick`, `--json FILE`, `--profile CASE`.
 */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { inBrowser } from "./browser.mjs";
import { cases } from "./cases.mjs";
import { measure } from "./compare.mjs";
import { startContenders, stopContenders } from "./contender.mjs";
import { engines } from "./contenders.mjs";
import { engineCosts } from "./engines.mjs";
import { profile } from "./profile.mjs";
import { samplerCases } from "./samplers.mjs";
import { scoring } from "./score.mjs";
import { productShare } from "./share.mjs";
import { startTimes } from "./start.mjs";
import { inStudio } from "./studio.mjs";
import { showRows } from "./table.mjs";
import { workers } from "./workers.mjs";

/** What is measured without peers. */
const ownCases = {
  ...samplerCases,
  score: scoring,
  start: startTimes,
  engines: engineCosts,
  share: productShare,
  workers,
  browser: inBrowser,
  studio: inStudio,
};

const say = (text) => process.stderr.write(`${text}\n`);

function readOptions() {
  const { values } = parseArgs({
    options: {
      engines: { type: "string", default: engines.join() },
      cases: { type: "string", default: [...Object.keys(cases), ...Object.keys(ownCases)].join() },
      rounds: { type: "string" },
      ms: { type: "string" },
      clock: { type: "string", default: "wall" },
      quick: { type: "boolean", default: false },
      json: { type: "string" },
      profile: { type: "string" },
    },
  });
  const names = (values.profile ?? values.cases).split(",");
  const known = { ...cases, ...(values.profile ? {} : ownCases) };
  const unknown = names.find((name) => !(name in known));
  if (unknown !== undefined) throw new Error(`no case ${unknown}; there are: ${Object.keys(known).join(", ")}`);
  const held = values.engines.split(",");
  const none = held.find((name) => !engines.includes(name));
  if (none !== undefined) throw new Error(`no engine ${none}; there are: ${engines.join(", ")}`);
  const rounds = Number(values.rounds ?? (values.quick ? 3 : 7));
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new Error(`--rounds ${values.rounds}: expected a whole number from 1`);
  const { quick, json, clock } = values;
  if (!["wall", "cpu"].includes(clock)) throw new Error(`--clock ${clock}: expected wall or cpu`);
  return {
    names,
    held,
    rounds,
    ms: Number(values.ms ?? (quick ? 60 : 350)),
    clock,
    quick,
    json,
    profiling: values.profile !== undefined,
  };
}

async function run({ names: all, held, rounds, ms, clock, quick, json }) {
  for (const name of all.filter((one) => one in ownCases))
    console.log(`${name}: ${await ownCases[name]({ rounds, quick })}\n`);
  const names = all.filter((one) => one in cases);
  if (names.length === 0) return;
  const folder = mkdtempSync(join(tmpdir(), "ebbflow-bench-"));
  const contenders = await startContenders([...held, ...new Set(names.flatMap((kind) => cases[kind].peers))]);
  try {
    for (const { name, version, missing } of contenders)
      console.log(`${name}: ${version ?? `not installed (${missing})`}`);
    const rows = [];
    for (const kind of names)
      for (const size of quick ? cases[kind].sizes.slice(0, 1) : cases[kind].sizes)
        rows.push(await measure(contenders, kind, size, { rounds, ms, clock, folder, say }));
    console.log(`\n${showRows(rows, clock)}`);
    if (json) writeFileSync(json, `${JSON.stringify(rows, null, 2)}\n`);
  } finally {
    stopContenders(contenders);
    rmSync(folder, { recursive: true, force: true });
  }
}

try {
  const options = readOptions();
  if (options.profiling) for (const kind of options.names) console.log(await profile(kind, options));
  else await run(options);
} catch (error) {
  say(`bench: ${error.message}`);
  process.exitCode = 1;
}
