/** Figures and reports as text, in Node and in a browser. */

export { type BarsFigure, barsFigure } from "./figures/bars.js";
export { type CellMap, cellMap } from "./figures/cell-map.js";
export { type ChainsFigure, chainsFigure } from "./figures/chains.js";
export type { Cloud } from "./figures/cloud.js";
export { type CornerColumn, type CornerFigure, cornerFigure } from "./figures/corner.js";
export { type CoverageFigure, coverageFigure } from "./figures/coverage.js";
export { type DensityMap, densityMap } from "./figures/density-map.js";
export { type DensityScale, densityScale } from "./figures/density-scale.js";
export { drawFigure, type Figure } from "./figures/figure.js";
export { type ImageTiles, imageTiles } from "./figures/image-tiles.js";
export { type LineDensityFigure, lineDensityFigure } from "./figures/line-density.js";
export type { Line } from "./figures/lines.js";
export { type MarginalsFigure, marginalsFigure } from "./figures/marginals.js";
export type { MarginalShape } from "./figures/panels.js";
export { type PictureGrid, type PictureGroup, pictureGrid } from "./figures/picture-grid.js";
export { type TraceLines, traceLines } from "./figures/trace-lines.js";
export { formatColumn, formatEstimate, formatInterval, formatNumber, formatWithError } from "./format.js";
export { type Page, type PageFigure, type PageSection, renderPage } from "./page.js";
export type { Role } from "./roles.js";
export { renderPlot } from "./svg.js";
export type { Cell, Claim, Table } from "./table.js";
