import { describe, expect, it } from "vitest";
import { textTable, textTableWithWords } from "./text-table.js";
import { wrap } from "./wrap.js";

describe("textTable", () => {
  it("keeps columns below each other where the first row ends early", () => {
    expect(textTable([["a"], ["long name", "1.5"], ["b", "10.25"]], "  ")).toBe(
      "  a\n  long name    1.5\n  b          10.25",
    );
  });
});

describe("textTableWithWords", () => {
  const rows = [
    ["a", "1"],
    ["bcd", "12"],
  ];

  it("puts words to the left behind the columns, broken below each other", () => {
    expect(textTableWithWords(rows, ["one two three four", ""], { width: 40 })).toBe(
      "a     1  one two three four\nbcd  12",
    );
    expect(textTableWithWords(rows, ["one two three four five six seven", "six"], { width: 40 })).toBe(
      "a     1  one two three four five six\n         seven\nbcd  12  six",
    );
  });

  it("puts them below where there is no room", () => {
    const wide = [
      ["a".repeat(20), "1"],
      ["b", "2"],
    ];
    expect(textTableWithWords(wide, ["one two", "six"], { width: 30 })).toBe(
      `${"a".repeat(20)}  1\n    one two\nb${" ".repeat(19)}  2  six`,
    );
  });
});

describe("wrap", () => {
  it("breaks at spaces and loses nothing, whatever the width", () => {
    const text = "The model explains held-out rows better than a mixture of 2 Gaussians, by 3.568 nats a row.";
    for (let width = 1; width < 100; width++) {
      const lines = wrap(text, { width });
      expect(lines.join(" ")).toBe(text);
      for (const line of lines) expect(line.length <= width || !line.includes(" ")).toBe(true);
    }
  });

  it("indents what follows as the first", () => {
    expect(wrap("one two three", { width: 9, first: "- " })).toEqual(["- one two", "  three"]);
  });
});
