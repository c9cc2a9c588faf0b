import { isDiscrete } from "../../config/registries.js";
import { traceLines } from "../../report/figures/trace-lines.js";
import { mean } from "../../util/moments.js";
import { rivalsOf } from "../rivals.js";
import type { RunView } from "../view.js";
import type { RunFigure } from "./run-figure.js";

const judged = ({ journal }: RunView) => journal.filter(({ validation }) => typeof validation === "number");

/** Validation rows over the steps, with the step that was kept and the baselines on the same rows. */
export const learning: RunFigure = {
  name: "learning",
  about: "log-likelihood of validation rows over the steps, the kept step marked, baselines as lines",
  whyNot: (view) => (judged(view).length === 0 ? "no validation rows were judged while it trained" : null),
  async draw(view) {
    const { run, summary } = view;
    const { coordinates, validation } = run.data;
    // The same at every step, so that it moves all lines alike.
    const bend = coordinates.bent ? mean(coordinates.bend(coordinates.decode(validation), validation)) : 0;
    const shift = bend - coordinates.logVolume;
    const records = judged(view);
    const lines = await Promise.all(
      rivalsOf(view).map(async ({ name, role, logDensity }) => ({
        ...{ name, role, value: mean(await logDensity(validation)) + shift },
      })),
    );
    const classes = run.model.energy.classes && run.data.labels ? " and their classes" : "";
    const units = isDiscrete(run.config) ? "" : ", in the units of the data";
    return {
      figure: traceLines({
        title: "Validation rows",
        yLabel: "nats a row",
        series: [
          {
            ...{ name: "model", role: "ebm", x: records.map(({ step }) => step) },
            y: records.map((record) => Number(record.validation) + shift),
          },
        ],
        references: lines,
        mark: { at: summary.selected, name: `step ${summary.selected}, kept` },
      }),
      caption: `Log-likelihood of ${validation.shape[0]} validation rows${classes}${units}. Lines across: baselines fitted to the training rows${lines.some(({ role }) => role === "flow") ? ", and the flow as it was kept" : ""}, on the same rows.`,
    };
  },
};
