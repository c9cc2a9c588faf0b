import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { InputError } from "../util/errors.js";
import { normal, uniform } from "./draw.js";
import { fold, type Key, keyFromText, keyToText, makeKey, split } from "./key.js";
import { threefry } from "./threefry.js";

const golden = JSON.parse(readFileSync(new URL("../../test/golden/draws.json", import.meta.url), "utf8"));
const key = makeKey(12345);
const words = ({ a, b }: Key): number[] => [a, b];

describe("makeKey", () => {
  it("holds the 64 bits of the seed", () => {
    expect(makeKey(12345)).toEqual({ a: 0, b: 12345 });
    expect(makeKey(2 ** 53 - 1)).toEqual({ a: 2 ** 21 - 1, b: 2 ** 32 - 1 });
    expect(makeKey((1n << 64n) - 1n)).toEqual({ a: 2 ** 32 - 1, b: 2 ** 32 - 1 });
    expect(makeKey(7n)).toEqual(makeKey(7));
  });

  it.each([-1, 1.5, Number.NaN, 2 ** 53, -1n, 1n << 64n])("refuses seed %s", (seed) => {
    expect(() => makeKey(seed)).toThrow(InputError);
    expect(() => makeKey(seed)).toThrow(/seed .*expected a whole number/);
  });
});

describe("split and fold", () => {
  it("give the golden keys", () => {
    expect(split(key, 3).map(words)).toEqual(golden.split);
    for (const [data, expected] of golden.fold) expect(words(fold(key, data))).toEqual(expected);
  });

  it("never give a key twice, nor a block that the parent draws", () => {
    const drawn = new Uint32Array(20_000);
    threefry(drawn, key.a, key.b);
    const seen = new Set(Array.from({ length: 10_000 }, (_, i) => `${drawn[2 * i]} ${drawn[2 * i + 1]}`));
    const texts = ["", "\0", "\0\0", "a", "ab", "abc", "abcd", "abcde", "abcd\0", "0", "1", "normal"];
    const keys = [...split(key, 10_000), ...Array.from({ length: 10_000 }, (_, i) => fold(key, i))];
    for (const k of [...keys, ...texts.map((text) => fold(key, text))]) seen.add(words(k).join(" "));
    expect(seen.size).toBe(30_000 + texts.length);
  });

  it("split more keys without changing the first ones", () => {
    expect(split(key, 8).slice(0, 3)).toEqual(split(key, 3));
  });

  it.each([-1, 0.5, 2 ** 53, Number.POSITIVE_INFINITY])("refuses to fold %s", (data) => {
    expect(() => fold(key, data)).toThrow(InputError);
  });
});

describe("keyToText", () => {
  it("comes back through keyFromText", () => {
    expect(keyToText(key)).toBe("0000000000003039");
    for (const k of split(key, 50)) expect(keyFromText(keyToText(k))).toEqual(k);
    expect(() => keyFromText("3039")).toThrow(/16 hexadecimal digits/);
  });
});

it("is asked for in words: a number in its place would always be the same one", () => {
  const wrong = [3, "abc", undefined, null, {}] as unknown as readonly Key[];
  for (const key of wrong)
    for (const use of [() => fold(key, 1), () => split(key, 2), () => normal(key, [2]), () => uniform(key, [2])])
      expect(use).toThrow(/^expected a key, such as makeKey\(3\)/);
});
