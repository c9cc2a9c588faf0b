import { describe, expect, it } from "vitest";
import { InputError } from "../util/errors.js";
import { duplicateKey, jsonText, parseJsonObject } from "./json.js";

describe("jsonText", () => {
  it("writes what comes back equal", () => {
    const value = { a: [1, null, true, "x"], b: { c: -1.5e300 }, d: Object.create(null) as object };
    expect(JSON.parse(jsonText(value, "meta"))).toEqual(value);
  });

  it.each([
    ["NaN", { best: { loss: Number.NaN } }, /meta\.best\.loss: JSON cannot hold NaN/],
    ["an infinity", [1, -Infinity], /meta\[1\]: JSON cannot hold -Infinity/],
    ["undefined", { a: undefined }, /meta\.a: JSON cannot hold undefined/],
    ["a hole", { a: new Array(1) }, /meta\.a\[0\]: JSON cannot hold undefined/],
    ["a bigint", { a: 1n }, /meta\.a: JSON cannot hold 1/],
    ["an array of numbers", { a: new Float32Array(1) }, /meta\.a: JSON cannot hold a Float32Array/],
    ["a map", new Map(), /meta: JSON cannot hold a Map/],
  ])("refuses %s, naming where", (_, value, message) => {
    expect(() => jsonText(value, "meta")).toThrow(InputError);
    expect(() => jsonText(value, "meta")).toThrow(message);
  });
});

describe("parseJsonObject", () => {
  it.each([
    ["", /run\.json: it is empty/],
    ["{", /run\.json: it is not JSON/],
    ["[1]", /expected a JSON object, got a list/],
    ["null", /expected a JSON object, got null/],
    ["3", /expected a JSON object, got 3/],
    ['{"a":[{"__proto__":{"x":1}}]}', /the key __proto__ is not allowed/],
    [`{"a":${"[".repeat(500_000)}`, /it is not JSON/],
    [`{"a":${"[".repeat(500_000)}${"]".repeat(500_000)}}`, /it is not JSON/],
  ])("refuses %.20s", (text, message) => {
    expect(() => parseJsonObject(text, "run.json")).toThrow(InputError);
    expect(() => parseJsonObject(text, "run.json")).toThrow(message);
  });
});

describe("duplicateKey", () => {
  it.each([
    ["{}", undefined],
    ['{"a":"a","b":["a","a",{"a":1}]}', undefined],
    ['{"a":{"x":1},"b":{"x":1}}', undefined],
    ['{"a":"\\"a\\":","b":"}{"}', undefined],
    ['{"a":"\\",\\"a\\":1"}', undefined],
    ['{"a":1,"b":2,"a":3}', "a"],
    ['{"a" \n:1,"\\u0061"\t: 3}', "a"],
    ['{"b":[{"a":{"c":1},"a":2}]}', "a"],
    ['{"\\\\":1,"\\\\":2}', "\\"],
  ])("of %s is %s", (text, expected) => {
    expect(duplicateKey(text)).toBe(expected);
  });
});
