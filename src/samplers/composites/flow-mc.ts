import { z } from "zod";
import { mean } from "../../ops/special.js";
import { underPrefix, withPrefix } from "../../util/records.js";
import { walk } from "../parts/walk.js";
import { isExactJump, jumpFrom, jumpNoise, jumpOption } from "../roles/jump.js";
import { countedGradients, isExact, localGradients, localKernel, localNoise, localOption } from "../roles/local.js";
import { sampler } from "../sampler.js";

/**
 * `k` local steps, then one jump proposed by the flow. After the local moves the energy and the flow's log-density are
 * those of the new positions: the jump never compares against where a chain was before. Local and global acceptance
 * are reported apart, the latter as the probability of leaving the point. Exact when both kernels are.
 */
export const flowMc = sampler({
  name: "flow-mc",
  about: "Local steps and a global jump proposed by a flow, in turn: mixes inside modes and between them.",
  cite: "Gabrié, Rotskoff & Vanden-Eijnden (2022), Adaptive Monte Carlo augmented with normalizing flows",
  exact: true,
  exactWith: ({ local, jump }) => isExact(local) && isExactJump(jump),
  crosses: true,
  needs: ["flow"],
  tuning: { option: "stepSize", info: "localAcceptance", target: 0.574 },
  options: z.object({
    local: localOption().default("mala").describe("local kernel; ula makes it inexact"),
    localSteps: z.number().int().min(1).max(1000).default(10).describe("k, local steps before each jump"),
    stepSize: z.number().positive().default(0.005).describe("ε, step size of a local kernel that has one"),
    jumps: z.boolean().default(true).describe("whether the flow proposes at all; off only to see what it does"),
    jump: jumpOption()
      .default("independent")
      .describe("kernel of the jump; independent: one draw of the flow, isir: one of several and the current point"),
    proposals: z.number().int().min(1).max(100000).default(16).describe("N, draws of the flow a jump by isir"),
  }),
  gradients: ({ local, localSteps }) => localGradients(local, localSteps),
  noise: (frame, { local, localSteps, jumps, jump, proposals }) => ({
    ...withPrefix("local.", localNoise(local, frame, localSteps)),
    ...(jumps ? jumpNoise(jump, frame, proposals) : {}),
  }),
  kernel(target, { local, localSteps, stepSize, jumps, jump, proposals }) {
    const kernel = localKernel(local, target, stepSize);
    return {
      init: (x) => ({ x }),
      step({ x }, noise) {
        const walked = walk(kernel, kernel.init(x!), underPrefix("local.", noise), localSteps as number);
        const accepted = walked.info.acceptance;
        const info = {
          ...(accepted ? { localAcceptance: mean(accepted, 0) } : {}),
          ...countedGradients(walked.info),
        };
        const { x: moved, energy } = walked.state;
        if (!jumps) return { state: { x: moved! }, info };
        const from = { x: moved!, known: energy, proposals: proposals as number };
        const { x: y, acceptance } = jumpFrom(jump, target, from, noise);
        return { state: { x: y }, info: { ...info, ...(acceptance ? { globalAcceptance: acceptance } : {}) } };
      },
    };
  },
});
