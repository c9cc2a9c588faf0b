import { describe, expect, it } from "vitest";
import { lookOf, marksOf, parseSvg, placeOf, strokesOf, unitsOf, wordsOf } from "../../../test/support/drawing.js";
import { densityMap } from "../../../test/support/drawn-figures.js";
import { type Box, grid2d } from "../../metrics/goodness/grid.js";
import { InputError, NumericError, ShapeError } from "../../util/errors.js";
import { tensor } from "../../util/tensor.js";
import { roles } from "../roles.js";
import { ramp } from "../theme.js";

import { bandColours, densityScale, gridDensity } from "./density-scale.js";

const box: Box = [
  [-3, 3],
  [-2, 2],
];
const grid = grid2d(box, 120);

/** A round normal cloud, up to a constant. */
const cloud = (mx: number, my: number, variance: number) => ({
  grid,
  logP: Float64Array.from({ length: 120 * 120 }, (_, k) => {
    const [x, y] = [grid.points.data[2 * k]!, grid.points.data[2 * k + 1]!];
    return 5 - ((x - mx) ** 2 + (y - my) ** 2) / (2 * variance);
  }),
});

describe("densityMap", () => {
  const [mx, my, variance] = [1, -0.5, 0.09];
  const field = cloud(mx, my, variance);
  const peak = 1 / (2 * Math.PI * variance);
  const bands = (svg: string) => marksOf(parseSvg(svg), "contour", "path").filter((p) => p.getAttribute("d"));

  it.each(["linear", "log"] as const)("draws each %s threshold where the density has it", (spacing) => {
    const scale = densityScale([field], spacing);
    const svg = densityMap({ title: "t", field, scale });
    const units = unitsOf(parseSvg(svg), ...box);
    const drawn = bands(svg);
    const reached = scale.thresholds.filter((t) => t < peak);
    expect(drawn).toHaveLength(reached.length);
    drawn.forEach((path, i) => {
      // p(r) = p(0) exp(−r²/2σ²): the contour is a circle; what leaves the box is cut off.
      const radius = Math.sqrt(2 * variance * Math.log(peak / reached[i]!));
      const places = strokesOf(path)
        .flat()
        .map(([px, py]) => units(px, py));
      const inside = places.filter(([x, y]) => Math.abs(x) < 2.97 && Math.abs(y) < 1.97);
      expect(inside.length).toBeGreaterThan(20);
      for (const [x, y] of inside) expect(Math.hypot(x - mx, y - my)).toBeCloseTo(radius, 1.7);
    });
  });

  it("has one unit on both axes, and colours from none to highest", () => {
    const svg = densityMap({ title: "t", field });
    const frame = parseSvg(svg).querySelector('[aria-label="frame"]')!;
    expect(Number(frame.getAttribute("height")) / Number(frame.getAttribute("width"))).toBeCloseTo(4 / 6, 2);
    expect(bands(svg).map((p) => p.getAttribute("fill"))).toEqual(bandColours(densityScale([field])).slice(1));
    expect(svg).toContain(`fill="${ramp[0]}"`);
  });

  it("puts points where they are, in the shape and colour of their role, and says when they are too many", () => {
    const x = tensor(Float32Array.of(1, -0.5, -2, 1.5), [2, 2]);
    const svg = densityMap({ title: "t", field, points: [{ name: "draws", role: "flow", x }] });
    const root = parseSvg(svg);
    const dots = marksOf(root, "dot", "path");
    const places = dots.map((dot) => unitsOf(root, ...box)(...placeOf(dot)));
    expect(places.map((place) => place.map((v) => Number(v.toFixed(1))))).toEqual([
      [1, -0.5],
      [-2, 1.5],
    ]);
    expect(lookOf(root, "dot", "fill")).toEqual([roles.flow.colour]);
    expect(wordsOf(root)).toContain("draws");
    const many = tensor(new Float32Array(2 * 1500), [1500, 2]);
    const crowd = parseSvg(densityMap({ title: "t", field, points: [{ name: "draws", role: "data", x: many }] }));
    expect(wordsOf(crowd)).toContain("draws (1000 of 1500)");
    expect(marksOf(crowd, "dot", "circle")).toHaveLength(1000);
  });

  it("says where the density is highest", () => {
    const desc = parseSvg(densityMap({ title: "t", field })).querySelector("desc")?.textContent;
    expect(desc).toMatch(/highest \(1\.7\d\) at \((0\.975|1\.02|1\.03), -0\.(483|517)\)/); // a cell is 0.05 by 0.033
  });

  it("refuses what is no density and no points", () => {
    const bad = (logP: Float64Array) => () => densityMap({ title: "t", field: { grid, logP } });
    expect(bad(new Float64Array(grid.side ** 2).fill(Number.NaN))).toThrow(NumericError);
    expect(bad(new Float64Array(grid.side ** 2).fill(Number.NEGATIVE_INFINITY))).toThrow(NumericError);
    expect(bad(new Float64Array(7))).toThrow(ShapeError);
    const points = [{ name: "p", role: "data", x: tensor(new Float32Array(6), [2, 3]) }] as const;
    expect(() => densityMap({ title: "t", field, points })).toThrow(ShapeError);
  });
});

describe("densityScale", () => {
  it("makes one scale of several fields, in round steps up to the highest", () => {
    const [low, high] = [cloud(0, 0, 0.5), cloud(0, 0, 0.1)];
    const scale = densityScale([low, high]);
    expect(scale).toEqual(densityScale([high, low]));
    expect(scale.thresholds).toEqual([0.2, 0.4, 0.6, 0.8, 1, 1.2, 1.4]); // 1/(2π · 0.1) = 1.59
    expect(densityScale([low]).thresholds.at(-1)).toBeLessThan(0.33);
    expect(densityScale([high], "log").thresholds).toEqual([1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1]);
    const colour = (field: typeof low) =>
      marksOf(parseSvg(densityMap({ title: "t", field, scale })), "contour", "path")
        .filter((p) => p.getAttribute("d"))
        .map((p) => p.getAttribute("fill"));
    expect(colour(high).slice(0, colour(low).length)).toEqual(colour(low));
  });

  it("never has more bands than colours, nor less than two, whatever the height", () => {
    for (let k = -300; k <= 300; k++) {
      const logP = Float64Array.of(k / 20, k / 20, k / 20, k / 20);
      const tiny = 10 ** (k / 30);
      const one = {
        grid: grid2d(
          [
            [0, tiny],
            [0, 1],
          ],
          2,
        ),
        logP,
      };
      const scale = densityScale([one]);
      const top = 1 / tiny;
      expect(scale.thresholds.length).toBeLessThanOrEqual(9);
      expect(scale.thresholds.length).toBeGreaterThanOrEqual(3);
      for (const t of scale.thresholds) expect(t).toBeLessThan(top * (1 + 1e-9));
    }
  });

  it("integrates to 1 over the box", () => {
    const p = gridDensity(cloud(0, 0, 0.2));
    expect(p.reduce((s, v) => s + v * grid.cell, 0)).toBeCloseTo(1, 12);
    expect(() => densityScale([])).toThrow(InputError);
  });
});
