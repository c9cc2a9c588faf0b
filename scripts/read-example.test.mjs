import { expect, test } from "vitest";
import { firstExample } from "./read-example.mjs";

test("the first block that is tagged, and no other", () => {
  const page = "```ts\nno\n```\n\n```ts example\nconst a = 1;\n```\n\n```ts example\nlater\n```\n";
  expect(firstExample(page)).toBe("const a = 1;\n");
  expect(firstExample("```ts\nno\n```\n```sh example\nno\n```\n")).toBeUndefined();
  expect(firstExample("```ts example\nnever closed")).toBeUndefined();
});
