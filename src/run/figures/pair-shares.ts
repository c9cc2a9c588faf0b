import { pairShares as ofPairs } from "../bit-figures.js";
import { onlyBits, type RunFigure } from "./run-figure.js";
import { bitsOf } from "./shares.js";

/** How often two binary columns are on together. */
export const pairShares: RunFigure = {
  name: "pair-shares",
  about: "binary columns: how often two are on together, in the rows and in draws of the model",
  whyNot: (view) => onlyBits(view) ?? (view.run.data.columns.length > 1 ? null : "there is only one column"),
  draw: async (view) => ofPairs(await bitsOf(view)),
};
