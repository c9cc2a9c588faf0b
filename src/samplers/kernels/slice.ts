import { z } from "zod";
import type { Expr } from "../../ir/expr.js";
import { add, div, floor, log, mul, sqrt, square, sub } from "../../ops/arithmetic.js";
import { cast, scalar } from "../../ops/leaf.js";
import { and, less, where } from "../../ops/logic.js";
import { concat, reshape, slice as rows, sum } from "../../ops/shape.js";
import { repeatWhile } from "../../ops/while.js";
import { sumEvent } from "../parts/metropolis.js";
import { shrink } from "../parts/shrink.js";
import { sampler } from "../sampler.js";

/** Points tried after the first, in a bracket that is halved about once a point. */
const SHRINKS = 40;

interface Ends {
  readonly low: Expr;
  readonly high: Expr;
  /** How often each end may still move. */
  readonly left: Expr;
  readonly right: Expr;
}

/**
 * Move each end out by `width` while it is inside the slice and may (Neal 2003, figure 3).
 * @param inside whether points of the line are inside: at both ends of each chain at once, `(2 chains) → (2 chains)`.
 */
export function stepOut(start: Ends, width: number, most: number, inside: (t: Expr) => Expr): Ends {
  const chains = start.low.shape[0]!;
  return repeatWhile(
    {
      init: { ...start },
      most: scalar(most, "int64"),
      condition: ({ left, right }) => less(0, sum(add(left, right))),
    },
    ({ low, high, left, right }) => {
      const both = inside(concat([low, high]));
      const grows = (from: number, budget: Expr): Expr => and(rows(both, 0, from, from + chains), less(0, budget));
      const [down, up] = [grows(0, left), grows(chains, right)];
      return {
        low: where(down, sub(low, width), low),
        high: where(up, add(high, width), high),
        left: where(down, sub(left, 1), 0),
        right: where(up, sub(right, 1), 0),
      };
    },
  );
}

/**
 * Slice sampling along a random direction (hit-and-run): draw a level `E(x) − log u` and a direction uniform on the
 * sphere; lay an interval of width `w` at a uniform offset around x, step its ends out until both are outside the slice,
 * at most `m` widths, of which a uniform share is the lower end's; then take a point of the slice from the interval as it
 * shrinks (`shrink`). The random offset and share make an interval as probable from any of its points in the slice.
 */
export const slice = sampler({
  name: "slice",
  about: "Points of a random line through the current one: exact, no gradient, robust to the width.",
  cite: "Neal (2003), Slice sampling; Bélisle, Romeijn & Smith (1993), Hit-and-run algorithms",
  exact: true,
  metric: "diagonal",
  options: z.object({
    width: z.number().positive().default(2).describe("w, width of the first interval"),
    widths: z.number().int().min(1).max(1000).default(8).describe("m, widths the interval may grow to"),
  }),
  gradients: () => 0,
  noise: ({ event, chains }) => ({
    xi: { law: "normal", shape: [chains, ...event] },
    level: { law: "uniform", shape: [chains] },
    offset: { law: "uniform", shape: [chains] },
    share: { law: "uniform", shape: [chains] },
    shrink: { law: "uniform", shape: [SHRINKS + 1, chains] },
  }),
  kernel({ energy, event, chains }, { width, widths }) {
    const [w, m] = [width as number, widths as number];
    const column = (t: Expr): Expr => reshape(t, [t.shape[0]!, ...event.map(() => 1)]);
    return {
      init: (x) => ({ x, energy: energy(x) }),
      step({ x, energy: e }, { xi, level: u, offset, share, shrink: draws }) {
        const direction = div(xi!, column(sqrt(sumEvent(square(xi!)))));
        const at = (t: Expr): Expr => add(x!, mul(column(t), direction));
        const level = sub(e!, log(u!));
        const low = mul(-w, offset!);
        const left = floor(mul(m, share!));
        const start = { low, high: add(low, w), left, right: sub(m - 1, left) };
        // One end after the other: rows may have energies of their own, such as temperatures.
        const isInside = (t: Expr): Expr => less(energy(at(t)), level);
        const ends = stepOut(start, w, m - 1, (t) =>
          concat([isInside(rows(t, 0, 0, chains)), isInside(rows(t, 0, chains))]),
        );
        const first = add(ends.low, mul(rows(draws!, 0, 0, 1), sub(ends.high, ends.low)));
        const search = {
          ...{ first: reshape(first, [chains]), low: ends.low, high: ends.high, level },
          draws: rows(draws!, 0, 1),
        };
        const { t, potential, found, shrinks } = shrink(search, (s) => energy(at(s)));
        return {
          state: { x: at(t), energy: where(found, potential, e!) },
          info: { moved: cast(found, x!.dtype), shrinks },
        };
      },
    };
  },
});
