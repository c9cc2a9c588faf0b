/** Local kernels as parts of others: which there are, chosen by their facts, and how one is put on a target. */

import { real, takes } from "../../energies/support.js";
import type { Operand } from "../../ir/expr.js";
import type { ExprRecord } from "../../ops/control.js";
import { sum } from "../../ops/shape.js";
import { type NoiseSpecs, stackNoise } from "../../random/noise.js";
import { parseOptions } from "../../util/options.js";
import * as members from "../local-members.js";
import type { Kernel, Sampler, SamplerFacts } from "../sampler.js";
import type { Frame, Target } from "../target.js";
import { chosen, type KernelChoice, kernelOption } from "./kernel-option.js";
import { whyNotLocal } from "./roles.js";

// What a member's options are no longer matters to who reads them from its declaration.
export const locals = Object.values(members) as unknown as readonly Sampler[];

/** What is asked of a local kernel beside that. */
export interface LocalDemands {
  /** That its steps leave the law invariant. */
  readonly exact?: true;
  /** That it needs nothing of an energy but its values: what it moves on is made for it. */
  readonly alone?: true;
  /** Of which points: real unless said. */
  readonly points?: "any";
}

/** Why a kernel is no local one that meets the demands; `null` where it is. */
export const whyUnmet = (facts: SamplerFacts, { exact, alone, points }: LocalDemands): string | null =>
  whyNotLocal(facts) ??
  (points !== "any" && !takes(facts.support ?? "real", real) ? "moves discrete points" : null) ??
  (alone && facts.needs ? "needs more of an energy than its values" : null) ??
  (exact && !facts.exact ? "is not exact" : null);

/** A local kernel as an option: every one of the registry that meets the demands, by name, or a sampler of one's own. */
export const localOption = (demands: LocalDemands = {}) =>
  kernelOption({ among: locals, whyNot: (facts) => whyUnmet(facts, demands) });

export const localSampler = (choice: KernelChoice): Sampler => chosen(locals, choice);

const usual = (local: Sampler): never => parseOptions(`sampler ${local.name}`, local.options) as never;

/** Whether a local kernel is exact with the options it has unless told otherwise. */
export function isExact(choice: KernelChoice): boolean {
  const local = localSampler(choice);
  return local.exactWith(usual(local));
}

/** Mean acceptance at which a local kernel moves best: that of Langevin proposals for one that names none. */
export const bestAcceptance = (choice: KernelChoice): number => localSampler(choice).tuning?.target ?? 0.574;

/** The noise of `steps` steps, stacked. @throws InputError when the kernel does not fit. */
export const localNoise = (choice: KernelChoice, frame: Frame, steps: number): NoiseSpecs =>
  stackNoise(localSampler(choice).noise(frame), steps);

/** A local kernel on a target; the step size reaches one that has an option of that name. @throws InputError as above. */
export function localKernel(choice: KernelChoice, target: Target, stepSize: Operand): Kernel {
  const local = localSampler(choice);
  if (!("stepSize" in local.options.shape)) return local(target);
  return typeof stepSize === "number" ? local(target, { stepSize } as never) : local(target, undefined, { stepSize });
}

/** Gradients of `steps` steps; `null` where the kernel counts them itself. */
export function localGradients(choice: KernelChoice, steps: number): number | null {
  const local = localSampler(choice);
  const each = local.gradients(usual(local));
  return each === null ? null : steps * each;
}

/** Those it counted over a walk `(steps, rows)`, a number a row, where it does. */
export const countedGradients = ({ gradients }: ExprRecord): ExprRecord =>
  gradients ? { gradients: sum(gradients, 0) } : {};
