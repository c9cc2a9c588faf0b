import type { Expr } from "../ir/expr.js";
import { input } from "../ops/leaf.js";
import { compile } from "../runtime/program.js";
import { cast, floats, tensor } from "../util/tensor.js";
import { bad, check, ok } from "./check.js";
import { extremes, largest } from "./columns.js";
import type { Width } from "./evaluator.js";
import type { Subject } from "./subject.js";
import { show } from "./words.js";

const ROWS = 64;
const TOLERANCE = { float32: 1e-4, float64: 1e-8 } as const;

/** `tempered(x, β)` at some points. */
async function tempered({ energy, params, size, engine }: Subject, rows: Float64Array, width: Width, beta: number) {
  const shape = [rows.length / size, ...energy.event];
  const x = input("x", shape, width);
  const theta = input("params", [params?.data.length ?? 0], width);
  const given: Record<string, Expr> = params ? { params: theta } : {};
  const { run } = await compile({ x, ...given }, { e: energy.blocks!.tempered(x, theta, beta) }, { engine });
  const fed = { x: cast(tensor(rows, shape), width), ...(params ? { params: cast(params, width) } : {}) };
  return floats((await run(fed)).e!);
}

/** By how much numbers are not one constant, beside the size of the energies. */
function unevenness(values: ArrayLike<number>, size: number): number {
  const [low, high] = extremes(values);
  return (high - low) / (1 + size);
}

/** Whether the law that Gibbs sampling draws from is the energy's: `tempered(x, 1) = E(x)`, constant at `β = 0`. */
export const blocks = check({
  name: "blocks",
  about: "The conditional laws of blocks of coordinates belong to the energy: tempered(x, 1) is E up to a constant.",
  stage: "its form",
  async examine(subject) {
    const { energy } = subject;
    if (!energy.blocks) return null;
    const it = await subject.widest();
    const rows = await subject.some(ROWS);
    const own = await it.energy(rows);
    const size = largest(own);
    const warm = await tempered(subject, rows, it.width, 1);
    const apart = unevenness(
      own.map((e, i) => warm[i]! - e),
      size,
    );
    if (!(apart <= TOLERANCE[it.width]))
      return bad(
        `blocks.tempered(x, 1) differs from E(x) by more than a constant: by up to ${show(apart * (1 + size))} over ${own.length} points`,
        "Gibbs sampling would draw from another law: derive the conditional laws and E from one formula.",
      );
    const hot = energy.support.kind === "real" ? [0] : await tempered(subject, rows, it.width, 0);
    if (!(unevenness(hot, size) <= TOLERANCE[it.width]))
      return bad(
        "blocks.tempered(x, 0) is not one constant over the states",
        "At β = 0 every state must be equally likely; annealing starts there.",
      );
    return ok(`blocks.tempered(x, 1) is E(x) up to a constant at ${own.length} points`);
  },
});
