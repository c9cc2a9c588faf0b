import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import { type Cell, renderTable } from "./table.js";

const cells = (columns: readonly string[], rows: readonly (readonly Cell[])[]): (string | null)[][] => {
  const { document } = parseHTML(`<html><body>${renderTable({ columns, rows })}</body></html>`);
  return [...document.querySelectorAll("tbody tr")].map((tr) => [...tr.children].map((td) => td.textContent));
};

describe("renderTable", () => {
  it("puts numbers to the right, with their points below each other, and words to the left", () => {
    const html = renderTable({
      columns: ["name", "ESS"],
      rows: [
        ["a", 3120.5],
        ["b", 64],
        ["c", Number.NaN],
      ],
    });
    const { document } = parseHTML(`<html><body>${html}</body></html>`);
    expect([...document.querySelectorAll("td.n")].map((td) => td.textContent)).toEqual(["3120.5", "64.0", "NaN"]);
    expect([...document.querySelectorAll("th")].map((th) => th.classList.contains("n"))).toEqual([false, true]);
    expect([...document.querySelectorAll("td:not(.n)")].map((td) => td.textContent)).toEqual(["a", "b", "c"]);
  });

  it("shows estimates with their error, a minus as a minus, and what nobody knows as a dash", () => {
    const est = { value: -1.2345, standardError: 0.021, interval: null };
    expect(
      cells(
        ["x", "y"],
        [
          [est, -2.5e-9],
          [null, -0.25],
        ],
      ),
    ).toEqual([
      ["−1.234 ± 0.021", "−2.500e−9"],
      ["–", "−0.2500"],
    ]);
  });

  it("treats a column with a word in it as words, and fills short rows", () => {
    const html = renderTable({ columns: ["a", "b"], rows: [["-1", 2], ["x"]] });
    expect(html).toContain("<td>-1</td>");
    expect(html.match(/<td/g)).toHaveLength(4);
  });

  it("scrolls by itself, also by keyboard, under a name", () => {
    const html = renderTable({ caption: 'A "b" <c>', columns: [], rows: [] });
    expect(html).toMatch(/^<div class="scroll" role="region" tabindex="0" aria-label="A &quot;b&quot; &lt;c&gt;">/);
    expect(html).toContain("<caption>A &quot;b&quot; &lt;c&gt;</caption>");
  });
});
