/** How well parameters explain the validation rows: what chooses the best of a run. */

import type { RunData } from "../config/prepare.js";
import { classEnergiesOf, energyOf } from "../energies/evaluate.js";
import type { Learned } from "../inference/learned.js";
import { type LogLikelihood, logLikelihood } from "../metrics/goodness/log-likelihood.js";
import type { Model } from "../objectives/objective.js";
import type { Key } from "../random/key.js";
import type { Where } from "../runtime/program.js";
import { heldOut, type LogZEstimate } from "./evaluate.js";

export interface Validated {
  readonly logZ: LogZEstimate;
  /** Of the rows, and of their classes with them where the model knows classes: `log p(x) + log p(y | x)`. */
  readonly likelihood: LogLikelihood;
}

/** Judges parameters of a model; programs are compiled once. The key is the same for all, so that they can be compared. */
export function validatorOf(
  model: Model,
  { validation, labels }: RunData,
  { key, draws, engine }: { readonly key: Key; readonly draws: number } & Where,
): (learned: Learned) => Promise<Validated> {
  const energy = energyOf(model.energy, "float32", { engine });
  const classes = model.energy.classes && labels ? classEnergiesOf(model.energy, "float32", { engine }) : undefined;
  return async (learned) => {
    const { logZ, likelihood } = await heldOut(model, learned, validation, { key, draws, energy, engine });
    if (!classes || !labels) return { logZ, likelihood };
    const [e, all] = [await energy(validation, learned.energy), await classes(validation, learned.energy)];
    const k = labels.classes.length;
    const logDensity = e.map((v, i) => logShare(all.subarray(i * k, (i + 1) * k), labels.validation[i]!) - v);
    return { logZ, likelihood: logLikelihood({ logDensity, logZ: logZ.logZ }) };
  };
}

/** `log p(y | x)` by the energies of all classes at a point. */
function logShare(energies: Float64Array, y: number): number {
  const least = Math.min(...energies);
  return least - energies[y]! - Math.log(energies.reduce((s, e) => s + Math.exp(least - e), 0));
}
