import type { Operand } from "../ir/expr.js";
import { mul } from "../ops/arithmetic.js";
import { type Blocks, type Energy, makeEnergy } from "./energy.js";
import { expectPositive } from "./parts.js";

/**
 * The law at an inverse temperature, `p(x)^β` normalised: `βE`. Below 1 it is flatter, above 1 it is more peaked.
 * On real points a β below 1 may leave nothing to normalise: `x^−3/2` on `x > 1` has a mass, its square root has none.
 * Blocks of an energy whose law at β is `exp(−βE)` are passed on, at β times the inverse temperature asked of them.
 * A machine with hidden units tempers the joint law of visible and hidden instead (`blocks.tempered`), which is another
 * law than this; its blocks are not passed on. Nor does log Z at β follow from log Z at 1.
 * @throws InputError unless β is positive and finite.
 */
export function temper(energy: Energy, beta: number): Energy {
  expectPositive("temper: beta", beta);
  const { event, layout, init, support, blocks } = energy;
  return makeEnergy({
    event,
    layout,
    init,
    support,
    energy: (x, params) => mul(beta, layout.size === 0 ? energy(x) : energy(x, params)),
    ...(blocks?.scales ? { blocks: hotter(blocks, beta) } : {}),
  });
}

function hotter({ noise, sweep, tempered }: Blocks, beta: number): Blocks {
  const at = (t: Operand): Operand => (typeof t === "number" ? beta * t : mul(beta, t));
  return {
    scales: true,
    noise,
    sweep: (x, drawn, params, t) => sweep(x, drawn, params, at(t)),
    tempered: (x, params, t) => tempered(x, params, at(t)),
  };
}
