/** Samplers: Markov kernels as pure functions, with their randomness declared and drawn by the host. */

import type { z } from "zod";
import type { EnergyFunction } from "../energies/energy.js";
import type { Flow } from "../flows/flow.js";
import type { Expr } from "../ir/expr.js";
import type { ExprRecord } from "../ops/control.js";
import type { NoiseSpec } from "../random/noise.js";
import { InputError } from "../util/errors.js";
import { callable, type Declaration, parseOptions } from "../util/options.js";
import type { Shape } from "../util/tensor.js";

/** A density that can be drawn from and evaluated, to propose jumps. */
export interface Proposal {
  noise(n: number): Readonly<Record<string, NoiseSpec>>;
  sample(noise: ExprRecord): { x: Expr; logProb: Expr };
  logProb(x: Expr): Expr;
}

/** A flow with its parameters given, as a proposal. */
export const proposalOf = (flow: Flow, params: Expr): Proposal => ({
  noise: flow.noise,
  sample: (noise) => flow.sample(noise, params),
  logProb: (x) => flow.logProb(x, params),
});

/** What is sampled: `p(x) ∝ exp(−E(x))`, for `chains` chains at once. */
export interface Target {
  readonly energy: EnergyFunction;
  /** Shape of one point. */
  readonly event: Shape;
  readonly chains: number;
  readonly proposal?: Proposal;
}

/** One transition of all chains. The state always holds the positions as `x (chains, ...event)`. */
export interface Kernel {
  /** The randomness of one step, by name. */
  readonly noise: Readonly<Record<string, NoiseSpec>>;
  /** The state at positions, with everything the kernel caches computed afresh. */
  init(x: Expr): ExprRecord;
  /** `info` holds one number a chain, such as the acceptance probability. */
  step(state: ExprRecord, noise: ExprRecord): { state: ExprRecord; info: ExprRecord };
}

/** Options in which a number may also be an expression: a step size under adaptation. */
export type Tunable<Options> = {
  readonly [K in keyof Options]: Options[K] extends number ? number | Expr : Options[K];
};

/** Which option a warm-up tunes, and towards what mean of which `info`. */
export interface Tuning {
  readonly option: string;
  readonly info: string;
  readonly target: number;
}

export interface SamplerFacts {
  /** Whether one step leaves `p` invariant, with the options it has unless told otherwise and any step size. */
  readonly exact: boolean;
  /** Whether a proposal is needed. */
  readonly needsProposal?: true;
  /** Left out when nothing is tuned. */
  readonly tuning?: Tuning;
}

/** A kernel from a target, checked options, and expressions that replace tuned options. */
type Build<Options> = (target: Target, options: Tunable<Options>) => Kernel;

export interface Sampler<Options extends z.ZodObject = z.ZodObject> extends Declaration<Options>, SamplerFacts {
  /** @throws InputError naming the option that is wrong, or when a proposal is missing. */
  (target: Target, options?: z.input<Options>, tuned?: Readonly<Record<string, Expr>>): Kernel;
}

/** Declare a sampler. */
export function sampler<Options extends z.ZodObject>(
  declaration: Declaration<Options> & SamplerFacts & { kernel: Build<z.output<Options>> },
): Sampler<Options> {
  const { kernel, ...facts } = declaration;
  return callable((target: Target, options?: z.input<Options>, tuned: Readonly<Record<string, Expr>> = {}) => {
    if (facts.needsProposal && !target.proposal)
      throw new InputError(`sampler ${facts.name}: needs a flow as proposal, and the model has none`);
    const parsed = parseOptions(`sampler ${facts.name}`, facts.options, options);
    // A tuned option is a scalar expression of the same meaning as the number it replaces.
    return kernel(target, { ...parsed, ...tuned } as Tunable<z.output<Options>>);
  }, facts);
}
