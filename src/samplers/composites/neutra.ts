import { z } from "zod";
import type { Expr } from "../../ir/expr.js";
import { sub } from "../../ops/arithmetic.js";
import { InputError } from "../../util/errors.js";
import { underPrefix, withPrefix } from "../../util/records.js";
import { isExact, localGradients, localKernel, localOption, localSampler } from "../roles/local.js";
import { sampler } from "../sampler.js";

/**
 * A local kernel in the latent space of a flow `x = T(z)`: it moves z under the energy `E(T(z)) − log |det J_T(z)|`, whose
 * law is that of x pulled back. Where the flow fits, that is close to the flow's base: round, of one scale, without the
 * bends of x. The state holds x and z with its caches, `z.x` among them. Exact when the local kernel is, for every flow;
 * modes that the flow does not join are not joined either.
 */
export const neutra = sampler({
  name: "neutra",
  about: "A local kernel in a flow's latent space, where the target is nearly Gaussian: exact, for bent densities.",
  cite: "Hoffman et al. (2019), NeuTra-lizing bad geometry in Hamiltonian Monte Carlo using neural transport",
  exact: true,
  exactWith: ({ local }) => isExact(local),
  needs: ["flow"],
  tuning: { option: "stepSize", info: "acceptance", target: 0.65, failure: "divergent" },
  options: z.object({
    local: localOption({ alone: true }).default("hmc").describe("local kernel; ula makes it inexact"),
    stepSize: z
      .number()
      .positive()
      .default(0.1)
      .describe("ε, step size of a local kernel that has one, in latent space"),
  }),
  gradients: ({ local }) => localGradients(local, 1),
  noise: ({ event, chains }, { local }) => localSampler(local).noise({ event, chains }),
  kernel({ energy, event, chains, proposal }, { local, stepSize }) {
    const { forward, inverse } = proposal!;
    if (!forward || !inverse) throw new InputError("sampler neutra: needs a flow with forward and inverse");
    const pulledBack = (point: Expr): Expr => {
      const { y, logDet } = forward(point);
      return sub(energy(y), logDet);
    };
    const kernel = localKernel(local, { energy: pulledBack, event, chains }, stepSize);
    return {
      init: (x) => ({ x, ...withPrefix("z.", kernel.init(inverse(x).x)) }),
      step(state, noise) {
        const { state: next, info, proposed } = kernel.step(underPrefix("z.", state), noise);
        return {
          state: { x: forward(next.x!).y, ...withPrefix("z.", next) },
          info,
          ...(proposed ? { proposed: forward(proposed).y } : {}),
        };
      },
    };
  },
});
