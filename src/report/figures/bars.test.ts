import { describe, expect, it } from "vitest";
import { marksOf, parseSvg, placeOf, wordsOf } from "../../../test/support/drawing.js";
import { barsFigure } from "../../../test/support/drawn-figures.js";
import { InputError, ShapeError } from "../../util/errors.js";
import { roles } from "../roles.js";

const at = (element: Element, name: string): number => Number(element.getAttribute(name));

const figure = {
  title: "Mode weights",
  groups: ["mode 1", "mode 2"],
  truth: [2 / 3, 1 / 3],
  series: [
    {
      name: "EBM",
      role: "ebm",
      estimates: [
        { value: 0.64, standardError: 0.02, interval: [0.6, 0.68] },
        { value: 0.36, standardError: 0.02, interval: null },
      ],
    },
    {
      name: "flow",
      role: "flow",
      estimates: [
        { value: 0.32, standardError: null, interval: null },
        { value: Number.NaN, standardError: null, interval: null },
      ],
    },
  ],
} as const;

describe("barsFigure", () => {
  const root = parseSvg(barsFigure(figure));
  const bars = marksOf(root, "rect", "rect");
  const zero = at(bars[0]!, "y") + at(bars[0]!, "height");
  const unit = at(bars[0]!, "height") / 0.64;

  it("draws bars as high as their values, from zero, side by side in their group", () => {
    expect(bars).toHaveLength(3); // one of the four is not a number
    for (const [i, value] of [0.64, 0.36, 0.32].entries()) {
      expect(at(bars[i]!, "height") / unit).toBeCloseTo(value, 3);
      expect(at(bars[i]!, "y") + at(bars[i]!, "height")).toBeCloseTo(zero, 1);
    }
    const [ebm1, ebm2, flow1] = bars.map((bar) => [at(bar, "x"), at(bar, "x") + at(bar, "width")]);
    expect(flow1![0]).toBeGreaterThan(ebm1![1]!);
    expect(ebm2![0]).toBeGreaterThan(flow1![1]!);
  });

  it("draws the interval as a whisker, 1.96 standard errors without one, and nothing where nothing is known", () => {
    const whiskers = marksOf(root, "rule", "line").filter((l) => l.getAttribute("x1") === l.getAttribute("x2"));
    const ends = whiskers.map((l) => [at(l, "y1"), at(l, "y2")].map((y) => Number(((zero - y) / unit).toFixed(2))));
    expect(ends.map((pair) => pair.sort())).toEqual([
      [0.6, 0.68],
      [0.32, 0.4],
    ]);
  });

  it("draws the truth across its group, dashed and green", () => {
    const truth = [...root.querySelectorAll(`g[aria-label="rule"][stroke="${roles.truth.colour}"]`)];
    expect(truth[0]?.getAttribute("stroke-dasharray")).toBe(roles.truth.dash);
    const lines = [...truth[0]!.querySelectorAll("line")];
    expect(lines.map((l) => Number(((zero - at(l, "y1")) / unit).toFixed(3)))).toEqual([0.667, 0.333]);
    lines.forEach((l, i) => {
      const own = bars[i]!;
      expect(at(l, "x1")).toBeLessThan(at(own, "x"));
      expect(at(l, "x2")).toBeGreaterThan(at(own, "x") + at(own, "width"));
    });
  });

  it("marks each bar with the shape of its role", () => {
    const places = marksOf(root, "dot", "path").map((dot) => (zero - placeOf(dot)[1]) / unit);
    expect(places.map((v) => Number(v.toFixed(2)))).toEqual([0.64, 0.36, 0.32]);
  });

  it("tells all numbers in words", () => {
    expect(root.querySelector("desc")?.textContent).toBe(
      "Mode weights: weight by group. mode 1: truth 0.6667, EBM 0.640 ± 0.020, flow 0.3200; mode 2: truth 0.3333, EBM 0.360 ± 0.020, flow NaN.",
    );
    expect(wordsOf(root)).toEqual(expect.arrayContaining(["mode 1", "mode 2", "truth", "EBM", "flow", "weight"]));
  });

  it("slants names that are too long for their place", () => {
    const groups = Array.from({ length: 8 }, (_, i) => `mode number ${i}`);
    const estimates = groups.map(() => ({ value: 0.125, standardError: 0.01, interval: null }));
    const svg = barsFigure({ title: "t", groups, series: [{ name: "EBM", role: "ebm", estimates }] });
    expect(svg).toContain("rotate(-40)");
    expect(wordsOf(parseSvg(svg))).toEqual(expect.arrayContaining(groups));
    expect(barsFigure(figure)).not.toContain("rotate(");
  });

  it("refuses what does not fit its groups", () => {
    expect(() => barsFigure({ ...figure, groups: ["one"] })).toThrow(ShapeError);
    expect(() => barsFigure({ ...figure, truth: [1] })).toThrow(/"truth" has 1 weights for 2 groups/);
    expect(() => barsFigure({ title: "t", groups: [], series: [] })).toThrow(InputError);
  });
});
