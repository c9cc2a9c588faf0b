import { ownShares, sharesOfBits } from "../bit-figures.js";
import type { RunView } from "../view.js";
import { onlyBits, type RunFigure } from "./run-figure.js";

export async function bitsOf({ trained, rows, run, draws }: RunView) {
  const { support } = trained.energy;
  const high = support.kind === "binary" ? support.values[1] : 1;
  return sharesOfBits(rows, await draws(), run.data.columns, high);
}

/** How often each binary column is on. */
export const shares: RunFigure = {
  name: "shares",
  about: "binary columns: how often each is on, in the rows and in draws of the model",
  whyNot: onlyBits,
  draw: async (view) => ownShares(await bitsOf(view)),
};
