/** What a run learns from: the keys of `data`. */

import { z } from "zod";
import { InputError } from "../util/errors.js";
import { essential } from "../util/options.js";

const side = z.number().int().min(1);

export const dataSchema = z.strictObject({
  file: z
    .string()
    .refine((path) => !path.includes("\0"), "a path has no character of code 0")
    .optional()
    .describe("a table, one point a row: CSV, JSON lines, Parquet, or arrays of NumPy"),
  array: z.string().optional().describe("of a file of several NumPy arrays (.npz): the one that holds the rows"),
  columns: z.array(z.string()).min(1).optional().describe("columns of the file to use, by name; all unless given"),
  drop: z.array(z.string()).optional().describe("columns of the file to leave out, by name"),
  as: z
    .record(z.string(), z.union([z.string(), z.looseObject({ name: z.string() })]))
    .optional()
    .describe(
      "kinds of columns by name, or with options as {name: bounded, low: 0, high: 100}; what the rows say where not given, which a run keeps here: constant, boolean (0 and 1), whole (few values on a lattice), category (text), and else real",
    ),
  missing: z
    .enum(["refuse", "drop", "impute"])
    .optional()
    .describe(
      "rows with missing cells: refuse, which is usual, drop them, or impute: train on them as well, with cells drawn given the others of the row",
    ),
  image: z
    .tuple([side, side, side], "expected [channels, height, width]")
    .optional()
    .describe(
      "channels, height and width of the image whose pixels the columns are, channel by channel and row by row; known of files of images",
    ),
  levels: z.number().int().min(2).optional().describe("levels of a pixel of images, from 0; 256 unless said"),
  flips: z
    .boolean()
    .optional()
    .describe(
      "of images: mirror each left to right with probability ½ whenever a batch takes it; those held out stay as they are",
    ),
  part: z.enum(["train", "test"]).optional().describe("of files of images: the part to use; train unless said"),
  shares: z
    .record(z.string(), z.number().positive())
    .optional()
    .describe("of files of images: classes to keep, with how often each is beside the others, as {0: 4, 1: 2, 8: 1}"),
  most: z.number().int().min(2).optional().describe("of files of images: how many are used at most, chosen at random"),
  label: z.string().optional().describe("column of the file that holds classes, as text or whole numbers"),
  classes: z
    .number()
    .int()
    .min(2)
    .optional()
    .describe("number of classes, where labels are whole numbers from 0; else the labels there are"),
  dataset: z.string().optional().describe("a built-in data set, instead of a file"),
  options: z.record(z.string(), z.unknown()).default({}).describe("options of the data set"),
  points: z.number().int().min(10).default(20_000).describe("points drawn from the data set").meta(essential),
  standardize: z
    .union([z.boolean(), z.literal("together")], "expected true, false or together")
    .default(true)
    .describe(
      "bring each column to mean 0 and standard deviation 1; together: divide all of them by the largest standard deviation, so that shapes stay what they are; false: train in the units of the rows, in which step sizes, noise and the normal base of an energy then are, and leave columns of different scale as they are. Points of bits are never standardised",
    )
    .meta(essential),
  validation: z.number().min(0).lt(1).default(0.1).describe("share of the rows that choose the best checkpoint"),
  test: z.number().min(0).lt(1).default(0.2).describe("share of the rows held out for the final evaluation"),
});

/** What only images have. */
const ofImages = ["image", "levels", "flips", "part", "shares", "most"] as const;

/** Where the rows come from, and that some are left to train on. */
export function checkData(data: z.output<typeof dataSchema>): void {
  const { file, array, dataset, columns, label, classes, options, validation, test, as, drop, missing } = data;
  if ((file === undefined) === (dataset === undefined))
    throw new InputError("give either a file or a dataset", ["data"]);
  if (dataset !== undefined && columns !== undefined)
    throw new InputError("columns are of a file; leave them out for a dataset", ["data", "columns"]);
  if (dataset !== undefined && label !== undefined)
    throw new InputError("label is a column of a file; leave it out for a dataset", ["data", "label"]);
  if (dataset !== undefined && ofImages.some((key) => data[key] !== undefined))
    throw new InputError(`${ofImages.join(", ")} are of images; leave them out for a dataset`, ["data"]);
  for (const key of ["levels", "flips"] as const)
    if (data[key] && data.image === undefined)
      throw new InputError(`${key} are of images; say their shape with image`, ["data", key]);
  if (data.flips && as !== undefined)
    throw new InputError("flips exchange pixels, which are all of one kind; leave out as", ["data", "flips"]);
  if (dataset !== undefined && [as, drop, missing, array].some((v) => v !== undefined))
    throw new InputError("as, drop, missing and array are of a file; leave them out for a dataset", ["data"]);
  if (label !== undefined && columns?.includes(label))
    throw new InputError(`column ${label} is the label; take it out of columns`, ["data", "columns"]);
  if (classes !== undefined && label === undefined)
    throw new InputError("classes are those of labels; name their column with label", ["data", "classes"]);
  if (file !== undefined && Object.keys(options).length > 0)
    throw new InputError("options are of a dataset; leave them out for a file", ["data", "options"]);
  if (validation + test >= 1)
    throw new InputError(`validation ${validation} and test ${test} leave no rows for training; lower them`, ["data"]);
}
