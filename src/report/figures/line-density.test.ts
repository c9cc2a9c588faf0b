import { describe, expect, it } from "vitest";
import { lookOf, marksOf, parseSvg, strokesOf, unitsOf, wordsOf } from "../../../test/support/drawing.js";
import { lineDensityFigure } from "../../../test/support/drawn-figures.js";
import { ShapeError } from "../../util/errors.js";
import { roles } from "../roles.js";

const s = Float64Array.from({ length: 1201 }, (_, i) => -3 + i / 200);
const normal = s.map((v) => Math.exp((-v * v) / 0.18) / Math.sqrt(0.18 * Math.PI));
const top = 1 / Math.sqrt(0.18 * Math.PI);

describe("lineDensityFigure", () => {
  const curves = [
    { name: "truth", role: "truth", x: s, y: normal },
    { name: "EBM", role: "ebm", x: s, y: normal.map((v) => v / 2), band: [normal.map(() => 0), normal] },
  ] as const;

  it("draws every value at its place, from zero", () => {
    const root = parseSvg(lineDensityFigure({ title: "t", curves }));
    const units = unitsOf(root, [-3, 3], [0, top * 1.06]);
    const [truth] = marksOf(root, "line", "path");
    const places = strokesOf(truth!)
      .flat()
      .map(([x, y]) => units(x, y));
    expect(places).toHaveLength(s.length);
    places.forEach(([x, y], i) => {
      expect(x).toBeCloseTo(s[i]!, 3);
      expect(y).toBeCloseTo(normal[i]!, 3);
    });
    expect(marksOf(root, "area", "path").filter((p) => p.getAttribute("d"))).toHaveLength(1);
  });

  it("tells curves apart by colour and by dash, in the figure as in its key", () => {
    const root = parseSvg(lineDensityFigure({ title: "t", curves: [...curves, { ...curves[1], name: "EBM 2" }] }));
    const [colours, dashes] = ["stroke", "stroke-dasharray"].map((name) => lookOf(root, "line", name)) as [
      (string | null)[],
      (string | null)[],
    ];
    const lines = colours.map((colour, i) => [colour, dashes[i]]);
    const key = [...root.querySelectorAll('g[aria-label="key"] path')];
    expect(lines).toEqual([
      [roles.truth.colour, roles.truth.dash],
      [roles.ebm.colour, null],
      [roles.ebm.colour, "12 4"],
    ]);
    expect(key.map((e) => [e.getAttribute("stroke"), e.getAttribute("stroke-dasharray")])).toEqual(lines);
    expect(wordsOf(root)).toEqual(expect.arrayContaining(["truth", "EBM", "EBM 2"]));
  });

  it("draws logarithms down to its floor, and numbers at powers of ten", () => {
    const root = parseSvg(lineDensityFigure({ title: "t", curves, log: true, decades: 4 }));
    const axis = [Math.log10(top) - 4, Math.log10(2 * top)] as const;
    const units = unitsOf(root, [-3, 3], axis);
    const strokes = strokesOf(marksOf(root, "line", "path")[0]!);
    expect(strokes).toHaveLength(1);
    for (const [x, y] of strokes.flat().map(([px, py]) => units(px, py)))
      expect(y).toBeCloseTo(Math.log10(top) - x ** 2 / 0.18 / Math.LN10, 2);
    // exp(−s²/0.18) = 10⁻⁴
    expect(units(...strokes[0]![0]!)[0]).toBeCloseTo(-Math.sqrt(0.18 * 4 * Math.LN10), 1);
    expect(wordsOf(root).filter((w) => /^10/.test(w))).toEqual(["10⁻³", "10⁻²", "10⁻¹", "10⁰"]);
  });

  it("says where each curve is highest", () => {
    const desc = parseSvg(lineDensityFigure({ title: "t", curves })).querySelector("desc")?.textContent;
    expect(desc).toContain("truth: highest (1.33) at 0; EBM: highest (0.665) at 0.");
  });

  it("refuses curves whose lengths differ", () => {
    const curve = { name: "bad", role: "ebm", x: [0, 1], y: [1, 2, 3] } as const;
    expect(() => lineDensityFigure({ title: "t", curves: [curve] })).toThrow(ShapeError);
    expect(() => lineDensityFigure({ title: "t", curves: [curve] })).toThrow(/"bad" has 2, 3 values/);
  });
});
