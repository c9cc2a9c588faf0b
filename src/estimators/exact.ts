import { normalEstimate } from "../metrics/intervals/interval.js";
import { input } from "../ops/leaf.js";
import { compile } from "../runtime/program.js";
import { noOptions } from "../util/options.js";
import { cast, floats } from "../util/tensor.js";
import { type EstimatedModel, estimator } from "./estimator.js";

/** The number, the sum on the host, or the expression at the parameters, in double precision: whichever there is. */
async function logZOf({ energy, params, engine }: EstimatedModel): Promise<number> {
  const { exact, exactLogZ, logZ, layout } = energy;
  if (exact) return exact.logZ;
  if (exactLogZ) return exactLogZ(params?.data as ArrayLike<number>);
  const theta = input("params", [layout.size], "float64");
  const program = await compile({ params: theta }, { logZ: logZ!(theta) }, { engine });
  const given = params ? { params: cast(params, "float64") } : {};
  return floats((await program.run(given)).logZ!)[0]!;
}

/** What the energy itself knows: an energy that declares its log Z does so for whatever parameters it is given. */
export const exact = estimator({
  name: "exact",
  about:
    "The log Z that the energy declares of itself: of a flow 0, of a lattice its closed form, of a small machine a sum.",
  cite: "Baxter (1982), Exactly solved models in statistical mechanics",
  trap: "is what the energy declares of itself",
  options: noOptions,
  needs: ["normaliser"],
  estimate: async (model) => ({
    logZ: normalEstimate(await logZOf(model), 0),
    degrees: null,
    ess: null,
    rounding: 0,
    note: null,
    from: "the energy's own word",
  }),
});
