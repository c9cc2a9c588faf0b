/** Every figure as the text of its picture. */

import { newDocument } from "../../src/report/document.node.js";
import { drawFigure, type Figure } from "../../src/report/figures/figure.js";
import * as figures from "../../src/report/index.js";

const drawn =
  <Parts>(figure: (parts: Parts) => Figure) =>
  (parts: Parts): string =>
    drawFigure(figure(parts), newDocument());

export const barsFigure = drawn(figures.barsFigure);
export const cellMap = drawn(figures.cellMap);
export const chainsFigure = drawn(figures.chainsFigure);
export const cornerFigure = drawn(figures.cornerFigure);
export const coverageFigure = drawn(figures.coverageFigure);
export const densityMap = drawn(figures.densityMap);
export const imageTiles = drawn(figures.imageTiles);
export const lineDensityFigure = drawn(figures.lineDensityFigure);
export const marginalsFigure = drawn(figures.marginalsFigure);
export const pictureGrid = drawn(figures.pictureGrid);
export const traceLines = drawn(figures.traceLines);
