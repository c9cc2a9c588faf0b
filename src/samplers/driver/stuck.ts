/** Chains that never moved, and what stands in their way: looked at after a run, where there are any. */

import { grad } from "../../autodiff/grad.js";
import type { Expr } from "../../ir/expr.js";
import { input } from "../../ops/leaf.js";
import { sum } from "../../ops/shape.js";
import { compile, type Where } from "../../runtime/program.js";
import { median } from "../../util/moments.js";
import { cast, type FloatTensor, floats, sizeOf, tensor } from "../../util/tensor.js";
import type { SampleTarget } from "./block.js";
import type { StuckChain } from "./samples.js";

/** Draws that a chain must have stayed for, and coordinates along which a step beside it is tried. */
const [FEW, MOST] = [10, 32];
/** A step beside a chain, as a share of `1 + |x|`. */
const BESIDE = 1e-3;
/** Shares of the step size of chains that move, and of 1 where none does, below which one is called tiny. */
const [TINY, TINY_ALONE] = [1e-4, 1e-6];

export interface StuckRun {
  /** Draws `(chains, draws, ...event)`. */
  readonly x: FloatTensor;
  /** Whether the kernel follows gradients. */
  readonly usesGradient: boolean;
  /** The tuned step size of each chain; `null` where none is tuned. */
  readonly stepSizes: readonly number[] | null;
}

/** Chains all of whose draws are one point, with what can be found of why. */
export async function findStuck(target: SampleTarget, run: StuckRun, where: Where): Promise<readonly StuckChain[]> {
  const { x, stepSizes, usesGradient } = run;
  const [chains, draws, ...event] = x.shape as [number, number, ...number[]];
  const n = sizeOf(event);
  const data = floats(x);
  const isStill = (c: number): boolean => {
    for (let i = (c * draws + 1) * n; i < (c + 1) * draws * n; i++) if (data[i] !== data[i - n]) return false;
    return true;
  };
  const still = target.energy.support.kind === "real" && draws >= FEW ? [...Array(chains).keys()].filter(isStill) : [];
  if (still.length === 0) return [];
  const here = tensor(
    data.filter((_, i) => i % (draws * n) < n),
    [chains, ...event],
  );
  const look = await lookAround(target, here, usesGradient, where);
  const lost = await look(here);
  const beside = new Map<number, Set<number>>();
  for (let j = 0; j < Math.min(n, MOST); j++)
    for (const side of [-1, 1]) {
      const moved = here.data.map((v, i) => (i % n === j ? v + side * BESIDE * (1 + Math.abs(v)) : v));
      const found = await look(tensor(moved, here.shape));
      for (const c of still) if (found[c] !== null) beside.set(c, (beside.get(c) ?? new Set()).add(j));
    }
  const moving = stepSizes?.filter((_, c) => !still.includes(c)) ?? [];
  const least = moving.length > 0 ? TINY * median(moving) : TINY_ALONE;
  return still.map((chain) => ({
    chain,
    at: [...here.data.subarray(chain * n, (chain + 1) * n)],
    gradient: lost[chain] ?? [],
    beside: [...(beside.get(chain) ?? [])],
    tinyStep: stepSizes && stepSizes[chain]! < least ? stepSizes[chain]! : null,
  }));
}

/** At positions of all chains: for each the coordinates by which the gradient is lost, none of them if it is the energy; else `null`. */
type Look = (x: FloatTensor) => Promise<readonly (readonly number[] | null)[]>;

async function lookAround(
  { energy, params }: SampleTarget,
  like: FloatTensor,
  usesGradient: boolean,
  where: Where,
): Promise<Look> {
  const dtype = like.dtype as "float32" | "float64";
  const chains = like.shape[0]!;
  const n = like.data.length / chains;
  const x = input("x", like.shape, dtype);
  const given: Record<string, Expr> =
    params && params.data.length > 0 ? { params: input("params", params.shape, dtype) } : {};
  const e = energy(x, given.params);
  const outputs: Record<string, Expr> = { energy: e, ...(usesGradient ? { gradient: grad(sum(e), [x])[0] } : {}) };
  const program = await compile({ x, ...given }, outputs, where);
  return async (at) => {
    const found = await program.run({ x: at, ...(params ? { params: cast(params, dtype) } : {}) });
    const energies = floats(found.energy!);
    const gradient = found.gradient && floats(found.gradient);
    return Array.from({ length: chains }, (_, c) => {
      if (!Number.isFinite(energies[c])) return [];
      const own = gradient?.subarray(c * n, (c + 1) * n) ?? [];
      const lost = [...own.keys()].filter((j) => !Number.isFinite(own[j]));
      return lost.length > 0 ? lost : null;
    });
  };
}
