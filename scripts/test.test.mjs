import { expect, test } from "vitest";
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
  expect(selection(["src/ops"])).toEqual(["--project=tests", "--project=isolated", "src/ops"]);
});
