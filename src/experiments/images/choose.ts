/** The images of a unit: some classes in given shares, or all images of one. */

import { chosenImages } from "../../data/images/images.js";
import type { Key } from "../../random/key.js";
import { type Tensor, tensor } from "../../util/tensor.js";
import type { ClassedImages } from "./study.js";

/** Rows `(n, pixels)` of levels, with the class of each. */
export interface ClassedRows {
  readonly rows: Tensor<Float64Array>;
  readonly labels: readonly string[];
}

/** At most so many images in the given shares, a random choice. @throws InputError for a class there is not. */
export function chooseImages(
  images: ClassedImages,
  {
    shares,
    most,
    key,
  }: { readonly shares: Readonly<Record<string, number>>; readonly most: number; readonly key: Key },
): ClassedRows {
  const { shape, levels, labels } = images;
  const d = shape[0] * shape[1] * shape[2];
  const kept = chosenImages({ source: "the images", ...images }, { shares, most, key });
  const rows = new Float64Array(kept.length * d);
  for (const [k, i] of kept.entries()) rows.set(levels.subarray(i * d, (i + 1) * d), k * d);
  return { rows: tensor(rows, [kept.length, d]), labels: kept.map((i) => labels[i]!) };
}
