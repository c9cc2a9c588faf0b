import { runKey } from "../../config/prepare.js";
import { takeRows } from "../../data/take-rows.js";
import { subsample } from "../../random/choose.js";
import { fold } from "../../random/key.js";
import { pictureGrid, picturesOf } from "../../report/figures/picture-grid.js";
import { evened } from "../model-draws.js";
import type { RunFigure } from "./run-figure.js";

/** Images of each kind. */
const SHOWN = 32;

/** Draws of a model of images beside images it has learned from. */
export const images: RunFigure = {
  name: "images",
  about: "draws of a model of images beside images of the data, chosen at random",
  whyNot: ({ run }) => (run.config.data.image ? null : "rows are no images (data.image says their shape)"),
  async draw(view) {
    const { config } = view.run;
    const shape = config.data.image!;
    const draws = await view.draws();
    const top = (config.data.levels ?? 256) - 1;
    const some = (rows: number): Uint32Array =>
      subsample(fold(runKey(config), "pictures"), rows, Math.min(rows, SHOWN));
    const drawn = evened(draws, Math.min(SHOWN, draws.weights.length));
    return {
      figure: pictureGrid({
        title: "Images of the data and of the model",
        shape: [...shape],
        groups: [
          { name: "data", images: picturesOf(takeRows(view.rows, some(view.rows.shape[0]!)), top) },
          { name: "model", images: picturesOf(takeRows(draws.x, drawn), top) },
        ],
      }),
      caption: `Images of the data, chosen at random, and of the model: ${draws.from}${draws.doubt ? `, which may not be the model's: ${draws.doubt}` : ""}.`,
    };
  },
};
