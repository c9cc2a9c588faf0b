/** The table that a training reads, and the flags that say which of its columns, and as what. */

import { type Command, InvalidArgumentError } from "commander";
import type { RunConfig } from "../config/config.js";
import { isDiscrete } from "../config/registries.js";
import type { TextCells } from "../data/columns/column.js";
import { dateCells } from "../data/columns/date.js";
import type { CsvTable } from "../data/csv.js";
import { chosenImages, type Images, tableOfImages } from "../data/images/images.js";
import { isImages, loadImages } from "../data/images/load-images.node.js";
import { loadCsv } from "../data/load-csv.js";
import { fold, makeKey } from "../random/key.js";
import { readYaml } from "../util/yaml.js";
import type { Overlay } from "./compose-config.js";
import { type ConfigContent, isRecord } from "./config-file.js";
import { type ArrayOption, withArray } from "./with-array.js";

export interface ColumnFlags extends ArrayOption {
  readonly columns?: readonly string[];
  readonly drop?: readonly string[];
  readonly as?: readonly string[];
}

const names = (text: string): readonly string[] => text.split(",").map((name) => name.trim());

function collect(value: string, before: readonly string[] = []): string[] {
  if (!/.=./.test(value)) throw new InvalidArgumentError("Expected column=kind, such as year=whole.");
  return [...before, value];
}

/** Declares them. */
export const withColumnFlags = (command: Command): Command =>
  withArray(command)
    .option("--columns <names>", "columns of the file to read, with commas (default: all)", names)
    .option("--drop <names>", "columns of the file to leave out, with commas", names)
    .option(
      "--as <column=kind>",
      "what a column is: real, positive, bounded, whole, boolean, category, date; may be repeated",
      collect,
    );

/** What they say, over a configuration. */
export const columnOverlays = ({ array, columns, drop, as = [] }: ColumnFlags): Overlay[] => [
  ...(array === undefined ? [] : [{ path: ["data", "array"], value: array, from: `--array ${array}` }]),
  ...(columns ? [{ path: ["data", "columns"], value: columns, from: `--columns ${columns.join(",")}` }] : []),
  ...(drop ? [{ path: ["data", "drop"], value: drop, from: `--drop ${drop.join(",")}` }] : []),
  ...as.map((text): Overlay => {
    const at = text.lastIndexOf("=", text.indexOf("{") < 0 ? undefined : text.indexOf("{"));
    const { value } = readYaml(text.slice(at + 1), { name: `--as ${text}` });
    return { path: ["data", "as", text.slice(0, at)], value, from: `--as ${text}` };
  }),
];

/** Columns that are told to be of one of the kinds. */
const toldToBe = ({ as = {} }: RunConfig["data"], kinds: readonly string[]): string[] =>
  Object.entries(as)
    .filter(([, kind]) => kinds.includes(typeof kind === "string" ? kind : kind.name))
    .map(([name]) => name);

/** The images of the file or folder that a configuration is to be made for, where there are images. */
export function imagesOf({ data }: ConfigContent): Images | undefined {
  if (!isRecord(data) || typeof data.file !== "string" || !isImages(data.file)) return undefined;
  return loadImages(data.file, data.part === "test" ? "test" : "train");
}

/** Their shape over a configuration that says none: what is usual depends on it. */
export const imageOverlay = ({ source, shape }: Images): Overlay => ({
  path: ["data", "image"],
  value: [...shape],
  from: source,
});

/** The images of a configuration's file or folder, as a table. */
function imageTable(
  { data, seed }: Pick<RunConfig, "data" | "seed">,
  images = loadImages(data.file!, data.part ?? "train"),
): CsvTable {
  const { shares, most, label } = data;
  return tableOfImages(images, chosenImages(images, { shares, most, key: fold(makeKey(seed), "images") }), label);
}

/**
 * The rows of a configuration's file; of points of bits as they are, else with the columns of text numbered.
 * @param told is told of columns that would be refused, such as codes that read as numbers.
 * @param images that are read already.
 */
export async function loadTrainingTable(
  config: RunConfig,
  { told, images }: { readonly told?: (text: string) => void; readonly images?: Images | undefined } = {},
): Promise<CsvTable> {
  if (images || isImages(config.data.file!)) return imageTable(config, images);
  const { file, array, columns, drop, label, missing } = config.data;
  const written: Record<string, TextCells> = Object.fromEntries(
    toldToBe(config.data, ["date"]).map((name) => [name, dateCells]),
  );
  const text = toldToBe(config.data, ["category"]);
  const numbers = toldToBe(config.data, ["real", "positive", "bounded", "whole", "date"]);
  return loadCsv(file!, {
    // A column of bits may be constant, and one of any other kind has a kind for it.
    ...{
      fit: false,
      array,
      label,
      drop,
      written,
      allowMissing: missing === "drop" || missing === "impute" || told !== undefined,
    },
    ...(columns ? { columns } : {}),
    ...(isDiscrete(config) ? {} : { find: { text, numbers, ...(told ? { told } : {}) } }),
  });
}
