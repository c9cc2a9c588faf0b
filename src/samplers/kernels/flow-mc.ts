import { z } from "zod";
import { type ExprRecord, scan } from "../../ops/control.js";
import { mean } from "../../ops/special.js";
import { stackNoise } from "../../random/noise.js";
import { underPrefix, withPrefix } from "../../util/records.js";
import { locals } from "../parts/locals.js";
import { type Sampler, sampler } from "../sampler.js";
import { jump } from "./independent.js";

/**
 * `k` local steps, then one jump proposed by the flow. After the local moves the energy and the flow's log-density are
 * those of the new positions: the jump never compares against where a chain was before. Local and global acceptance
 * are reported apart. Exact when the local kernel is.
 */
export const flowMc = sampler({
  name: "flow-mc",
  about: "Local steps and a global jump proposed by a flow, in turn: mixes inside modes and between them.",
  cite: "Gabrié, Rotskoff & Vanden-Eijnden (2022), Adaptive Monte Carlo augmented with normalizing flows",
  exact: true,
  exactWith: ({ local }) => locals[local].exact,
  crosses: true,
  needsProposal: true,
  tuning: { option: "stepSize", info: "localAcceptance", target: 0.574 },
  options: z.object({
    local: z.enum(["mala", "ula", "hmc", "random-walk"]).default("mala").describe("local kernel; ula makes it inexact"),
    localSteps: z.number().int().min(1).max(1000).default(10).describe("k, local steps before each jump"),
    stepSize: z.number().positive().default(0.005).describe("ε, step size of the local kernel"),
    jumps: z.boolean().default(true).describe("whether the flow proposes at all; off only to see what it does"),
  }),
  gradients({ local, localSteps, stepSize }) {
    const { options, gradients } = locals[local] as unknown as Sampler;
    return localSteps * gradients(options.parse({ stepSize }) as never)!;
  },
  noise: (frame, { local, localSteps, jumps }) => ({
    ...withPrefix("local.", stackNoise(locals[local].noise(frame), localSteps)),
    ...(jumps
      ? { ...withPrefix("jump.", frame.proposal!.noise(frame.chains)), u: { law: "uniform", shape: [frame.chains] } }
      : {}),
  }),
  kernel(target, { local, stepSize, jumps }) {
    const { energy } = target;
    const proposal = target.proposal!;
    const number = typeof stepSize === "number";
    const kernel = locals[local](target, number ? { stepSize } : {}, number ? {} : { stepSize });
    return {
      init: (x) => ({ x }),
      step({ x }, noise) {
        const walk = scan({ init: kernel.init(x!), xs: underPrefix("local.", noise) }, (state, xi) => {
          const { state: next, info } = kernel.step(state, xi);
          return { state: next, outputs: info };
        });
        const walked = (walk.outputs as ExprRecord).acceptance;
        const info = walked ? { localAcceptance: mean(walked, 0) } : {};
        const moved = walk.state.x!;
        if (!jumps) return { state: { x: moved }, info: info };
        const current = { x: moved, energy: walk.state.energy ?? energy(moved), logProb: proposal.logProb(moved) };
        const { state, acceptance } = jump(energy, proposal, current, underPrefix("jump.", noise), noise.u!);
        return { state: { x: state.x }, info: { ...info, globalAcceptance: acceptance } };
      },
    };
  },
});
