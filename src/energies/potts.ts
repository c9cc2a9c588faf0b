import { z } from "zod";
import type { Expr, Operand } from "../ir/expr.js";
import { emptyLayout, layoutOf, packVectors, unpack } from "../nn/layout.js";
import { add, mul, neg } from "../ops/arithmetic.js";
import { argmax } from "../ops/extrema.js";
import { oneHot } from "../ops/indexing.js";
import { cast, constant } from "../ops/leaf.js";
import { sum } from "../ops/shape.js";
import { InputError } from "../util/errors.js";
import { essential } from "../util/options.js";
import { type Shape, showShape, tensor } from "../util/tensor.js";
import { timesBeta } from "./beta.js";
import { type Energy, energy, makeEnergy } from "./energy.js";
import { type Boundary, bondSum, latticeOptions, latticeSides, neighbourSum, onColour } from "./lattice.js";
import { latticeExact } from "./lattice-log-z.js";
import { summedLogZ } from "./layer-log-z.js";

export interface PottsOptions {
  /** J: positive favours equal neighbours. */
  readonly coupling: number;
  /** hₖ, one a category; none when empty. */
  readonly field: readonly number[];
  readonly boundary: Boundary;
  /** Whether J and h are parameters, which start at the numbers given. */
  readonly learn: boolean;
}

/**
 * `E(s) = −J Σ_⟨ij⟩ [sᵢ = sⱼ] − Σ_i h_{sᵢ}` of sites in one of `q` categories on a square lattice, as one-hot vectors
 * `(height, width, q)`, each nearest-neighbour bond once. With two categories it is Ising at half the coupling, up to a
 * constant. A site given its neighbours is `k` with log-probability `J · (neighbours in k) + hₖ`; a sweep draws one
 * colour of a checkerboard, then the other. The law at β is `exp(−βE)`. Log Z is known where the lattice is narrow
 * enough and nothing is learned.
 * @throws InputError when the event is no lattice of categories, a periodic side is odd, or a field does not fit.
 */
export function pottsEnergy(event: Shape, { coupling, field, boundary, learn }: PottsOptions): Energy {
  const sides = latticeSides("energy potts", event, boundary);
  const categories = event[2];
  if (event.length !== 3 || categories === undefined)
    throw new InputError(`energy potts: points are (height, width, categories), got ${showShape(event)}`);
  if (field.length > 0 && field.length !== categories)
    throw new InputError(`energy potts: option field has ${field.length} numbers for ${categories} categories`);
  const fields = field.length > 0 ? field : Array<number>(categories).fill(0);
  const layout = learn ? layoutOf({ coupling: [], field: [categories] }) : emptyLayout;
  const constants = (params: Expr, like: Expr): { coupling: Operand; field: Operand } =>
    learn
      ? (unpack(layout, params) as Record<"coupling" | "field", Expr>)
      : { coupling, field: field.length > 0 ? cast(constant(tensor(Float64Array.from(field))), like.dtype) : 0 };
  const energyAt = (s: Expr, params: Expr): Expr => {
    const { coupling: j, field: h } = constants(params, s);
    return neg(sum(mul(s, add(mul(j, bondSum(s, boundary)), h)), [1, 2, 3]));
  };
  const support = { kind: "categorical", categories } as const;
  return makeEnergy({
    event,
    layout,
    init: () => (learn ? packVectors([[coupling], fields]) : new Float32Array(0)),
    energy: energyAt,
    support,
    ...(learn ? summedLogZ(energyAt, support, event) : {}),
    ...latticeExact(learn, {
      sides,
      boundary,
      site: fields,
      bond: fields.map((_, a) => fields.map((_, b) => (a === b ? coupling : 0))),
    }),
    blocks: {
      scales: true,
      noise: (n) => ({ gumbel: { law: "gumbel", shape: [n, ...event] } }),
      sweep(s, { gumbel }, params, beta) {
        const { coupling: j, field: h } = constants(params, s);
        const drawn = (x: Expr): Expr => {
          const local = add(mul(j, neighbourSum(x, boundary)), h);
          return oneHot(argmax(add(timesBeta(beta, local), gumbel!)), categories, x.dtype as "float32" | "float64");
        };
        const half = onColour(0, drawn(s), s);
        return onColour(1, drawn(half), half);
      },
      tempered: (s, params, beta) => timesBeta(beta, energyAt(s, params)),
    },
  });
}

/** Categories on a square lattice. */
export const potts = energy({
  name: "potts",
  about: "Categories on a square lattice whose neighbours prefer to agree; drawn by checkerboard halves.",
  cite: "Potts (1952), Some generalized order-disorder transformations; Wu (1982), The Potts model",
  support: "categorical",
  knows: { blocks: "", logZ: "learned, of at most 1024 states" },
  options: z.object({
    coupling: z
      .number()
      .default(0.5)
      .describe("J; the infinite lattice of q categories orders above log(1 + √q)")
      .meta(essential),
    field: z.array(z.number()).default([]).describe("hₖ, one a category; none when empty"),
    ...latticeOptions,
  }),
  build: (options, { event }) => pottsEnergy(event, options),
});
