/** Pictures of a model of images, under names. */

import type { Trained } from "../model/trained.js";
import { newDocument } from "../report/document.node.js";
import { drawFigure } from "../report/figures/figure.js";
import { pictureGrid, picturesOf } from "../report/figures/picture-grid.js";
import type { FloatTensor, ImageShape } from "../util/tensor.js";
import { count } from "../util/words.js";
import { levelsOf } from "./image-rows.js";
import { say } from "./terminal.js";
import { writeFigure } from "./write-figure.js";

export interface NamedImages {
  readonly name: string;
  /** `(n, pixels)` in levels; NaN where a pixel is missing. */
  readonly rows: FloatTensor;
}

/** Places in a row, however few images there are. */
const FEWEST = 4;

/** Pixels of a PNG for one of the figure. */
const SCALE = 2;

/** Writes them below one another. @param columns images in a row, at most. */
export async function writePictures(
  out: string,
  model: Trained,
  {
    title,
    groups,
    columns,
  }: { readonly title: string; readonly groups: readonly NamedImages[]; readonly columns: number },
): Promise<void> {
  const top = levelsOf(model) - 1;
  const most = Math.max(...groups.map(({ rows }) => rows.shape[0]!));
  const figure = pictureGrid({
    ...{
      title,
      columns: Math.min(columns, Math.max(FEWEST, most)),
      shape: [...model.config.data.image!] as ImageShape,
    },
    groups: groups.map(({ name, rows }) => ({ name, images: picturesOf(rows, top) })),
  });
  await writeFigure(out, drawFigure(figure, newDocument()), SCALE);
  say(`${out}: ${groups.map(({ name, rows }) => `${count(rows.shape[0]!, "image")}, ${name}`).join("; ")}`);
}
