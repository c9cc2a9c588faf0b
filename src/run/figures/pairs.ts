import { cornerFigure } from "../../report/figures/corner.js";
import { smoothColumns, words } from "../smoothed-columns.js";
import { onlyReal, type RunFigure } from "./run-figure.js";

/** Columns that a matrix of pairs still shows well. */
const MOST = 8;

/** Every pair of columns: contours of the model under the rows, and both by columns on the diagonal. */
export const pairs: RunFigure = {
  name: "pairs",
  about: "every pair of columns: regions of highest density of the model under the rows, marginals on the diagonal",
  ofColumns: true,
  whyNot: (view) => onlyReal(view) ?? (view.columns(MOST).chosen.length > 1 ? null : "it takes two columns or more"),
  async draw(view) {
    const { chosen, how } = view.columns(MOST);
    const draws = await view.draws();
    const smoothed = smoothColumns(view, draws, chosen);
    return {
      figure: cornerFigure({ title: "The model under the rows", rowsName: "rows", ...smoothed }),
      caption: `Every pair of columns: regions where the model is densest, under the rows; on the diagonal each column by itself. ${words(draws, smoothed, how)}`,
    };
  },
};
