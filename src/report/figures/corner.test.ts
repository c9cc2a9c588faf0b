import { describe, expect, it } from "vitest";
import { marksOf, parseSvg, wordsOf } from "../../../test/support/drawing.js";
import { cornerFigure as corner, coverageFigure, marginalsFigure } from "../../../test/support/drawn-figures.js";
import { InputError, ShapeError } from "../../util/errors.js";
import type { CornerColumn, CornerFigure } from "./corner.js";

const side = 20;
const shape = {
  bins: Float64Array.of(1, 2, 1),
  curve: Float64Array.from({ length: 30 }, (_, i) => Math.sin(i / 10) ** 2),
};
const column = (name: string, rows: ArrayLike<number>, range: [number, number] = [0, 10]): CornerColumn => ({
  ...{ name, rows, range, shape },
});
/** One cell holds all that is dense: to the right and low. */
const field = () => ({
  side,
  below: Float64Array.from({ length: side * side }, (_, k) => (k % side > 14 && k / side < 4 ? 1 : 0)),
});
const figure = (columns: CornerColumn[]): CornerFigure => ({ title: "Pairs", rowsName: "rows", columns, field });
const numbersOf = (path: Element): number[] => (path.getAttribute("d") ?? "").match(/-?\d+(\.\d+)?/g)!.map(Number);

describe("cornerFigure", () => {
  const columns = [column("a", [1, 2, 3]), column("b", [9, 9, 12]), column("c", [4, 5, 6])];
  const svg = parseSvg(corner(figure(columns)));

  it("has a panel for every pair, with the rows inside it, and one for every column", () => {
    const dots = marksOf(svg, "dot", "circle");
    // a with b and b with c: one row lies beyond the end; a with c: all three.
    expect(dots).toHaveLength(2 + 3 + 2);
    expect(marksOf(svg, "rect", "rect").length).toBeGreaterThan(3 + 3 * shape.bins.length);
    expect(wordsOf(svg).filter((word) => word === "a")).toHaveLength(2);
    expect(wordsOf(svg)).toEqual(expect.arrayContaining(["95 %", "75 %", "50 %", "25 %", "rows (3)", "model"]));
    expect(svg.querySelector("desc")!.textContent).toContain("a, b, c");
  });

  it("draws the contours in their panel: dense to the right and low", () => {
    const frames = marksOf(svg, "rect", "rect").filter((rect) => Number(rect.getAttribute("width")) > 80);
    const [left, top, width] = ["x", "y", "width"].map((name) => Number(frames[0]!.getAttribute(name)));
    expect(Number.isFinite(left! + top! + width!)).toBe(true);
    const contours = marksOf(svg, "contour", "path").filter((path) => path.getAttribute("d"));
    const dense = contours.at(-1)!;
    const numbers = numbersOf(dense);
    const xs = numbers.filter((_, i) => i % 2 === 0);
    expect(Math.max(...xs) - Math.min(...xs)).toBeLessThan(0.4 * width!);
  });

  it("keeps few columns as wide as other figures and gives more of them room", () => {
    const wide = (d: number) =>
      Number(parseSvg(corner(figure(Array.from({ length: d }, (_, i) => column(`x${i}`, [1]))))).getAttribute("width"));
    expect([2, 4].map(wide)).toEqual([440, 440]);
    expect(wide(8)).toBeGreaterThan(700);
  });

  it("shows names that are markup as words, and the power of ten of a name that is cut", () => {
    const odd = [column("<b>&", [1]), column("a very long name of a column", [2e6], [0, 3e6])];
    const words = wordsOf(parseSvg(corner(figure(odd))));
    expect(words).toContain("<b>&");
    expect(words.some((word) => /….*\(×10⁶\)$/.test(word))).toBe(true);
  });

  it("refuses what is no matrix", () => {
    expect(() => corner(figure([column("a", [1])]))).toThrow(InputError);
    expect(() => corner(figure([column("a", [1]), column("b", [1, 2])]))).toThrow(ShapeError);
  });
});

describe("marginalsFigure", () => {
  it("has a panel with its name for each column", () => {
    const names = ["a", "b", "c"];
    const columns = names.map((name) => ({ name, range: [0, 1] as const, shape }));
    const svg = parseSvg(marginalsFigure({ title: "Columns", rowsName: "rows", columns }));
    expect(wordsOf(svg)).toEqual(expect.arrayContaining(names));
    expect(marksOf(svg, "line", "path")).toHaveLength(3);
    expect(() => marginalsFigure({ title: "None", rowsName: "rows", columns: [] })).toThrow(InputError);
  });
});

describe("coverageFigure", () => {
  it("draws one step up a row, and says how far they are from the diagonal", () => {
    const svg = parseSvg(coverageFigure({ title: "Coverage", masses: [0.5, 0.25], band: 0.3, bandName: "band" }));
    expect(svg.querySelector("desc")!.textContent).toContain("at most 0.500 from the diagonal");
    expect(wordsOf(svg)).toEqual(expect.arrayContaining(["2 rows", "band"]));
    expect(() => coverageFigure({ title: "None", masses: [], band: 0.3, bandName: "band" })).toThrow(InputError);
  });
});
