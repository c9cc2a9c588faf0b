/** What every figure promises. */

import { describe, expect, it } from "vitest";
import { parseSvg, wordsOf } from "../../../test/support/drawing.js";
import {
  barsFigure,
  cellMap,
  chainsFigure,
  densityMap,
  imageTiles,
  lineDensityFigure,
  pictureGrid,
  traceLines,
} from "../../../test/support/drawn-figures.js";
import { faultOf, hostile } from "../../../test/support/markup.js";
import { grid2d } from "../../metrics/goodness/grid.js";
import { tensor } from "../../util/tensor.js";

const grid = grid2d(
  [
    [-2, 2],
    [-2, 2],
  ],
  24,
);
const logP = Float64Array.from({ length: 24 * 24 }, (_, k) => {
  const [x, y] = [grid.points.data[2 * k]!, grid.points.data[2 * k + 1]!];
  return Math.log(2 * Math.exp(-4 * ((x + 1) ** 2 + (y + 1) ** 2)) + Math.exp(-4 * ((x - 1) ** 2 + (y - 1) ** 2)));
});
const field = { grid, logP };
const steps = [0, 1, 2, 3, 4];
const estimate = { value: 0.6, standardError: 0.05, interval: [0.5, 0.7] } as const;
const walk = Float32Array.from({ length: 3 * 5 * 2 }, (_, i) => Math.sin(i));

/** Every kind of figure, with one string wherever a name goes. */
const figures: Readonly<Record<string, (name: string) => string>> = {
  "density map": (name) =>
    densityMap({
      title: name,
      field,
      points: [{ name, role: "data", x: tensor(walk, [15, 2]) }],
      axes: [name, name],
    }),
  "line density": (name) =>
    lineDensityFigure({
      title: name,
      curves: [{ name, role: "ebm", x: steps, y: [0, 0.3, 0.4, 0.3, 0] }],
      xLabel: name,
      yLabel: name,
    }),
  "logarithmic line density": (name) =>
    lineDensityFigure({ title: name, curves: [{ name, role: "flow", x: steps, y: [0, 0.3, 0.4, 0.3, 0] }], log: true }),
  trace: (name) =>
    traceLines({
      title: name,
      series: [{ name, role: "failure", x: steps, y: [1, 2, Number.NaN, 4, 5] }],
      references: [{ name, value: 3 }],
      xLabel: name,
      yLabel: name,
    }),
  chains: (name) =>
    chainsFigure({ title: name, truth: field, chains: tensor(walk, [3, 5, 2]), name, axes: [name, name] }),
  bars: (name) =>
    barsFigure({
      title: name,
      groups: [name, `${name} 2`],
      series: [{ name, role: "ebm", estimates: [estimate, estimate] }],
      truth: [0.6, 0.4],
      yLabel: name,
    }),
  cells: (name) =>
    cellMap({
      ...{ title: name, columns: [name, `${name} 2`], rows: [name], xLabel: name, yLabel: name },
      ...{ values: [[0.02, null]], thresholds: [0.01, 0.1] },
    }),
  pictures: (name) =>
    pictureGrid({
      title: name,
      shape: [3, 1, 2],
      groups: [{ name, images: [[0, 255, 128, 3, 4, 5]] }],
    }),
  images: (name) => imageTiles({ title: name, images: [[0, 1, -0.5, 0.25]], scale: "signed" }),
};

describe.each(Object.entries(figures))("%s", (_, draw) => {
  const svg = draw("two modes");

  it("is well-formed, named and described", () => {
    expect(faultOf(svg)).toBeNull();
    const root = parseSvg(svg);
    expect(root.getAttribute("role")).toBe("img");
    expect(root.querySelector("title")?.textContent).toBe("two modes");
    expect(root.querySelector("desc")?.textContent).toMatch(/^two modes: .{20,}\.$/);
    expect(wordsOf(root)).toContain("two modes");
  });

  it("is the same text every time", () => {
    expect(draw("two modes")).toBe(svg);
  });

  it("draws numbers only, and Plot has nothing to warn of", () => {
    expect(svg).not.toMatch(/NaN|Infinity|undefined|\[object|⚠/);
  });

  it("is narrow enough for a phone", () => {
    expect(Number(parseSvg(svg).getAttribute("width"))).toBe(440);
  });

  it.each(hostile)("keeps %j as words", (words) => {
    const bad = draw(words);
    expect(faultOf(bad)).toBeNull();
    const root = parseSvg(bad);
    expect(root.querySelectorAll("script, img, details, table")).toHaveLength(0);
    expect(root.querySelectorAll("style")).toHaveLength(1);
    const names = [...root.querySelectorAll("*")].flatMap((e) => [...e.attributes].map((a) => a.name));
    expect(names.filter((name) => name.startsWith("on"))).toEqual([]);
  });

  it("cuts words that are too long for it, and keeps them whole for screen readers", () => {
    const long = "an unusually long name ".repeat(20).trim();
    const root = parseSvg(draw(long));
    for (const words of wordsOf(root)) expect(words.length).toBeLessThan(90);
    expect(root.querySelector("title")?.textContent).toBe(long);
  });
});

describe("figures of nothing", () => {
  it("are empty frames, not errors", () => {
    const empty = { name: "none", role: "ebm", x: [], y: [] } as const;
    const none = { name: "lost", role: "ebm", x: [0, 1], y: [Number.NaN, Number.POSITIVE_INFINITY] } as const;
    for (const curves of [[], [empty], [none]])
      for (const log of [false, true]) {
        for (const svg of [
          lineDensityFigure({ title: "t", curves, log }),
          traceLines({ title: "t", series: curves, yLabel: "y", log }),
        ]) {
          expect(faultOf(svg)).toBeNull();
          expect(svg).not.toMatch(/NaN|Infinity|⚠/);
          expect(svg.includes("nothing to draw")).toBe(curves.length > 0);
        }
      }
  });
});
