/** Rows for a model, from a table or from images: what every command shares that takes rows of a trained model. */

import { type Command, Option } from "commander";
import type { CsvTable } from "../data/csv.js";
import { chosenImages, type Images, type Part, tableOfImages } from "../data/images/images.js";
import { isImage, loadImages } from "../data/images/load-images.node.js";
import { loadCsv } from "../data/load-csv.js";
import { type Blocks, loadBlocks } from "../data/table-blocks.node.js";
import type { Trained } from "../model/trained.js";
import { fold, makeKey } from "../random/key.js";
import { InputError } from "../util/errors.js";
import { type ImageShape, sameShape } from "../util/tensor.js";
import { readYaml } from "../util/yaml.js";
import { expectFree } from "./expect-free.js";
import { tellCommas } from "./tell-commas.js";
import { wholeNumber } from "./whole-number.js";
import { type ArrayOption, withArray } from "./with-array.js";
import { expectFigureName } from "./write-figure.js";

export interface RowOptions extends ArrayOption {
  readonly part?: Part;
  readonly shares?: Readonly<Record<string, number>>;
  readonly most?: number;
}

/** What the argument of rows is, in words. */
export const rowsArgument =
  "table (CSV, JSON lines, .npy, .npz, Parquet), or - for stdin, with the columns the run was trained on; for a model of images also images: a folder (IDX, CIFAR-10, PNG), or one file";

function shares(text: string): Readonly<Record<string, number>> {
  const { value: found } = readYaml(text, { name: `--shares ${text}` });
  const wrong = new InputError(`--shares ${text}: expected classes with how often each is, as {0: 4, 1: 2}`);
  if (typeof found !== "object" || found === null || Array.isArray(found)) throw wrong;
  for (const share of Object.values(found)) if (!(typeof share === "number" && share > 0)) throw wrong;
  return found as Record<string, number>;
}

/** Declares which of the rows, as `data` of a run has it. */
export const withRows = (command: Command): Command =>
  withArray(command)
    .addOption(
      new Option("--part <part>", "of files of images: the part to use (default: test, where there is one)").choices([
        "train",
        "test",
      ]),
    )
    .option("--shares <classes>", "of files of images: classes to keep, with how often each is, as {7: 1}", shares)
    .option("--most <n>", "of files of images: how many are used at most, chosen at random", wholeNumber(1));

export interface PicturesOption {
  readonly pictures?: string;
}

/** Declares it. */
export const withPictures = (command: Command): Command =>
  command.option(
    "--pictures <file>",
    "of a model of images: a picture of them, a name that ends in .png or .svg; nothing then goes to stdout",
  );

/** Nothing is computed for pictures that cannot be written, or of no images. */
export function expectPictures({ pictures }: PicturesOption, force: boolean, { config }: Trained): void {
  if (pictures === undefined) return;
  if (!config.data.image)
    throw new InputError(`--pictures ${pictures}: the model is of a table and not of images; leave it out`);
  expectFigureName(pictures);
  expectFree(pictures, force, "--pictures");
}

/** Levels that a pixel of a model of images has, from 0. */
export const levelsOf = ({ config }: Pick<Trained, "config">): number => config.data.levels ?? 256;

const shown = ([channels, height, width]: ImageShape): string =>
  `${height} × ${width} pixels and ${channels} channel${channels === 1 ? "" : "s"}`;

/** The images of a path that a model knows, and the numbers of those that are asked for. */
function imagesFor(model: Trained, path: string, options: RowOptions): { images: Images; kept: readonly number[] } {
  const { image } = model.config.data;
  if (!image)
    throw new InputError(
      `${path} holds images, and the model is of a table with the columns ${model.columns.slice(0, 3).join(", ")}${model.columns.length > 3 ? ", …" : ""}; give such a table`,
    );
  const { array, part = "unseen", shares, most } = options;
  if (array !== undefined)
    throw new InputError(`--array is of a file of NumPy arrays (.npz), and ${path} holds images`);
  const images = loadImages(path, part);
  if (!sameShape(images.shape, image))
    throw new InputError(
      `${path} holds images of ${shown(images.shape)}, and those of the model have ${shown(image as ImageShape)}; scale or convert them`,
    );
  return { images, kept: chosenImages(images, { shares, most, key: fold(makeKey(0), "images") }) };
}

/** @throws InputError where an option of images is given for a table. */
function expectTable(path: string, options: RowOptions): void {
  for (const name of ["part", "shares", "most"] as const)
    if (options[name] !== undefined)
      throw new InputError(`--${name} is of files of images, and ${path} is a table; leave it out`);
}

/** Images as a table of the model's columns; `whole` names each, with its class where they have classes. */
function tableFor({ columns }: Trained, images: Images, kept: readonly number[], label?: string): CsvTable {
  const { names, labels } = images;
  const table = tableOfImages(images, kept, label);
  return {
    ...{ ...table, columns },
    whole: {
      columns: ["image", ...(labels ? ["class"] : [])],
      cells: kept.map((i) => [names?.[i] ?? String(i + 1), ...(labels ? [labels[i]!] : [])]),
    },
  };
}

/**
 * @param numbers whether pixels may be any numbers, as noisy ones are, or NaN.
 * @throws InputError for a level that the model has not.
 */
function expectLevels(model: Trained, { source, columns, rows, lines }: CsvTable): void {
  const levels = levelsOf(model);
  const d = columns.length;
  const off = rows.data.findIndex((v) => !Number.isNaN(v) && !(v > -0.5 && v < levels - 0.5));
  if (off >= 0)
    throw new InputError(
      `${source}: row ${lines?.[Math.floor(off / d)] ?? Math.floor(off / d) + 1}, pixel ${columns[off % d]} is ${rows.data[off]}; levels of the model are 0 to ${levels - 1}`,
    );
}

export interface RowsAsked {
  /** A column of labels, and whether it may be absent. */
  readonly label?: string | undefined;
  readonly labelOptional?: boolean;
  readonly allowMissing?: boolean;
  /** Whether pixels may be any numbers, as noisy ones are. */
  readonly anyLevels?: boolean;
}

/** Rows for a model, all at once. @throws InputError as `loadCsv` and `loadImages` do, and for images that are not of the model. */
export async function loadRows(
  model: Trained,
  path: string,
  options: RowOptions,
  { anyLevels, ...asked }: RowsAsked = {},
): Promise<CsvTable> {
  const { columns } = model;
  let table: CsvTable;
  if (isImage(path)) {
    const { images, kept } = imagesFor(model, path, options);
    table = tableFor(model, images, kept, asked.labelOptional && !images.labels ? undefined : asked.label);
  } else {
    expectTable(path, options);
    const { written } = model.data.coordinates;
    table = await loadCsv(path, { array: options.array, columns, real: columns, fit: false, written, ...asked });
    tellCommas(table.decimalCommas);
  }
  if (model.config.data.image && !anyLevels) expectLevels(model, table);
  return table;
}

/** Images of a block. */
const BLOCK = 512;

/** Rows for a model in blocks, each with its whole cells; of images their names and classes. */
export async function loadRowBlocks(model: Trained, path: string, options: RowOptions): Promise<Blocks> {
  const { columns } = model;
  const { image } = model.config.data;
  if (isImage(path)) {
    const { images, kept } = imagesFor(model, path, options);
    return async function* () {
      for (let from = 0; from < kept.length; from += BLOCK) {
        const table = tableFor(model, images, kept.slice(from, from + BLOCK));
        expectLevels(model, table);
        yield table;
      }
    };
  }
  expectTable(path, options);
  const { written } = model.data.coordinates;
  const blocks = await loadBlocks(path, { array: options.array, columns, real: columns, written, whole: true });
  return async function* () {
    for await (const table of blocks()) {
      if (image) expectLevels(model, table);
      yield table;
    }
  };
}
