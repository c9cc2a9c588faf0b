import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { compareExports, expectedExports } from "./check-exports.mjs";
import { root } from "./run-command.mjs";

const entry = (path) => ({ types: `./dist/${path}.d.ts`, default: `./dist/${path}.js` });
const expected = { ".": entry("index"), "./ops": entry("ops/index") };

test("package.json exports every barrel and nothing else", () => {
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  expect(compareExports(manifest.exports, expectedExports(root))).toEqual([]);
});

test("a missing, an extra and a wrong subpath are each named", () => {
  expect(compareExports(expected, expected)).toEqual([]);
  expect(compareExports({ ".": entry("index") }, expected)).toEqual(["exports lacks ./ops, which has a barrel"]);
  expect(compareExports({ ...expected, "./old": entry("old/index") }, expected)).toEqual([
    "exports has ./old, which has no barrel",
  ]);
  const { types, default: code } = entry("ops/index");
  expect(compareExports({ ...expected, "./ops": { default: code, types } }, expected)[0]).toMatch(
    /^exports \.\/ops is/,
  );
});
