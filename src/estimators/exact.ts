import { normalEstimate } from "../metrics/interval.js";
import { noOptions } from "../util/options.js";
import { estimator } from "./estimator.js";

/** What the energy itself knows: an energy that declares its log Z does so for whatever parameters it is given. */
export const exact = estimator({
  name: "exact",
  about: "The log Z that the energy declares of itself: of a flow 0, of a lattice its closed form.",
  cite: "Baxter (1982), Exactly solved models in statistical mechanics",
  trap: "is what the energy declares of itself",
  options: noOptions,
  applies: ({ energy }) => (energy.exact ? null : "the energy does not know its own log Z"),
  estimate: async ({ energy }) => ({
    logZ: normalEstimate(energy.exact!.logZ, 0),
    degrees: null,
    ess: null,
    note: null,
    from: "the energy's own word",
  }),
});
