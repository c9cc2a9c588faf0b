import { describe, expect, it } from "vitest";
import { marksOf, parseSvg, wordsOf } from "../../../test/support/drawing.js";
import { imageTiles } from "../../../test/support/drawn-figures.js";
import { InputError } from "../../util/errors.js";
import { roles } from "../roles.js";
import { ink } from "../theme.js";

const at = (element: Element, name: string): number => Number(element.getAttribute(name));
const left = (e: Element): number => at(e, "x");
const top = (e: Element): number => at(e, "y");

describe("imageTiles", () => {
  // Two images of 2×2 in one column: the first has ink at its top right, the second at its bottom left.
  const root = parseSvg(
    imageTiles({
      title: "Two",
      columns: 1,
      images: [
        [0, 1, 0, 0],
        [0, 0, 0.5, 0],
      ],
    }),
  );
  const rects = marksOf(root, "rect", "rect");
  const pixels = rects.filter((r) => r.getAttribute("fill") === ink || r.parentElement?.getAttribute("fill") === ink);

  it("draws each pixel at its place, rows from the top, as dark as its number", () => {
    expect(pixels).toHaveLength(2);
    const [first, second] = pixels as [Element, Element];
    expect(left(first)).toBeGreaterThan(left(second));
    expect(top(first)).toBeLessThan(top(second));
    // The second image begins below the first, which is two pixels high.
    expect(top(second)).toBeGreaterThan(top(first) + 2 * at(first, "height"));
    expect(at(first, "width")).toBeCloseTo(at(first, "height"), 1);
    expect([first, second].map((p) => at(p, "fill-opacity"))).toEqual([1, 0.5]);
  });

  it("draws signed weights in two colours on the scale of the largest, which the key tells", () => {
    const signed = parseSvg(imageTiles({ title: "W", images: [[2, -1, 0, 0]], scale: "signed" }));
    const colours = [roles.ebm.colour, roles.flow.colour];
    const strengths = colours.map((colour) =>
      marksOf(signed, "rect", "rect")
        .filter((r) => (r.getAttribute("fill") ?? r.parentElement?.getAttribute("fill")) === colour)
        .map((r) => at(r, "fill-opacity")),
    );
    expect(strengths).toEqual([[1], [0.5]]);
    expect(wordsOf(signed).join(" ")).toMatch(/up to 2 .*down to -2|up to 2.*down to −2/);
  });

  it("refuses images that are no squares of one size", () => {
    for (const images of [[], [[1, 0, 0]], [[1], [1, 0, 0, 0]]]) {
      expect(() => imageTiles({ title: "t", images })).toThrow(InputError);
      expect(() => imageTiles({ title: "t", images })).toThrow("expected square images of one size");
    }
  });
});
