import type { Expr } from "../../ir/expr.js";
import { square } from "../../ops/arithmetic.js";
import { mean } from "../../ops/special.js";
import { energyAndGradient, sumEvent } from "../../samplers/parts/metropolis.js";
import type { Model } from "../objective.js";

/** `mean |∇E(x)|²` over rows, differentiable by the parameters. */
export const squaredGradient = ({ energy }: Model, params: Expr, x: Expr): Expr =>
  mean(sumEvent(square(energyAndGradient((at) => energy(at, params), x).gradient)));
