import { describe, expect, it } from "vitest";
import { marksOf, parseSvg, placeOf, strokesOf, unitsOf, wordsOf } from "../../../test/support/drawing.js";
import { traceLines } from "../../../test/support/drawn-figures.js";
import { InputError } from "../../util/errors.js";
import { type LinePoint, thinLine } from "./lines.js";

const steps = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

describe("traceLines", () => {
  it("draws values, their band and the truth at their places", () => {
    const y = [0.2, 0.8, 0.5, 0.6];
    const svg = traceLines({
      title: "t",
      yLabel: "weight",
      yDomain: [0, 1],
      series: [{ name: "EBM", role: "ebm", x: steps(4), y, band: [y.map((v) => v - 0.1), y.map((v) => v + 0.1)] }],
      references: [{ name: "truth", value: 2 / 3 }],
    });
    const root = parseSvg(svg);
    const units = unitsOf(root, [0, 3], [0, 1]);
    const line = strokesOf(marksOf(root, "line", "path")[0]!)
      .flat()
      .map(([px, py]) => units(px, py));
    expect(line.map(([x]) => Number(x.toFixed(3)))).toEqual([0, 1, 2, 3]);
    line.forEach(([, v], i) => {
      expect(v).toBeCloseTo(y[i]!, 3);
    });
    const band = strokesOf(marksOf(root, "area", "path")[0]!)[0]!.map(([px, py]) => units(px, py)[1]);
    expect(Math.max(...band)).toBeCloseTo(0.9, 3);
    expect(Math.min(...band)).toBeCloseTo(0.1, 3);
    const rule = marksOf(root, "rule", "line")[0]!;
    expect(units(0, Number(rule.getAttribute("y1")))[1]).toBeCloseTo(2 / 3, 3);
    expect(wordsOf(root)).toEqual(expect.arrayContaining(["truth", "EBM", "weight", "step"]));
  });

  it("leaves a gap where a value is missing, and a dot where it stands alone", () => {
    const y = [1, 2, Number.NaN, 3, Number.POSITIVE_INFINITY, 4, 5];
    const root = parseSvg(
      traceLines({ title: "t", yLabel: "y", series: [{ name: "a", role: "ebm", x: steps(7), y }] }),
    );
    expect(strokesOf(marksOf(root, "line", "path")[0]!).filter((s) => s.length > 1)).toHaveLength(2);
    expect(marksOf(root, "dot", "circle")).toHaveLength(1);
  });

  it("draws nothing that has no logarithm, and cuts a band at the end of the axis", () => {
    const y = [1, 0.1, 0, -1, 0.01];
    const series = [{ name: "a", role: "ebm", x: steps(5), y, band: [y.map(() => -1), y.map(() => 2)] }] as const;
    const svg = traceLines({ title: "t", yLabel: "KL", log: true, series });
    expect(svg).not.toMatch(/NaN|Infinity/);
    const root = parseSvg(svg);
    const factor = (2 / 0.01) ** 0.05;
    const units = unitsOf(root, [0, 4], [Math.log10(0.01 / factor), Math.log10(2 * factor)]);
    const drawn = strokesOf(marksOf(root, "line", "path")[0]!).flat();
    expect(drawn.map(([px, py]) => Number(units(px, py)[1].toFixed(2)))).toEqual([0, -1, -2]);
    const band = strokesOf(marksOf(root, "area", "path")[0]!)[0]!.map(([px, py]) => units(px, py)[1]);
    expect(Math.min(...band)).toBeCloseTo(Math.log10(0.01 / factor), 2);
    expect(() => traceLines({ title: "t", yLabel: "y", log: true, series, yDomain: [0, 1] })).toThrow(InputError);
  });

  it.each([1000, 20_000])(
    "has room for the whole of the last number, where that stands at the end of %i steps",
    (n) => {
      const root = parseSvg(
        traceLines({ title: "t", yLabel: "y", series: [{ name: "a", role: "ebm", x: [0, n], y: [0, 1] }] }),
      );
      const numbers = marksOf(root, "x-axis tick label", "text");
      const last = numbers.at(-1)!;
      expect(last.textContent).toBe(n.toLocaleString("en-US"));
      // Digits are 0.64 em wide in the widest of common fonts, DejaVu Sans, and a comma half of that.
      const width = 12 * [...last.textContent].reduce((sum, c) => sum + (c === "," ? 0.32 : 0.64), 0);
      const edge = Number(root.getAttribute("width"));
      expect(placeOf(last)[0] + width / 2).toBeLessThanOrEqual(edge);
      // The plot area does not shrink by more than that.
      expect(placeOf(last)[0] + width / 2).toBeGreaterThan(edge - 5);
    },
  );

  it("keeps a page small however long the run was, and still shows a spike of one step", () => {
    const n = 100_000;
    const y = Float64Array.from({ length: n }, (_, i) => (i === 54_321 ? 50 : Math.sin(i)));
    const svg = traceLines({
      title: "t",
      yLabel: "y",
      yDomain: [-1, 50],
      series: [{ name: "a", role: "ebm", x: steps(n), y }],
    });
    expect(svg.length).toBeLessThan(40_000);
    const root = parseSvg(svg);
    const band = strokesOf(marksOf(root, "area", "path")[0]!)[0]!;
    const units = unitsOf(root, [0, n - 1], [-1, 50]);
    const [x, height] = band.map(([px, py]) => units(px, py)).reduce((a, b) => (b[1] > a[1] ? b : a));
    expect(height).toBeCloseTo(50, 2);
    expect(Math.abs(x - 54_321)).toBeLessThan(n / 240);
  });
});

describe("thinLine", () => {
  const line = (y: readonly number[], spread = Number.NaN): LinePoint[] =>
    y.map((v, x) => ({ x, y: v, low: v - spread, high: v + spread }));

  it("leaves short lines alone", () => {
    const points = line([3, 1, 2]);
    expect(thinLine(points, 2)).toBe(points);
  });

  it("gives of each stretch the median, the lowest and the highest, and a gap where it has none", () => {
    const nan = Number.NaN;
    const points = line([3, 1, 2, nan, nan, nan, 7, nan, 9]);
    expect(thinLine(points, 3)).toEqual([
      { x: 1, y: 2, low: 1, high: 3 },
      { x: 4, y: nan, low: Number.POSITIVE_INFINITY, high: Number.NEGATIVE_INFINITY },
      { x: 7, y: 8, low: 7, high: 9 },
    ]);
    expect(thinLine(line([3, 1, 2, 4, 4, 4], 0.5), 2)[0]).toEqual({ x: 1, y: 2, low: 0.5, high: 3.5 });
  });
});
