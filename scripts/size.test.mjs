import { expect, test } from "vitest";
import { longestFile, longestFunction, measure, tooLong } from "./size.mjs";

const lines = (n) => "  x;\n".repeat(n);

test("a file and a function at their limits pass, one line more is named", () => {
  const longest = `export const f = () => {\n${lines(longestFunction - 2)}};\n`;
  expect(tooLong(measure("src/util/a.ts", longest))).toEqual([]);
  const longer = `\nexport function g() {\n${lines(longestFunction - 1)}}\n`;
  expect(tooLong(measure("src/util/a.ts", longer))).toEqual(["src/util/a.ts:2: g has 81 lines, at most 80: split it"]);
  expect(tooLong(measure("src/util/a.ts", lines(longestFile)))).toEqual([]);
  expect(tooLong(measure("src/util/a.ts", lines(longestFile + 1)))[0]).toMatch(/^src\/util\/a\.ts: 301 lines/);
});
