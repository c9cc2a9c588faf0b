import { expect, test } from "vitest";
import { checkNode, matchesLock } from "./setup.mjs";

test("Node before 20.19 is refused by name", () => {
  for (const version of ["20.19.0", "20.20.2", "22.0.0"]) expect(() => checkNode(version)).not.toThrow();
  for (const version of ["18.20.8", "20.18.9"])
    expect(() => checkNode(version)).toThrow(`20.19 or newer, this is ${version}`);
});

test("packages are current only when manifest, lock file and installation agree", () => {
  const manifest = { dependencies: { zod: "4.0.0" } };
  const lock = {
    packages: {
      "": manifest,
      "node_modules/zod": { version: "4.0.0" },
      "node_modules/for-another-platform": { version: "1.0.0", optional: true },
    },
  };
  const installed = (version) => ({ packages: { "node_modules/zod": { version } } });
  expect(matchesLock(manifest, lock, installed("4.0.0"))).toBe(true);
  expect(matchesLock(manifest, lock, installed("3.0.0"))).toBe(false);
  expect(matchesLock(manifest, lock, { packages: {} })).toBe(false);
  expect(matchesLock(manifest, lock, undefined)).toBe(false);
  expect(matchesLock({ dependencies: { zod: "4.0.1" } }, lock, installed("4.0.0"))).toBe(false);
});
