import { barsFigure } from "../../report/figures/bars.js";
import type { PageFigure } from "../../report/page.js";
import type { Table } from "../../report/table.js";
import type { RunView } from "../view.js";
import type { RunFigure } from "./run-figure.js";

/** Against a known distribution: its weights, the model's, the flow's and the data's. */
function againstTruth({ truth }: RunView["summary"]["evaluation"]): PageFigure | null {
  const weights = truth?.modeWeights;
  if (!weights) return null;
  const figure = barsFigure({
    title: "Weights of the modes",
    groups: weights.truth.map((_, k) => `mode ${k + 1}`),
    series: [
      { name: "model", role: "ebm", estimates: weights.modelByImportance.weights },
      ...(weights.flow ? [{ name: "flow", role: "flow" as const, estimates: weights.flow.weights }] : []),
      { name: "data", role: "data", estimates: weights.data.weights },
    ],
    truth: weights.truth,
  });
  const numbers: Table = {
    columns: ["mode", "truth", "model, by quadrature", "model, by importance", "flow", "data"],
    rows: weights.truth.map((w, k) => [
      `mode ${k + 1}`,
      w,
      weights.model?.weights[k] ?? null,
      weights.modelByImportance.weights[k] ?? null,
      weights.flow?.weights[k] ?? null,
      weights.data.weights[k] ?? null,
    ]),
  };
  return { figure, caption: "With 95 % intervals; dashed: the truth.", numbers };
}

/** The modes that the rows show, and the model's share of each. */
function found({ run, summary }: RunView): PageFigure | null {
  const { modes } = summary.evaluation;
  if (!modes) return null;
  const groups = modes.modes.map((_, k) => `mode ${k + 1}`);
  return {
    figure: barsFigure({
      title: "Weights of the modes",
      groups,
      series: [
        { name: "model", role: "ebm", estimates: modes.modes.map(({ model }) => model) },
        { name: "rows", role: "data", estimates: modes.modes.map(({ rows }) => rows) },
      ],
    }),
    caption:
      "Modes that the rows show, parted where the energy rises between them, and the share of the model and of the rows in each, with 95 % intervals.",
    numbers: {
      columns: ["mode", "model", "rows", "p of equal shares", ...run.data.columns],
      rows: modes.modes.map(({ model, rows, pValue, center }, k) => [groups[k]!, model, rows, pValue, ...center]),
    },
  };
}

/** The weights of the modes in the model and in the rows. */
export const modes: RunFigure = {
  name: "modes",
  about: "weights of the modes in the model and in the rows, with intervals",
  whyNot: ({ summary: { evaluation } }) =>
    evaluation.truth?.modeWeights || evaluation.modes ? null : "the evaluation found no two modes",
  async draw(view) {
    const drawn = againstTruth(view.summary.evaluation) ?? found(view);
    if (!drawn) throw new Error("modes: asked of a run without any");
    return drawn;
  },
};
