/** Smooth activations: samplers differentiate energies in `x`, where a rectifier has a piecewise constant force. */

import { z } from "zod";
import type { Expr } from "../ir/expr.js";
import { mul, tanh } from "../ops/arithmetic.js";
import { maximum } from "../ops/extrema.js";
import { gelu, silu, softplus } from "../ops/special.js";
import { essential } from "../util/options.js";

const names = ["silu", "softplus", "tanh", "gelu", "relu", "leaky-relu"] as const;

export type Activation = (typeof names)[number];

export const activations: Record<Activation, (x: Expr) => Expr> = {
  silu,
  softplus,
  tanh,
  gelu,
  relu: (x) => maximum(x, 0),
  // Below zero it keeps 0.05 of its argument (Nijkamp et al. 2020).
  "leaky-relu": (x) => maximum(x, mul(0.05, x)),
};

/** The option every network has. */
export const activationOption = z.enum(names).default("silu").describe("activation between layers").meta(essential);
