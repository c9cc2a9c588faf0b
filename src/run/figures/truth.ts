import { distributionOf } from "../../config/prepare.js";
import { densityMap } from "../../report/figures/density-map.js";
import { axesOf, fieldsOf } from "./density.js";
import { onlyPlain, onlyReal, type RunFigure } from "./run-figure.js";

/** The law that the data came from, where it is known, as the model is drawn. */
export const truth: RunFigure = {
  name: "truth",
  about: "the true density of a data set of two columns, on the scale of the learned one",
  whyNot: (view) =>
    onlyReal(view) ??
    onlyPlain(view) ??
    (view.run.data.columns.length !== 2
      ? "it shows two columns"
      : distributionOf(view.run.config)
        ? null
        : "the law of the data is not known"),
  async draw(view) {
    const { model, truth: field = model, scale } = await fieldsOf(view);
    return {
      figure: densityMap({ title: "The truth", field, scale, axes: axesOf(view) }),
      caption: "The truth, on the same scale.",
    };
  },
};
