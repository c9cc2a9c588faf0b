import { existsSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { scratch } from "../../test/support/scratch.js";
import { makeFolders } from "./make-folders.node.js";

it("makes those above as well, and leaves one that is there", () => {
  const path = join(scratch(), "a", "b", "c");
  makeFolders(path, 0o700);
  makeFolders(path, 0o755);
  expect(statSync(path).mode & 0o777).toBe(0o700);
  const file = join(path, "file");
  writeFileSync(file, "");
  expect(() => makeFolders(file)).toThrow(/EEXIST/);
  expect(() => makeFolders(join(file, "d"))).toThrow(/ENOTDIR/);
});

it.skipIf(!existsSync("/proc/self"))("ends where a folder that is there says it is not", () => {
  expect(() => makeFolders("/proc/no-such-folder/in/it")).toThrow(/ENOENT/);
});
