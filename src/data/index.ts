export { batchIndices } from "./batch-indices.js";
export { cellsBetween } from "./columns/cells-between.js";
export type { Affine, Cells, Column, ColumnData, ColumnKind, ColumnMap, TextCells } from "./columns/column.js";
export {
  affineCoordinates,
  type Coordinates,
  coordinatesOf,
  identityCoordinates,
  partOf,
  standardCoordinates,
} from "./columns/coordinates.js";
export { type CsvOptions, type CsvTable, readCsv } from "./csv.js";
export { type Dataset, type Distribution, dataset, type Modes } from "./dataset.js";
export { type Digits, digits } from "./digits.js";
export { fitKernelDensity, type KernelDensity, type KernelFitOptions } from "./fit-kernel-density.js";
export { fitNormalMixture, type MixtureFit, type MixtureFitOptions } from "./fit-normal-mixture.js";
export {
  type LabelColumn,
  type Labels,
  labelIndices,
  oneHotLabels,
  readLabels,
  type SplitLabels,
  splitLabels,
} from "./labels.js";
export * from "./members.js";
export { type BicOptions, mixtureByBic } from "./mixture-by-bic.js";
export { type NormalCloud, normalMixture } from "./normal-mixture.js";
export { readTable, type TableOptions } from "./read-table.js";
export { type RowSplit, splitRows } from "./split-rows.js";
export {
  componentLadder,
  fitStack,
  type MixtureStack,
  type MixtureStackOptions,
  type MixtureTrial,
  type StackedMixture,
  stackNormalMixtures,
} from "./stack-normal-mixtures.js";
export { takeRows } from "./take-rows.js";
export { type WholeCells, writeCells, writeCsv } from "./write-csv.js";
