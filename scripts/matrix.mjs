/**
 * `npm run matrix`: tests on the engines of the compiler, which `npm test` runs on ONNX Runtime. An engine's name runs those
 * of that engine alone, `--all` all that there are, which takes long in C; names of files replace the usual ones, and
 * options go to vitest. A program that falls back fails; one whose operations have no rule is counted. Ends with
 * `N passed, N failed`.
 */

import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { main, setup } from "./setup.mjs";
import { runVitest, showCounts } from "./test.mjs";

const conformance = (...names) => names.map((name) => `test/conformance/${name}.test.ts`);

/** What is computed by an engine that is not named. */
const usual = [
  ...conformance("energies", "energy-blocks", "families", "rows", "steady-rows", "image-networks", "optim"),
  ...conformance("flows", "conditional-flows", "samplers", "discrete-samplers", "sampler-roles"),
  ...conformance("objectives", "estimators"),
  ...["samplers", "objectives", "estimators", "flows", "inference", "train"].map((folder) => `src/${folder}/`),
  ...["belief", "conditional", "model"].map((folder) => `src/${folder}/`),
];
/** C is compiled for every program, a tenth of a second or more: as many as there is time for. */
const quick = [...conformance("energies", "rows", "discrete-samplers", "optim"), "src/train/trainer.test.ts"];
const filesOf = { wasm: usual, c: quick };
const all = [...usual, ...conformance("flow-densities")];

/** A line of what falls back, in this thread or another. */
const fallsBack = /^.*ebbflow: engine (?:c|wasm): .* computes .*instead$/gm;

/** How many programs an engine computed, and how many it left for want of which rules. */
function readCounts(file) {
  const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n").slice(0, -1) : [];
  const left = lines.filter((line) => line !== "");
  const reasons = [...new Set(left)].sort().join(", ");
  const rest = left.length > 0 ? `; ${left.length} left to ONNX Runtime: ${reasons}` : "";
  return `${lines.length - left.length} programs${rest}`;
}

async function run(engine, args) {
  const start = performance.now();
  const folder = mkdtempSync(join(tmpdir(), "ebbflow-matrix-"));
  const counts = join(folder, "counts");
  const env = { ...process.env, EBBFLOW_ENGINE: engine, EBBFLOW_COUNTS: counts };
  const { output, ...found } = await runVitest(["--project=tests", ...args], { env, show: true });
  const fallen = [...new Set(output.match(fallsBack) ?? [])];
  for (const line of [...found.broken, ...fallen]) console.log(line);
  const total = { ...found, failed: found.failed + fallen.length };
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  console.log(`${engine.padEnd(6)} ${showCounts(total)}, ${seconds} s, ${readCounts(counts)}\n`);
  rmSync(folder, { recursive: true, force: true });
  return total;
}

await main(async () => {
  await setup({ build: true });
  const { findWriters } = await import("../dist/runtime/writers.js");
  const { refused } = await findWriters("auto");
  const args = process.argv.slice(2);
  const named = Object.keys(filesOf).filter((engine) => args.includes(engine));
  const others = args.filter((arg) => arg !== "--all" && !(arg in filesOf));
  const files = (engine) => {
    if (others.some((arg) => !arg.startsWith("-"))) return [];
    return args.includes("--all") ? all : filesOf[engine];
  };
  let [passed, failed] = [0, 0];
  for (const engine of named.length > 0 ? named : Object.keys(filesOf)) {
    if (refused[engine]) {
      console.log(`${engine.padEnd(6)} was not tried: ${refused[engine]}`);
      failed += named.length > 0 ? 1 : 0;
      continue;
    }
    const total = await run(engine, [...others, ...files(engine)]);
    passed += total.passed;
    failed += total.failed;
  }
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
});
