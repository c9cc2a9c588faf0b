import { energyOf } from "../energies/evaluate.js";
import { normalEstimate } from "../metrics/intervals/interval.js";
import { countStates, enumeration as overStates } from "../metrics/log-z/enumeration.js";
import { noOptions } from "../util/options.js";
import { estimator } from "./estimator.js";

/** States that are summed in a few seconds. */
const MOST = 2 ** 20;

/** `Σ exp(−E)` over every state of a discrete energy, in double precision. */
export const enumeration = estimator({
  name: "enumeration",
  about: "The sum over every state of a discrete energy: exact, up to a million states.",
  cite: "Baxter (1982), Exactly solved models in statistical mechanics",
  trap: "sums every state",
  options: noOptions,
  support: "discrete",
  limit({ energy: { support, event } }) {
    const states = countStates(support, event);
    return states <= MOST ? null : `there are ${states.toPrecision(2)} states, and at most ${MOST} are summed`;
  },
  async estimate({ energy, params, engine }) {
    const at = energyOf(energy, "float64", { engine });
    const { logZ, states } = await overStates(async (x) => (await at(x, params)).map((v) => -v), energy);
    return {
      logZ: normalEstimate(logZ, 0),
      degrees: null,
      ess: null,
      rounding: 0,
      note: null,
      from: `${states} states`,
    };
  },
});
