export { batchIndices } from "./batch-indices.js";
export { type CsvOptions, readCsv, type Table, writeCsv } from "./csv.js";
export { type Dataset, type Distribution, dataset, type Modes } from "./dataset.js";
export * from "./members.js";
export { type RowSplit, splitRows } from "./split-rows.js";
export { fitStandardizer, logDetScale, type Standardizer, standardize, unstandardize } from "./standardize.js";
export { takeRows } from "./take-rows.js";
