/** Trained models: what they answer, and how they are kept. */

export type { Classified } from "../inference/classify.js";
export { classifyBetween, type NamedModel } from "./classify-between.js";
export type { DrawnWhere, WhereOptions } from "./draw-where.js";
export type { Folder, Place, WritableFile } from "./files.js";
export type { RowScores } from "./in-units.js";
export { type OpenOptions, openModel } from "./open.js";
export type { TrainedData, TrainedParts } from "./parts.js";
export type { ColumnReason } from "./reasons.js";
export { roundRows } from "./round-rows.js";
export type { RowScorer, RowSource } from "./row-scorer.js";
export type { ColumnSlice } from "./slices.js";
export { makeTrained, type ScoreOptions, type Trained } from "./trained.js";
