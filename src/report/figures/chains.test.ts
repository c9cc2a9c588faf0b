import { describe, expect, it } from "vitest";
import { lookOf, marksOf, parseSvg, placeOf, strokesOf, unitsOf, wordsOf } from "../../../test/support/drawing.js";
import { chainsFigure } from "../../../test/support/drawn-figures.js";
import { type Box, grid2d } from "../../metrics/goodness/grid.js";
import { ShapeError } from "../../util/errors.js";
import { tensor } from "../../util/tensor.js";
import { roles } from "../roles.js";
import { paper } from "../theme.js";

const box: Box = [
  [-2, 2],
  [-2, 2],
];
const grid = grid2d(box, 40);
const truth = {
  grid,
  logP: Float64Array.from(
    { length: 1600 },
    (_, k) => -(grid.points.data[2 * k]! ** 2) - grid.points.data[2 * k + 1]! ** 2,
  ),
};

/** Chain `c` at draw `d` stands at `(c/2 − 1, d/4)`. */
const chains = tensor(
  Float32Array.from({ length: 5 * 4 * 2 }, (_, i) =>
    i % 2 === 0 ? Math.floor(i / 8) / 2 - 1 : (Math.floor(i / 2) % 4) / 4,
  ),
  [5, 4, 2],
);

describe("chainsFigure", () => {
  const root = parseSvg(chainsFigure({ title: "t", truth, chains, paths: 2 }));
  const units = unitsOf(root, ...box);
  const round = (v: number): number => Number(v.toFixed(2)) + 0;

  it("draws the last position of every chain, and the starts of the first few", () => {
    const places = marksOf(root, "dot", "path").map((dot) => units(...placeOf(dot)).map(round));
    const last = [-1, -0.5, 0, 0.5, 1].map((x) => [x, 0.75]);
    expect(places).toEqual([...last, [-1, 0], [-0.5, 0]]);
    expect(lookOf(root, "dot", "fill")).toEqual([roles.ebm.colour, paper]);
    expect(lookOf(root, "dot", "stroke")).toEqual([paper, roles.ebm.colour]);
  });

  it("draws the whole path of the first few, draw by draw", () => {
    const paths = marksOf(root, "line", "path").map((p) =>
      strokesOf(p)
        .flat()
        .map(([x, y]) => units(x, y).map(round)),
    );
    expect(paths).toEqual([-1, -0.5].map((x) => [0, 0.25, 0.5, 0.75].map((y) => [x, y])));
    expect(marksOf(parseSvg(chainsFigure({ title: "t", truth, chains, paths: 0 })), "line", "path")).toHaveLength(0);
  });

  it("draws the truth in green, as lines", () => {
    const contour = root.querySelector('g[aria-label="contour"]')!;
    expect(contour.innerHTML + contour.outerHTML).toContain(`stroke="${roles.truth.colour}"`);
    expect(marksOf(root, "contour", "path").length).toBeGreaterThan(3);
  });

  it("says how many chains left the picture", () => {
    const far = tensor(Float32Array.of(0, 0, 9, 9, 0, 0, Number.NaN, 0), [2, 2, 2]);
    const svg = chainsFigure({ title: "t", truth, chains: far, role: "failure", name: "ULA" });
    expect(wordsOf(parseSvg(svg))).toContain("ULA, last draw; 2 outside");
    expect(svg).not.toContain("NaN");
  });

  it("refuses other shapes", () => {
    for (const shape of [
      [20, 2],
      [4, 5, 2, 1],
      [5, 2, 4],
      [0, 4, 2],
    ])
      expect(() =>
        chainsFigure({ title: "t", truth, chains: tensor(new Float32Array(shape.reduce((a, b) => a * b)), shape) }),
      ).toThrow(ShapeError);
  });
});
