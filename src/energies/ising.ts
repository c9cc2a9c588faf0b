import { z } from "zod";
import type { Expr, Operand } from "../ir/expr.js";
import { emptyLayout, layoutOf, unpack } from "../nn/layout.js";
import { add, mul, neg, sigmoid, sub } from "../ops/arithmetic.js";
import { cast } from "../ops/leaf.js";
import { less } from "../ops/logic.js";
import { sum } from "../ops/shape.js";
import { InputError } from "../util/errors.js";
import { essential } from "../util/options.js";
import { type Shape, showShape, sizeOf } from "../util/tensor.js";
import { timesBeta } from "./beta.js";
import { type Energy, energy, makeEnergy } from "./energy.js";
import { type Boundary, bondSum, latticeOptions, latticeSides, neighbourSum, onColour } from "./lattice.js";
import { latticeExact } from "./lattice-log-z.js";
import { summedLogZ } from "./layer-log-z.js";
import { reshaped } from "./reshaped.js";

export interface IsingOptions {
  /** J: positive favours equal neighbours, negative unequal ones. */
  readonly coupling: number;
  /** h: positive favours +1. */
  readonly field: number;
  readonly boundary: Boundary;
  /** Whether J and h are parameters, which start at the numbers given. */
  readonly learn: boolean;
}

/**
 * `E(s) = −J Σ_⟨ij⟩ sᵢ sⱼ − h Σ sᵢ` of spins ±1 on a square lattice `(height, width)`, each nearest-neighbour bond
 * once. A site given its neighbours is `+1` with probability `σ(2 (J Σ_{j∼i} sⱼ + h))`, and the sites of one colour of
 * a checkerboard are independent given the other: one sweep draws one colour, then the other. The law at β is
 * `exp(−βE)`. Log Z is known where the lattice is narrow enough and nothing is learned.
 * @throws InputError when the event is no lattice, or a periodic side is odd.
 */
export function isingEnergy(event: Shape, { coupling, field, boundary, learn }: IsingOptions): Energy {
  const sides = latticeSides("energy ising", event, boundary);
  if (event.length > 2) throw new InputError(`energy ising: points are (height, width), got ${showShape(event)}`);
  const layout = learn ? layoutOf({ coupling: [], field: [] }) : emptyLayout;
  const constants = (params: Expr): Record<"coupling" | "field", Operand> =>
    learn ? (unpack(layout, params) as Record<"coupling" | "field", Expr>) : { coupling, field };
  const energyAt = (s: Expr, params: Expr): Expr => {
    const { coupling: j, field: h } = constants(params);
    return neg(sum(mul(s, add(mul(j, bondSum(s, boundary)), h)), [1, 2]));
  };
  const support = { kind: "binary", values: [-1, 1] } as const;
  return makeEnergy({
    event,
    layout,
    init: () => (learn ? Float32Array.of(coupling, field) : new Float32Array(0)),
    energy: energyAt,
    support,
    ...(learn ? summedLogZ(energyAt, support, event) : {}),
    ...latticeExact(learn, {
      sides,
      boundary,
      site: [-field, field],
      bond: [
        [coupling, -coupling],
        [-coupling, coupling],
      ],
    }),
    blocks: {
      scales: true,
      noise: (n) => ({ u: { law: "uniform", shape: [n, ...event] } }),
      sweep(s, { u }, params, beta) {
        const { coupling: j, field: h } = constants(params);
        const drawn = (x: Expr): Expr => {
          const local = add(mul(j, neighbourSum(x, boundary)), h);
          return sub(mul(2, cast(less(u!, sigmoid(mul(2, timesBeta(beta, local)))), x.dtype)), 1);
        };
        const half = onColour(0, drawn(s), s);
        return onColour(1, drawn(half), half);
      },
      tempered: (s, params, beta) => timesBeta(beta, energyAt(s, params)),
    },
  });
}

/** Spins on a square lattice. */
export const ising = energy({
  name: "ising",
  about: "Spins ±1 on a square lattice whose neighbours prefer to agree; drawn by checkerboard halves.",
  cite: "Ising (1925); Onsager (1944), Crystal statistics I",
  support: "binary",
  knows: { blocks: "", logZ: "learned, of at most 1024 states" },
  options: z.object({
    coupling: z.number().default(0.3).describe("J; the infinite lattice orders above 0.4407").meta(essential),
    field: z.number().default(0).describe("h; positive favours +1"),
    ...latticeOptions,
    width: z
      .number()
      .int()
      .min(1)
      .nullable()
      .default(null)
      .describe(
        "columns of the lattice where points are flat rows, as those of a table; null: points are (height, width)",
      ),
  }),
  build({ width, ...options }, { event }) {
    if (event.length !== 1) return isingEnergy(event, options);
    const sites = sizeOf(event);
    if (width === null || sites % width !== 0)
      throw new InputError(
        `energy ising: points are rows of ${sites} numbers; set option width to how many of them make a row of the lattice`,
      );
    return reshaped(isingEnergy([sites / width, width], options), event);
  },
});
