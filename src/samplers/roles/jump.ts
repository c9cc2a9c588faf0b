/** Jumps as parts of others: which kernels can make them, and how one is made from positions. */

import type { EnergyFunction } from "../../energies/energy.js";
import type { Expr } from "../../ir/expr.js";
import type { ExprRecord } from "../../ops/control.js";
import type { NoiseSpecs } from "../../random/noise.js";
import { underPrefix, withPrefix } from "../../util/records.js";
import * as members from "../jump-members.js";
import type { Sampler } from "../sampler.js";
import type { Frame, Proposal, Target } from "../target.js";
import { chosen, type KernelChoice, kernelOption } from "./kernel-option.js";
import { whyNotJump } from "./roles.js";

// What a member's options are no longer matters to who reads them from its declaration.
const jumps = Object.values(members) as unknown as readonly Sampler[];

/** A kernel of jumps as an option: one of the registry by name, or a sampler of one's own. */
export const jumpOption = () => kernelOption({ among: jumps, whyNot: whyNotJump });

const jumpOf = (choice: KernelChoice): Sampler => chosen(jumps, choice);

export const isExactJump = (choice: KernelChoice): boolean => jumpOf(choice).exact;

/** The number of draws reaches a kernel that has an option of that name. */
const optionsOf = (jump: Sampler, proposals: number): never =>
  ("proposals" in jump.options.shape ? { proposals } : {}) as never;

/** A proposal whose noise has names of its own beside the rest of the jump's. */
const named = ({ noise, ...densities }: Proposal): Proposal => ({
  ...densities,
  ...namedNoise({ noise }),
  sample: (drawn) => densities.sample(underPrefix(PREFIX, drawn)),
});

const namedNoise = ({ noise }: Pick<Proposal, "noise">): Pick<Proposal, "noise"> => ({
  noise: (n) => withPrefix(PREFIX, noise(n)),
});

const PREFIX = "jump.";

/** The noise of one jump: what the flow draws as `jump.…`, what decides as the kernel calls it. */
export const jumpNoise = (choice: KernelChoice, frame: Frame, proposals: number): NoiseSpecs =>
  jumpOf(choice).noise({ ...frame, proposal: namedNoise(frame.proposal!) }, optionsOf(jumpOf(choice), proposals));

/**
 * One jump from `x`, where the densities are taken anew. `acceptance` is the probability of leaving the point, where the
 * kernel tells it.
 * @param noise the jump's among others.
 * @param known the energy at `x`, where it has been computed.
 */
export function jumpFrom(
  choice: KernelChoice,
  target: Target,
  { x, known, proposals }: { readonly x: Expr; readonly known: Expr | undefined; readonly proposals: number },
  noise: ExprRecord,
): { x: Expr; acceptance: Expr | undefined } {
  const energy: EnergyFunction = (at) => (at === x && known ? known : target.energy(at));
  const jump = jumpOf(choice);
  const kernel = jump({ ...target, energy, proposal: named(target.proposal!) }, optionsOf(jump, proposals));
  const own = Object.fromEntries(Object.keys(kernel.noise).map((name) => [name, noise[name]!]));
  const { state, info } = kernel.step(kernel.init(x), own);
  return { x: state.x!, acceptance: info.acceptance };
}
