import { z } from "zod";
import type { Energy } from "../../energies/energy.js";
import type { Expr } from "../../ir/expr.js";
import { add, mul, square, sub } from "../../ops/arithmetic.js";
import type { ExprRecord } from "../../ops/control.js";
import { stopGradient } from "../../ops/leaf.js";
import { concat, slice } from "../../ops/shape.js";
import { mean } from "../../ops/special.js";

/** What every objective offers that contrasts data with negatives. */
export const contrastOptions = {
  energyPenalty: z
    .number()
    .min(0)
    .default(0)
    .describe(
      "α, of mean E(x⁺)² + mean E(x⁻)² added to the loss of the energy (Du & Mordatch 2019), which keeps its scale; of an energy that tilts a base, the tilt alone",
    ),
};

type ContrastOptions = z.output<z.ZodObject<typeof contrastOptions>>;

/**
 * The loss every contrastive method shares, `mean E(x⁺) − mean E(x⁻)`, whose gradient is that of the negative log
 * likelihood when `x⁻ ~ p`. Negatives carry no gradient: with one, another objective would be trained. Its value says
 * nothing about convergence; the gap is reported to see it diverge.
 *
 * With a penalty α the loss is that and `α (mean E(x⁺)² + mean E(x⁻)²)`, L2 on energies (Du & Mordatch 2019): the contrast
 * leaves the level of an energy free, and its scale to short chains. Of one that tilts a base E is the tilt: a density of
 * many columns has energies of hundreds of nats, which are as they should be, and a penalty on them would have the tilt
 * undo the base.
 */
export function contrast(
  energy: Energy,
  params: Expr,
  data: Expr,
  negatives: Expr,
  { energyPenalty = 0 }: Partial<ContrastOptions> = {},
): { loss: Expr; metrics: ExprRecord<"energyData" | "energyModel" | "energyGap"> } {
  const n = data.shape[0]!;
  // One pass over both: the same products on a taller matrix.
  const points = concat([data, stopGradient(negatives)], 0);
  const both = energy(points, params);
  const parts = (e: Expr): readonly [Expr, Expr] => [mean(slice(e, 0, 0, n)), mean(slice(e, 0, n, e.shape[0]!))];
  const [energyData, energyModel] = parts(both);
  const gap = sub(energyData, energyModel);
  const metrics = { energyData, energyModel, energyGap: gap };
  if (energyPenalty === 0) return { loss: gap, metrics };
  const free = energy.tilting ? energy.tilting.energy(points, params) : both;
  return { loss: add(gap, mul(energyPenalty, add(...parts(square(free))))), metrics };
}
