import { z } from "zod";
import type { Expr, Operand } from "../../ir/expr.js";
import { add, div } from "../../ops/arithmetic.js";
import type { ExprRecord } from "../../ops/control.js";
import { concat, expandDims } from "../../ops/shape.js";
import { mean } from "../../ops/special.js";
import type { NoiseSpecs } from "../../random/noise.js";
import { essential } from "../../util/options.js";
import { underPrefix, withPrefix } from "../../util/records.js";
import { reportingPositions, walk } from "../parts/walk.js";
import { isExactJump, jumpFrom, jumpNoise, jumpOption } from "../roles/jump.js";
import type { KernelChoice } from "../roles/kernel-option.js";
import { countedGradients, isExact, localGradients, localKernel, localNoise, localOption } from "../roles/local.js";
import { sampler } from "../sampler.js";
import type { Frame, Target } from "../target.js";

/** What a round of moves is made of. */
export const flowMoveOptions = {
  local: localOption().default("mala").describe("local kernel; ula makes it inexact").meta(essential),
  localSteps: z.number().int().min(1).max(1000).default(10).describe("k, local steps before each jump").meta(essential),
  jumps: z
    .boolean()
    .default(true)
    .describe("whether the flow proposes at all; off only to see what it does")
    .meta(essential),
  jump: jumpOption()
    .default("independent")
    .describe("kernel of the jump; independent: one draw of the flow, isir: one of several and the current point"),
  jumpSteps: z.number().int().min(1).max(16).default(1).describe("jumps in a row"),
  proposals: z.number().int().min(1).max(100000).default(16).describe("N, draws of the flow a jump by isir"),
  localStepsAfter: z.number().int().min(0).max(1000).default(0).describe("local steps after the jumps"),
};

/** Those options, with a step size that may be an expression. */
export interface FlowMoves {
  readonly local: KernelChoice;
  readonly localSteps: number;
  readonly stepSize: Operand;
  readonly jumps: boolean;
  readonly jump: KernelChoice;
  readonly jumpSteps: number;
  readonly proposals: number;
  readonly localStepsAfter: number;
}

export interface FlowRound {
  readonly x: Expr;
  /** Averages over the round, a number a chain. */
  readonly info: ExprRecord;
  /** Positions after every move, local or jump, `(moves, chains, ...event)`, where they are asked for. */
  readonly path: Expr | undefined;
}

/** Noise of the jumps of a round, each under a prefix of its own. */
const jumpPrefixes = ({ jumps, jumpSteps }: Pick<FlowMoves, "jumps" | "jumpSteps">): string[] =>
  jumps ? Array.from({ length: jumpSteps }, (_, i) => (i === 0 ? "" : `again${i}.`)) : [];

/** The noise of a round. */
export function flowRoundNoise(frame: Frame, moves: Omit<FlowMoves, "stepSize">): NoiseSpecs {
  const { local, localSteps, localStepsAfter, jump, proposals } = moves;
  return {
    ...withPrefix("local.", localNoise(local, frame, localSteps)),
    ...Object.assign({}, ...jumpPrefixes(moves).map((p) => withPrefix(p, jumpNoise(jump, frame, proposals)))),
    ...(localStepsAfter > 0 ? withPrefix("after.", localNoise(local, frame, localStepsAfter)) : {}),
  };
}

/**
 * Local steps, jumps proposed by the flow, local steps. After the local moves the energy and the flow's log-density are
 * those of the new positions: a jump never compares against where a chain was before.
 */
export function flowRound(
  target: Target,
  moves: FlowMoves,
  from: Expr,
  noise: ExprRecord,
  { keep = false }: { readonly keep?: boolean } = {},
): FlowRound {
  const { local, localSteps, stepSize, jump, proposals, localStepsAfter } = moves;
  const moving = localKernel(local, target, stepSize);
  const kernel = keep ? reportingPositions(moving) : moving;
  const before = walk(kernel, kernel.init(from), underPrefix("local.", noise), localSteps);
  let { x, energy: known }: ExprRecord = before.state;
  const left: Expr[] = [];
  const landed: Expr[] = [];
  for (const prefix of jumpPrefixes(moves)) {
    const jumped = jumpFrom(jump, target, { x: x!, known, proposals }, underPrefix(prefix, noise));
    [x, known] = [jumped.x, undefined];
    if (jumped.acceptance) left.push(jumped.acceptance);
    landed.push(expandDims(jumped.x, 0));
  }
  const after =
    localStepsAfter > 0 ? walk(kernel, kernel.init(x!), underPrefix("after.", noise), localStepsAfter) : undefined;
  const walks = after ? [before, after] : [before];
  const accepted = walks.flatMap(({ info }) => info.acceptance ?? []);
  const counted = walks.flatMap(({ info }) => countedGradients(info).gradients ?? []);
  return {
    x: after ? after.state.x! : x!,
    path: keep ? joined([before.info.x!, ...landed, ...(after ? [after.info.x!] : [])]) : undefined,
    info: {
      ...(accepted.length > 0 ? { localAcceptance: mean(joined(accepted), 0) } : {}),
      ...(counted.length > 0 ? { gradients: counted.reduce(add) } : {}),
      ...(left.length > 0 ? { globalAcceptance: left.length > 1 ? div(left.reduce(add), left.length) : left[0]! } : {}),
    },
  };
}

const joined = (parts: readonly Expr[]): Expr => (parts.length > 1 ? concat(parts, 0) : parts[0]!);

/**
 * `k` local steps, then a jump proposed by the flow, or several, then more local steps if asked for. Local and global
 * acceptance are reported apart, the latter as the probability of leaving the point. Exact when both kernels are.
 */
export const flowMc = sampler({
  name: "flow-mc",
  about: "Local steps and a global jump proposed by a flow, in turn: mixes inside modes and between them.",
  cite: "Gabrié, Rotskoff & Vanden-Eijnden (2022), Adaptive Monte Carlo augmented with normalizing flows",
  exact: true,
  exactWith: ({ local, jump }) => isExact(local) && isExactJump(jump),
  crosses: true,
  needs: ["flow"],
  tuning: { option: "stepSize", info: "localAcceptance", target: 0.574, trial: { localSteps: 1, jumps: false } },
  options: z.object({
    ...flowMoveOptions,
    stepSize: z.number().positive().default(0.005).describe("ε, step size of a local kernel that has one"),
  }),
  gradients: ({ local, localSteps, localStepsAfter }) => localGradients(local, localSteps + localStepsAfter),
  noise: flowRoundNoise,
  kernel: (target, options) => ({
    init: (x) => ({ x }),
    step({ x }, noise) {
      const { x: y, info } = flowRound(target, options as FlowMoves, x!, noise);
      return { state: { x: y }, info };
    },
  }),
});
