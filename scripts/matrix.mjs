/**
 * `npm run matrix`: conformance tests on the engines of the compiler, which `npm test` runs on ONNX Runtime. An engine's
 * name runs those of that engine alone; other arguments go to vitest. Ends with `N passed, N failed` (numbers of engines).
 */

import { packageBin, runCommand } from "./run-command.mjs";
import { main } from "./setup.mjs";

const suites = [
  "energies",
  "flows",
  "flow-densities",
  "steady-rows",
  "samplers",
  "discrete-samplers",
  "objectives",
  "estimators",
  "optim",
];
/** C is compiled for every program: what has hundreds of them is left to the other engine. */
const filesOf = { wasm: suites, c: ["energies", "steady-rows", "optim"] };

await main(async () => {
  const args = process.argv.slice(2);
  const named = Object.keys(filesOf).filter((engine) => args.includes(engine));
  const engines = named.length > 0 ? named : Object.keys(filesOf);
  let failed = 0;
  for (const engine of engines) {
    const files = filesOf[engine].map((name) => `test/conformance/${name}.test.ts`);
    const others = args.filter((arg) => !(arg in filesOf));
    const command = packageBin("vitest", ["run", "--project=tests", ...others, ...files]);
    const { code, seconds } = await runCommand(command, {
      inherit: true,
      env: { ...process.env, EBBFLOW_ENGINE: engine },
    });
    if (code !== 0) failed++;
    console.log(`${engine.padEnd(6)} ${code === 0 ? "ok" : "failed"} ${seconds.toFixed(0)} s`);
  }
  console.log(`${engines.length - failed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
});
