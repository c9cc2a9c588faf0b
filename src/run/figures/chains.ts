import { runKey } from "../../config/prepare.js";
import { fold } from "../../random/key.js";
import { pictureGrid, picturesOf } from "../../report/figures/picture-grid.js";
import { filmOf } from "../film.js";
import { onlyReal, type RunFigure } from "./run-figure.js";

/** Chains, frames of each, and how they run. */
const [CHAINS, FRAMES, STEPS, WARMUP] = [6, 12, 5, 30];

/** Chains of a model of images as strips of film. */
export const chains: RunFigure = {
  name: "chains",
  about: "chains of a model of images as strips of film, with a frame where they have jumped",
  whyNot: (view) =>
    view.run.config.data.image ? onlyReal(view) : "rows are no images, of which each step would be a picture",
  async draw({ run, trained }) {
    const { image, levels = 256 } = run.config.data;
    const key = fold(runKey(run.config), "film");
    const film = await filmOf(trained, { key, chains: CHAINS, frames: FRAMES, localSteps: STEPS, warmup: WARMUP });
    const pictures = picturesOf(film.frames, levels - 1);
    const strips = Array.from({ length: pictures.length / FRAMES }, (_, c) => c * FRAMES);
    const taken = film.jumped.filter(Boolean).length;
    const moves = film.jumps
      ? `From frame to frame ${STEPS} local steps (MALA) and a jump that the flow proposes; a frame around an image says that the jump was taken, as ${taken} of ${film.jumped.length} were. They start at draws of the flow`
      : `From frame to frame ${STEPS} local steps (MALA), which do not jump. They start at training rows`;
    return {
      figure: pictureGrid({
        title: "Chains of the model",
        shape: [...image!],
        columns: FRAMES,
        groups: strips.map((from, c) => ({
          name: `chain ${c + 1}`,
          images: pictures.slice(from, from + FRAMES),
          marked: film.jumped.slice(from, from + FRAMES),
        })),
      }),
      caption: `Each row a chain of the model over ${FRAMES} rounds. ${moves}, ${WARMUP} rounds before the first frame.`,
    };
  },
};
