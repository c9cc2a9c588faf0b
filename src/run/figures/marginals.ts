import { marginalsFigure } from "../../report/figures/marginals.js";
import { smoothColumns, words } from "../smoothed-columns.js";
import { onlyReal, type RunFigure } from "./run-figure.js";

/** Columns that are not too many to look at. */
const MOST = 24;

/** Every column by itself. */
export const marginals: RunFigure = {
  name: "marginals",
  about: "every column by itself: the rows as bars, the density of the model as a line",
  ofColumns: true,
  whyNot: (view) =>
    onlyReal(view) ?? (view.columns(MOST).chosen.length > 0 ? null : "no column has a place on an axis"),
  async draw(view) {
    const { chosen, how } = view.columns(MOST);
    const draws = await view.draws();
    const smoothed = smoothColumns(view, draws, chosen);
    return {
      figure: marginalsFigure({ title: "Column by column", rowsName: "rows", columns: smoothed.columns }),
      caption: `Each column by itself, per unit of it. ${words(draws, smoothed, how)}`,
    };
  },
};
