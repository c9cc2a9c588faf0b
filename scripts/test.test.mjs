import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { listFiles } from "./list-files.mjs";
import { root } from "./run-command.mjs";
import { countTests, selection, showCounts } from "./test.mjs";

const report = (passed, failed, testResults = [], pending = 0) => ({
  numPassedTests: passed,
  numFailedTests: failed,
  numPendingTests: pending,
  numTodoTests: 0,
  testResults,
});
const file = (status, ...tests) => ({
  name: "a.test.ts",
  status,
  assertionResults: tests.map((of) => ({ status: of })),
});

test("every kind of failure counts", () => {
  expect(countTests(report(3, 0), 0)).toMatchObject({ passed: 3, failed: 0 });
  expect(countTests(report(3, 1, [file("failed", "failed")]), 1)).toMatchObject({ passed: 3, failed: 1 });
  // A file that does not load has no tests; an error outside the tests fails none.
  expect(countTests(report(3, 0, [file("failed")]), 1)).toMatchObject({ passed: 3, failed: 1 });
  expect(countTests(report(3, 0), 1)).toMatchObject({ passed: 3, failed: 1 });
  expect(countTests(undefined, 0)).toMatchObject({ passed: 0, failed: 1 });
});

test("the last line", () => {
  expect(showCounts(countTests(report(3, 0), 0))).toBe("3 passed, 0 failed");
  expect(showCounts(countTests(report(3, 1, [], 2), 1))).toBe("3 passed, 1 failed, 2 skipped");
});

test("claims are asked for by name", () => {
  expect(selection(["--claims", "test/claims/coverage.test.ts"])).toEqual([
    "--project=claims",
    "test/claims/coverage.test.ts",
  ]);
  expect(selection(["--studio"])).toEqual(["--project=studio"]);
  expect(selection(["src/ops"])).toEqual(["--project=tests", "--project=isolated", "src/ops"]);
});

test("what changes what other files of its process see has a process of its own", () => {
  const files = ["src", "test"].flatMap((folder) => listFiles(root, folder, (name) => name.endsWith(".test.ts")));
  const changes = /vi\.(mock|doMock|stubGlobal)\(|^vi\.stubEnv\(/m;
  const found = files.filter((file) => changes.test(readFileSync(join(root, file), "utf8")));
  expect(found.length).toBeGreaterThan(0);
  expect(found.filter((file) => !file.endsWith(".isolated.test.ts"))).toEqual([]);
});
