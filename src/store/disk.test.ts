import { existsSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { scratch } from "../../test/support/scratch.js";
import { InputError } from "../util/errors.js";
import { makeFolder } from "./disk.js";

it("makes a folder with its parents, and leaves one that is there alone", () => {
  const deep = join(scratch(), "a", "b", "c");
  makeFolder(deep);
  makeFolder(deep);
  expect(existsSync(deep)).toBe(true);
});

it.each([
  ["a file", "file", /something with that name is there already/],
  ["a folder in a file", "file/x", /a part of the path is a file/],
  ["a folder deep in a file", "file/x/y", /a part of the path is a file/],
  ["a folder behind a link to nothing", "dangling/x", /there is no such file or folder/],
])("refuses %s", (_, path, message) => {
  const dir = scratch();
  writeFileSync(join(dir, "file"), "");
  symlinkSync(join(dir, "nothing"), join(dir, "dangling"));
  expect(() => makeFolder(join(dir, path))).toThrow(InputError);
  expect(() => makeFolder(join(dir, path))).toThrow(message);
});

it.runIf(process.platform === "linux")("ends where the system makes no folders", () => {
  for (const path of ["/proc/ebbflow", "/proc/ebbflow/runs/one"])
    expect(() => makeFolder(path)).toThrow(
      `cannot create the folder ${path}: the system keeps no files in /proc; choose another folder (ENOENT)`,
    );
});
