/**
 * `npm test` and, with `--claims`, `npm run claims`, with `--studio`, `npm run studio:test`: sets the clone up, runs the
 * tests, the long statistical claims or those of the studio in a browser, and ends with the line `N passed, N failed`.
 * Other arguments go to vitest. Chromium is installed for the studio's where it is missing and can be, and on a build
 * server for all; what is not tried without it is told.
 */

import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildStudio } from "./build-studio.mjs";
import { needChromium } from "./chromium.mjs";
import { isMain, packageBin, root, runCommand } from "./run-command.mjs";
import { buildPackage, SetupError, setup } from "./setup.mjs";

/**
 * Tests counted from vitest's JSON report.
 * A file that failed without a failed test (it did not load, a hook threw) is one failure; so is an exit code
 * that no counted failure explains. No report at all is a failure.
 */
export function countTests(report, code) {
  if (!report) return { passed: 0, failed: 1, skipped: 0, broken: ["vitest wrote no report"] };
  const broken = report.testResults
    .filter((file) => file.status === "failed" && !file.assertionResults.some((test) => test.status === "failed"))
    .map((file) => `${file.name} did not run to its end`);
  if (code !== 0 && report.numFailedTests + broken.length === 0)
    broken.push(`vitest ended with code ${code} though no test failed: its error is above`);
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length,
    skipped: report.numPendingTests + report.numTodoTests,
    broken,
  };
}

/** `N passed, N failed`, with `, N skipped` only when there are any. */
export const showCounts = ({ passed, failed, skipped }) =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;

/** What vitest is asked to run. */
export const selection = ([first, ...rest]) =>
  first === "--claims" || first === "--studio"
    ? [`--project=${first.slice(2)}`, ...rest]
    : ["--project=tests", "--project=isolated", ...(first === undefined ? [] : [first, ...rest])];

/** @param args what vitest is asked to run. Its tests, counted, with what it printed where `options.show` has it read. */
export async function runVitest(args, options = { inherit: true }) {
  const folder = mkdtempSync(join(tmpdir(), "ebbflow-test-"));
  const file = join(folder, "report.json");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  const { code, output } = await runCommand(packageBin("vitest", ["run", ...reporters, ...args]), options);
  const report = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
  rmSync(folder, { recursive: true, force: true });
  return { ...countTests(report, code), output };
}

async function test(args) {
  const problems = [];
  const step = async (work) => {
    try {
      return await work();
    } catch (error) {
      problems.push(error instanceof SetupError ? error.message : String(error?.stack ?? error));
      return undefined;
    }
  };
  // Meanwhile: it waits for a network, and a build for a processor.
  const browser = args[0] === "--studio" || process.env.CI ? needChromium() : null;
  await step(() => setup({ build: false }));
  if (problems.length === 0) await step(buildPackage);
  if (problems.length === 0) await step(buildStudio);
  const lack = await step(() => browser);
  // Tests do not need dist to compile in full: a broken build is one failure, and the others still say what they find.
  const counts = existsSync(join(root, "node_modules/vitest"))
    ? await step(() => runVitest(selection(args)))
    : undefined;
  const total = counts ?? { passed: 0, failed: 0, skipped: 0, broken: [] };
  for (const line of [...problems, ...total.broken]) console.log(line.replaceAll(root, ""));
  const failed = total.failed + problems.length;
  if (total.passed + failed === 0) console.log("no test ran");
  if (lack) console.log(`nothing was tried in a browser: ${lack}`);
  console.log(showCounts({ ...total, failed }));
  return failed === 0 && total.passed > 0 ? 0 : 1;
}

if (isMain(import.meta.url)) process.exitCode = await test(process.argv.slice(2));
