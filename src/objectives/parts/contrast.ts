import type { Energy } from "../../energies/energy.js";
import type { Expr } from "../../ir/expr.js";
import { sub } from "../../ops/arithmetic.js";
import type { ExprRecord } from "../../ops/control.js";
import { stopGradient } from "../../ops/leaf.js";
import { concat, slice } from "../../ops/shape.js";
import { mean } from "../../ops/special.js";

/**
 * The loss every contrastive method shares, `mean E(x⁺) − mean E(x⁻)`, whose gradient is that of the negative log
 * likelihood when `x⁻ ~ p`. Negatives carry no gradient: with one, another objective would be trained. Its value says
 * nothing about convergence; the gap is reported to see it diverge.
 */
export function contrast(
  energy: Energy,
  params: Expr,
  data: Expr,
  negatives: Expr,
): { loss: Expr; metrics: ExprRecord<"energyData" | "energyModel" | "energyGap"> } {
  const n = data.shape[0]!;
  // One pass over both: the same products on a taller matrix.
  const both = energy(concat([data, stopGradient(negatives)], 0), params);
  const energyData = mean(slice(both, 0, 0, n));
  const energyModel = mean(slice(both, 0, n, both.shape[0]!));
  const loss = sub(energyData, energyModel);
  return { loss, metrics: { energyData, energyModel, energyGap: loss } };
}
