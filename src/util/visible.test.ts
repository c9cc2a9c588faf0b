import { describe, expect, it } from "vitest";
import { shortened, visible, visibleJson, visibleLines } from "./visible.js";

const obeyed = [
  ...Array.from({ length: 32 }, (_, i) => i),
  ...Array.from({ length: 33 }, (_, i) => 127 + i),
  ...[0x061c, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069],
].map((code) => String.fromCharCode(code));

describe("visible", () => {
  it("writes out every character that a terminal obeys", () => {
    for (const character of obeyed) {
      expect(visible(`a${character}b`)).toMatch(/^a\\(x[0-9a-f]{2}|u[0-9a-f]{4}|[nrt])b$/);
      expect(visibleLines(`a${character}b`)).not.toBe(character === "\n" ? "" : `a${character}b`);
    }
    expect(visible("\u001b[31m\u009b\n\u202e")).toBe("\\x1b[31m\\x9b\\n\\u202e");
  });

  it("leaves every other text as it is", () => {
    for (const text of ["café 数据 👩‍👩‍👧 a\\b", "ÅΩ−∞", " a  b "]) expect(visible(text)).toBe(text);
    expect(visibleLines("a\nb")).toBe("a\nb");
  });

  it("keeps what JSON says", () => {
    const value = { [obeyed.join("")]: [obeyed.join("x"), "café", 1] };
    const json = visibleJson(JSON.stringify(value, null, 2));
    expect(JSON.parse(json)).toEqual(value);
    for (const character of obeyed) if (character !== "\n") expect(json.includes(character)).toBe(false);
  });
});

describe("shortened", () => {
  it("keeps the beginning and the end, and says how much is left out", () => {
    const text = `wrong: ${"x".repeat(10_000)}; do this`;
    const short = shortened(text, 200);
    expect(short.length).toBeLessThanOrEqual(200);
    const [, before = "", left, after = ""] =
      /^(wrong: x+) … \((\d+) more characters\) … (x+; do this)$/.exec(short) ?? [];
    expect(before.length + Number(left) + after.length).toBe(text.length);
    expect(shortened("as it is", 8)).toBe("as it is");
  });

  it("leaves no half of a pair", () => {
    for (const most of [100, 101, 102, 103])
      expect(shortened("😀".repeat(200), most)).toMatch(/^[\u{1f600}]+ … .* … [\u{1f600}]+$/u);
  });
});
