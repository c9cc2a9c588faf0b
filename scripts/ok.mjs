/**
 * Everything that must hold before a commit: one line each, and the output of what failed.
 * `--no-tests` leaves the tests out. Ends with `N passed, N failed` (numbers of checks).
 */

import { packageBin, runCommand, script, tail } from "./run-command.mjs";
import { main, setup } from "./setup.mjs";

const checks = [
  ["types", () => packageBin("typescript", ["-p", "tsconfig.json", "--noEmit"], "tsc")],
  [
    "types, studio",
    () => packageBin("svelte-check", ["--workspace", "studio", "--tsconfig", "tsconfig.json", "--fail-on-warnings"]),
  ],
  ["lint", () => packageBin("@biomejs/biome", ["check", "--error-on-warnings", "--max-diagnostics=8", "."])],
  ["layers", () => script("check-layers.mjs")],
  ["layers, self-test", () => script("check-layers.mjs", "--self-test")],
  ["exports", () => script("check-exports.mjs")],
  ["size", () => script("size.mjs")],
  ["tests", () => script("test.mjs")],
];

await main(async () => {
  await setup({ build: true });
  const wanted = process.argv.includes("--no-tests") ? checks.filter(([name]) => name !== "tests") : checks;
  let failed = 0;
  for (const [name, command] of wanted) {
    const { code, output, seconds } = await runCommand(command());
    if (code !== 0) failed++;
    console.log(`${name.padEnd(18)} ${code === 0 ? "ok    " : "failed"} ${seconds.toFixed(1).padStart(6)} s`);
    if (code !== 0) console.log(`${tail(output, 60).replaceAll(/^/gm, "    ")}\n`);
  }
  console.log(`${wanted.length - failed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
});
