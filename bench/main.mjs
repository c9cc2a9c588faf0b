/**
 * ebbflow against PyTorch, JAX and scikit-learn, in turn, on one processor.
 * `--cases langevin,pcd,balanced,rbm,conv,leapfrog,ess,posteriors,score`, `--rounds N`, `--clock wall|cpu`, `--quick`, `--json FILE`, `--profile CASE`.
 */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { expectAgreement } from "./agree.mjs";
import { cases, showSize } from "./cases.mjs";
import { startContenders, stopContenders } from "./contender.mjs";
import { profile } from "./profile.mjs";
import { alone, compare, timeInTurn } from "./rounds.mjs";
import { samplerCases } from "./samplers.mjs";
import { scoring } from "./score.mjs";
import { showRows } from "./table.mjs";

/** What is measured without peers. */
const ownCases = { ...samplerCases, score: scoring };

const say = (text) => process.stderr.write(`${text}\n`);

function readOptions() {
  const { values } = parseArgs({
    options: {
      cases: { type: "string", default: [...Object.keys(cases), ...Object.keys(ownCases)].join() },
      rounds: { type: "string" },
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
  const rounds = Number(values.rounds ?? (values.quick ? 3 : 7));
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new Error(`--rounds ${values.rounds}: expected a whole number from 1`);
  const { quick, json, clock } = values;
  if (!["wall", "cpu"].includes(clock)) throw new Error(`--clock ${clock}: expected wall or cpu`);
  return { names, rounds, ms: quick ? 60 : 350, clock, quick, json, profiling: values.profile !== undefined };
}

/** Rows of one case at one size: agreement first, then time. */
async function measure([ours, ...others], kind, size, { rounds, ms, clock, folder }) {
  const { peers, unitsPerCall } = cases[kind];
  const what = `${kind} ${showSize(size)}`;
  const file = join(folder, `${kind}-${showSize(size)}.json`);
  const { results } = await ours.ask({ prepare: { kind, size, file } });
  const present = others.filter(({ name, missing }) => peers.includes(name) && !missing);
  for (const peer of present) {
    const apart = expectAgreement(`${what}: ${peer.name}`, results, (await peer.ask({ prepare: file })).results);
    say(`${what}: ${peer.name} agrees to ${apart.toExponential(1)}`);
  }
  const times = await timeInTurn([ours, ...present], { rounds, ms, clock });
  const [mine, ...theirs] = times.map((calls) => calls.map((time) => time / unitsPerCall));
  return peers.map((name) => {
    const at = present.findIndex((peer) => peer.name === name);
    return { case: kind, size: showSize(size), peer: name, ...(at < 0 ? alone(mine) : compare(mine, theirs[at])) };
  });
}

async function run({ names: all, rounds, ms, clock, quick, json }) {
  for (const name of all.filter((one) => one in ownCases))
    console.log(`${name}: ${await ownCases[name]({ rounds, quick })}\n`);
  const names = all.filter((one) => one in cases);
  if (names.length === 0) return;
  const folder = mkdtempSync(join(tmpdir(), "ebbflow-bench-"));
  const contenders = await startContenders([...new Set(names.flatMap((kind) => cases[kind].peers))]);
  try {
    for (const { name, version, missing } of contenders)
      console.log(`${name}: ${version ?? `not installed (${missing})`}`);
    const rows = [];
    for (const kind of names)
      for (const size of quick ? cases[kind].sizes.slice(0, 1) : cases[kind].sizes)
        rows.push(...(await measure(contenders, kind, size, { rounds, ms, clock, folder })));
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
