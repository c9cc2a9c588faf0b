/** Images of which a part is filled in: the mask, what the chains of each say, and a picture. */

import { statSync } from "node:fs";
import { isImage, loadImages } from "../data/images/load-images.node.js";
import { MASKS, maskedPixels, pixelsOf } from "../data/images/mask.js";
import { takeRows } from "../data/take-rows.js";
import type { Imputed } from "../inference/impute.js";
import type { Trained } from "../model/trained.js";
import { InputError } from "../util/errors.js";
import { mean } from "../util/moments.js";
import { type FloatTensor, type ImageShape, tensor } from "../util/tensor.js";
import { several } from "../util/words.js";
import { writePictures } from "./pictures.js";

/** The numbers of the pixels that a mask takes away. @throws InputError for a table, or what is no mask. */
export function maskOf({ config }: Trained, text: string): readonly number[] {
  const image = config.data.image as ImageShape | undefined;
  if (!image) throw new InputError(`--mask ${text}: the model is of a table; leave cells of the table empty instead`);
  const named = maskedPixels(text, image);
  if (named) return named;
  if (!statSync(text, { throwIfNoEntry: false })?.isFile() || !isImage(text))
    throw new InputError(`--mask ${text}: expected ${MASKS}`);
  const { shape, levels } = loadImages(text, "unseen");
  const [, height, width] = shape;
  if (height !== image[1] || width !== image[2])
    throw new InputError(
      `--mask ${text} is ${height} × ${width}, and images of the model are ${image[1]} × ${image[2]}; scale it`,
    );
  return pixelsOf((row, column) => levels[row * width + column]! >= 128, image);
}

/** What is known of one image. */
export interface InpaintedImage {
  /** Its number among those given, from 1. */
  readonly image: number;
  readonly missing: number;
  /** Root mean square over the missing pixels of the deviation of their law, in levels. */
  readonly deviation: number;
  /** The same of the mean less the true levels, where these are known: the deviation, of a right model, in the mean over images. */
  readonly error: number | null;
  /** Whether its chains agree, and the largest R-hat over the missing pixels. */
  readonly mixed: boolean | null;
  readonly rhat: number;
  readonly verdict: string;
}

export interface Inpainted {
  readonly images: readonly InpaintedImage[];
  readonly original: FloatTensor;
  readonly masked: FloatTensor;
  readonly done: Imputed;
}

/** @param original whole images where they are known; else what is given. */
export function inpainted(
  model: Trained,
  { original, masked, done }: Pick<Inpainted, "original" | "masked" | "done">,
): Inpainted {
  const d = model.columns.length;
  const images = (done.judged ?? []).map(({ row, verdict: { mixed, verdict, coordinates } }): InpaintedImage => {
    const missing = Array.from({ length: d }, (_, j) => row * d + j).filter((at) => Number.isNaN(masked.data[at]));
    const square = (of: (at: number) => number): number => Math.sqrt(mean(missing.map((at) => of(at) ** 2)));
    const error = square((at) => done.rows.data[at]! - original.data[at]!);
    return {
      ...{ image: row + 1, missing: missing.length, mixed, verdict },
      deviation: square((at) => done.standardDeviations.data[at]!),
      error: Number.isNaN(error) ? null : error,
      rhat: Math.max(...coordinates.map(({ rhat }) => rhat)),
    };
  });
  return { images, original, masked, done };
}

/** What the images say together. */
export function tellInpainted({ images }: Inpainted): string[] {
  const deviation = Math.sqrt(mean(images.map((one) => one.deviation ** 2)));
  const errors = images.flatMap(({ error }) => (error === null ? [] : [error ** 2]));
  const against =
    errors.length > 0 ? `; the mean misses the true pixels by ${Math.sqrt(mean(errors)).toPrecision(3)}` : "";
  return [
    `missing pixels vary by ${deviation.toPrecision(3)} levels given the others (root mean square)${against}`,
    agreement(images),
  ];
}

/** Whether the chains of every image agree, in a line. */
function agreement(images: Inpainted["images"]): string {
  const most = Math.max(...images.map(({ rhat }) => rhat)).toFixed(2);
  const apart = images.filter(({ mixed }) => mixed === false);
  const unknown = images.filter(({ mixed }) => mixed === null).length;
  const more = "give more --warmup and --draws";
  if (apart.length > 0)
    return `notice: the chains of ${apart.length} of ${images.length} images do not agree, image ${several(apart.map(({ image, rhat }) => `${image} (R-hat ${rhat.toFixed(2)})`))}: what is filled in there is where chains have been, and how often is not known; ${more}`;
  if (unknown > 0)
    return `the chains of ${unknown} of ${images.length} images are not shown to have mixed (R-hat up to ${most}); ${more}`;
  return `the chains of every image agree (R-hat up to ${most})`;
}

/** Images in a picture, and draws of each. */
const [SHOWN, DRAWS] = [8, 4];

/** Originals, what is given, draws, and means, a column an image. */
export async function drawInpainted(out: string, model: Trained, { original, masked, done }: Inpainted): Promise<void> {
  const shown = [...Array(Math.min(SHOWN, masked.shape[0]!)).keys()];
  const some = (rows: FloatTensor): FloatTensor => takeRows(rows, shown);
  const whole = !original.data.some(Number.isNaN);
  await writePictures(out, model, {
    title: "Images filled in",
    columns: SHOWN,
    groups: [
      ...(whole ? [{ name: "original", rows: some(original) }] : []),
      { name: "given", rows: some(masked) },
      ...Array.from({ length: DRAWS }, (_, k) => ({ name: `draw ${k + 1}`, rows: some(drawOf(masked, done, k)) })),
      { name: "mean", rows: some(done.rows) },
    ],
  });
}

/** Rows with the last draws of one of their chains. */
function drawOf(masked: FloatTensor, { draws = [] }: Imputed, k: number): FloatTensor {
  const d = masked.shape[1]!;
  const out = Float64Array.from(masked.data);
  for (const { rows, coordinates, x } of draws) {
    const [, chains, count, m] = x.shape as [number, number, number, number];
    // Where there are fewer chains, earlier draws of them.
    const back = Math.min(count - 1, Math.floor(k / chains) * Math.ceil(count / DRAWS));
    for (const [i, row] of rows.entries()) {
      const at = ((i * chains + (k % chains)) * count + count - 1 - back) * m;
      for (const [c, j] of coordinates.entries()) out[row * d + j] = x.data[at + c]!;
    }
  }
  return tensor(out, masked.shape);
}
