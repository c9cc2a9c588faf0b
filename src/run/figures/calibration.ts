import { coverageFigure } from "../../report/figures/coverage.js";
import { coverageWords } from "../coverage.js";
import type { RunFigure } from "./run-figure.js";

/** Whether regions of highest density hold the held-out rows they should. */
export const calibration: RunFigure = {
  name: "calibration",
  about: "the share of held-out rows in regions of highest density, with the band of a right model",
  whyNot: ({ run }) => (run.data.test.shape[0] === 0 ? "no rows were held out" : null),
  async draw(view) {
    const coverage = await view.coverage();
    const { from } = await view.draws();
    return {
      figure: coverageFigure({
        title: "Coverage of density regions",
        masses: coverage.below.map((u) => 1 - u),
        band: coverage.band,
        bandName: "of a right model, 19 times in 20",
      }),
      caption: `Held-out rows in regions of highest density of the model, by ${from}; below the diagonal the model is too sure of itself, above it is too wide. ${coverageWords(coverage)}`,
    };
  },
};
