import { barsFigure } from "../../report/figures/bars.js";
import { aheadOf, rivalsOf } from "../rivals.js";
import type { RunFigure } from "./run-figure.js";

/** How far the model is ahead of what it is compared with. */
export const baselines: RunFigure = {
  name: "baselines",
  about: "nats a row that the model is ahead of each baseline and of its flow alone, on held-out rows",
  whyNot: (view) =>
    view.run.data.test.shape[0] === 0
      ? "no rows were held out"
      : rivalsOf(view).length === 0
        ? "there is nothing to compare with"
        : null,
  async draw(view) {
    const ahead = await aheadOf(view);
    const bound = view.summary.evaluation.atMost ? ", at most" : "";
    return {
      figure: barsFigure({
        title: "How far the model is ahead",
        groups: ahead.map(({ name }) => name),
        series: [{ name: `model less the other${bound}`, role: "ebm", estimates: ahead.map((one) => one.ahead) }],
        yLabel: `nats a row${bound}`,
      }),
      caption: `The mean difference of log-densities of held-out rows, row by row, with 95 % intervals: above zero the model is the better.`,
    };
  },
};
