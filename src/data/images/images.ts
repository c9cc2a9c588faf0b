/** Images with their classes, as a folder or a file holds them, and the contract of those that read them. */

import { subsample } from "../../random/choose.js";
import { fold, type Key } from "../../random/key.js";
import { InputError } from "../../util/errors.js";
import { suggest } from "../../util/suggest.js";
import { type ImageShape, tensor } from "../../util/tensor.js";
import type { CsvTable } from "../csv.js";

export interface Images {
  /** What messages call them. */
  readonly source: string;
  readonly shape: ImageShape;
  /** `(n, channels, height, width)`: levels 0 to 255. */
  readonly levels: Uint8Array;
  /** The class of each, where they have classes. */
  readonly labels?: readonly string[];
  /** The name of each, where each is a file. */
  readonly names?: readonly string[];
}

/** Files by name, read when they are asked for. */
export interface Folder {
  /** What messages call it. */
  readonly source: string;
  /** Names of the files in it, those of folders in it as `folder/name`; in order. */
  readonly names: readonly string[];
  /**
   * The bytes of a file, unpacked where gzip has packed them.
   * @param size of the bytes by their first 64: more are refused before they are unpacked.
   * @throws InputError when it cannot be read, is broken, or is larger than it says.
   */
  read(name: string, size?: (head: Uint8Array, source: string) => number): Uint8Array;
}

/** Which of its images: most data sets come divided. */
export type Part = "train" | "test";

/** One way in which images lie in a folder. */
export interface ImageFormat {
  readonly name: string;
  /** A sentence: which files it is known by. */
  readonly about: string;
  readonly cite?: string;
  /** Whether one of its files holds many images, so that it is data by itself. */
  readonly files: boolean;
  /** Whether a folder holds such images. */
  holds(names: readonly string[]): boolean;
  /** Parts that are in a folder of such images; left out where they are not divided. */
  parts?(names: readonly string[]): readonly Part[];
  /**
   * The images of a part; all of them where they are not divided.
   * @throws InputError naming the file that is missing, damaged, or does not fit the others.
   */
  read(folder: Folder, part: Part): Images;
}

export interface ImageChoice {
  /** Classes that are kept, with how often each is beside the others: `{ "0": 4, "1": 2, "8": 1 }`. All as they are unless given. */
  readonly shares?: Readonly<Record<string, number>> | undefined;
  /** Images that are kept at most, a random choice. */
  readonly most?: number | undefined;
  readonly key: Key;
}

/** The numbers of the images that are kept, in their order. @throws InputError for a class there is not. */
export function chosenImages({ source, labels, levels, shape }: Images, { shares, most, key }: ImageChoice): number[] {
  const n = levels.length / (shape[0] * shape[1] * shape[2]);
  const kept = shares === undefined ? [...Array(n).keys()] : byShares(source, labels, shares, key);
  if (most === undefined || most >= kept.length) return kept;
  return Array.from(subsample(fold(key, "most"), kept.length, most), (i) => kept[i]!).sort((a, b) => a - b);
}

/** As many of each class as there can be where their shares are to be right. */
function byShares(
  source: string,
  labels: readonly string[] | undefined,
  shares: Readonly<Record<string, number>>,
  key: Key,
): number[] {
  if (!labels) throw new InputError(`${source} has no classes, so that none can be chosen; leave out shares`);
  const names = [...new Set(labels)].sort();
  const unknown = Object.keys(shares).find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new InputError(`${source} has no class ${unknown}${suggest(unknown, names)}; there are: ${names.join(", ")}`);
  const of = Object.entries(shares).map(([name, share]) => ({
    share,
    rows: labels.flatMap((label, i) => (label === name ? [i] : [])),
    key: fold(key, name),
  }));
  const unit = Math.min(...of.map(({ share, rows }) => rows.length / share));
  const kept = of.flatMap(({ share, rows, key: own }) =>
    Array.from(subsample(own, rows.length, Math.max(1, Math.round(unit * share))), (i) => rows[i]!),
  );
  return kept.sort((a, b) => a - b);
}

/** Channels by name, of three; else by number. */
const CHANNELS: readonly string[] = ["red", "green", "blue"];

/** The name of each pixel: `r3c5`, with several channels `r3c5.red`. */
export function pixelNames([channels, height, width]: ImageShape): string[] {
  const ends = Array.from({ length: channels }, (_, k) =>
    channels === 3 ? `.${CHANNELS[k]}` : channels > 1 ? `.${k}` : "",
  );
  return ends.flatMap((end) =>
    Array.from({ length: height * width }, (_, at) => `r${Math.floor(at / width)}c${at % width}${end}`),
  );
}

/** Images as a table: a row an image, a column a pixel of a channel, and a column `class` of labels where they are asked for. */
export function tableOfImages(images: Images, kept: readonly number[], label: string | undefined): CsvTable {
  const { source, shape, levels, labels } = images;
  const columns = pixelNames(shape);
  const d = columns.length;
  const rows = new Float64Array(kept.length * d);
  for (const [k, i] of kept.entries()) for (let j = 0; j < d; j++) rows[k * d + j] = levels[i * d + j]!;
  if (label !== undefined && !labels)
    throw new InputError(`${source} has no classes; leave out the label ${label}`, ["data", "label"]);
  const lines = kept.map((i) => i + 1);
  return {
    source,
    columns,
    image: shape,
    rows: tensor(rows, [kept.length, d]),
    lines,
    ...(label === undefined ? {} : { labels: { column: label, cells: kept.map((i) => labels![i]!), rows: lines } }),
  };
}
