/** What is sampled, as kernels see it: densities with their parameters given, for a number of chains at once. */

import type { Blocks, Energy, EnergyFunction } from "../energies/energy.js";
import { real, type Support } from "../energies/support.js";
import type { Flow } from "../flows/flow.js";
import type { Expr, Operand } from "../ir/expr.js";
import type { ExprRecord } from "../ops/control.js";
import type { NoiseSpec } from "../random/noise.js";
import type { Shape } from "../util/tensor.js";

/** A density that can be drawn from and evaluated, to propose jumps or to anneal from. */
export interface Proposal {
  noise(n: number): Readonly<Record<string, NoiseSpec>>;
  sample(noise: ExprRecord): { x: Expr; logProb: Expr };
  logProb(x: Expr): Expr;
  /** From latent to data space, where it is a flow. */
  forward?(z: Expr): { y: Expr; logDet: Expr };
  /** From data to latent space, where it is a flow. */
  inverse?(x: Expr): { x: Expr; logDet: Expr };
}

/** A flow with its parameters given, as a proposal. */
export const proposalOf = (flow: Flow, params: Expr): Proposal => ({
  noise: flow.noise,
  sample: (noise) => flow.sample(noise, params),
  logProb: (x) => flow.logProb(x, params),
  forward: (z) => flow.forward(z, params),
  inverse: (x) => flow.inverse(x, params),
});

/** Conditional laws whose parameters are given. */
export interface GivenBlocks extends Pick<Blocks, "noise"> {
  sweep(x: Expr, noise: ExprRecord, beta: Operand): Expr;
  tempered(x: Expr, beta: Operand): Expr;
}

/** What randomness depends on: all that is sampled but its densities. */
export interface Frame {
  /** Shape of one point. */
  readonly event: Shape;
  readonly chains: number;
  /** Real unless said. */
  readonly support?: Support | undefined;
  readonly proposal?: Pick<Proposal, "noise"> | undefined;
  readonly blocks?: Pick<GivenBlocks, "noise"> | undefined;
  /** Something where the density is known with noise added. */
  readonly smoothed?: unknown;
}

/** What is sampled: `p(x) ∝ exp(−E(x))`, for `chains` chains at once. */
export interface Target extends Frame {
  /** Asked about `chains` points at a time, in their order: each may have a temperature of its own. */
  readonly energy: EnergyFunction;
  readonly proposal?: Proposal;
  readonly blocks?: GivenBlocks;
  /** Energy of the density smoothed by `N(0, σ² I)`, up to a constant. */
  smoothed?(x: Expr, sigma: Operand): Expr;
  /** Smallest and largest noise level at which `smoothed` was learned; any where it is left out. */
  readonly noiseLevels?: Energy["noiseLevels"];
}

export const supportOf = ({ support = real }: Pick<Frame, "support">): Support => support;

/** What a model's chains need randomness for: neither parameters nor densities are asked for. */
export const frameOf = (
  { energy, flow }: { readonly energy: Energy; readonly flow?: Flow | undefined },
  chains: number,
): Frame => ({
  event: energy.event,
  chains,
  support: energy.support,
  proposal: flow,
  blocks: energy.blocks,
  smoothed: energy.smoothed,
});

/** A model as expressions: its energy at `params`, and its flow, if it has one, at `flowParams`. */
export function targetOf(
  { energy, flow }: { readonly energy: Energy; readonly flow?: Flow | undefined },
  given: { readonly params?: Expr | undefined; readonly flowParams?: Expr | undefined },
  chains: number,
): Target {
  const { event, support, blocks, smoothed, noiseLevels } = energy;
  const { params, flowParams } = given;
  return {
    energy: (x) => energy(x, params),
    event,
    chains,
    support,
    ...(flow && flowParams ? { proposal: proposalOf(flow, flowParams) } : {}),
    ...(blocks ? { blocks: givenBlocks(blocks, params!) } : {}),
    ...(smoothed ? { smoothed: (x: Expr, sigma: Operand) => smoothed(x, sigma, params) } : {}),
    ...(noiseLevels ? { noiseLevels } : {}),
  };
}

const givenBlocks = ({ noise, sweep, tempered }: Blocks, params: Expr): GivenBlocks => ({
  noise,
  sweep: (x, drawn, beta) => sweep(x, drawn, params, beta),
  tempered: (x, beta) => tempered(x, params, beta),
});
