import { describe, expect, it } from "vitest";
import { InputError } from "./errors.js";
import { readYaml } from "./yaml.js";

const value = (text: string): unknown => readYaml(text, { name: "it" }).value;

describe("readYaml", () => {
  it("reads values", () => {
    expect(value("{a: [1, two, .5], b: &x yes, c: *x}")).toEqual({ a: [1, "two", 0.5], b: "yes", c: "yes" });
    expect(value("")).toBe(null);
  });

  it.each([
    ["an alias of nothing", "*a"],
    ["an alias of nothing within", "{b: *a}"],
    ["a merge of nothing", "{<<: *a}"],
    ["a tag that nothing declares", "!mine 1"],
    ["a key twice", "a: 1\na: 2"],
    ["a key twice, within", "a: {b: 1, c: [{d: 1, d: 2}]}"],
    ["no end", '"a'],
    ["levels without end", "[".repeat(20_000)],
    [
      "aliases of aliases",
      `a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1]\n${[..."bcdefgh"].map((name, i) => `${name}: &${name} [${Array(9).fill(`*${"abcdefg"[i]}`).join(", ")}]`).join("\n")}`,
    ],
  ])("says of %s what is wrong, in one line", (_, text) => {
    expect(() => value(text)).toThrow(InputError);
    expect(() => value(text)).toThrow(/^it: [^\n]{5,400}$/);
  });

  it("takes a hundred thousand keys", () => {
    const text = Array.from({ length: 100_000 }, (_, i) => `k${i}: 1\n`).join("");
    expect(Object.keys(value(text) as object)).toHaveLength(100_000);
    expect(() => value(`${text}k7: 2`)).toThrow("it: the key k7 is there twice");
  });

  it("says where", () => {
    expect(() => readYaml("a: 1\nb: [", { name: "it", where: (at) => `at ${at}` })).toThrow(/^at \d+: /);
  });

  it("makes a key of a prototype a key like any", () => {
    expect(Object.getPrototypeOf(value("__proto__: {a: 1}"))).toBe(Object.prototype);
  });
});
