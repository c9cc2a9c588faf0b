/** Who says of which class an image is: a network of convolutions trained on images of these classes, as many of each. */

import { fit as train } from "../../train/fit.js";
import type { FloatTensor, ImageShape } from "../../util/tensor.js";
import type { ClassedRows } from "./choose.js";

export interface Judge {
  /** The class of each image. */
  classesOf(rows: FloatTensor): Promise<string[]>;
}

/** Channels of its stages, and rows a step. */
const [WIDTHS, BATCH] = [[16, 32], 64] as const;

/** @param steps of its training. */
export async function trainJudge(
  { rows, labels }: ClassedRows,
  { image, levels, steps, seed }: { image: ImageShape; levels: number; steps: number; seed: number },
): Promise<Judge> {
  const even = image[1] % 2 === 0 && image[2] % 2 === 0;
  const model = await train(rows, {
    ...{ image, levels, labels, seed, steps, batch: BATCH, test: 0, validation: 0, select: "last", flow: null },
    energy: { name: "classifier", network: { name: "residual", widths: even ? [...WIDTHS] : [WIDTHS[1]] } },
    objective: { name: "jem", weight: 0 },
  });
  return {
    async classesOf(images) {
      const { classes } = await model.classify(images);
      return Array.from(classes, (k) => model.classes[k]!);
    },
  };
}
