import type { Expr } from "../../ir/expr.js";
import type { ExprRecord } from "../../ops/control.js";
import { less, where } from "../../ops/logic.js";
import { mean } from "../../ops/special.js";
import { mapValues } from "../../util/records.js";

/**
 * A jump that leaves its point with a smaller probability is as good as impossible. In many dimensions jumps are often
 * refused by a flow that covers every mode: with log-weights `log p/q` of standard deviation σ their log-ratio has mean
 * −σ² and variance 2σ², so that a mean acceptance of one in ten (σ 2.3) leaves a third of them less than one chance in a
 * thousand, but fewer than one of 10⁴ less than one in 10⁸.
 */
const HOPELESS = 1e-8;

/**
 * What a flow-assisted kernel says of its chains, averaged over them; and of jumps `hopelessJumps`, the share of chains
 * that had less than one chance in 10⁸. A mode the flow does not know keeps its chains: there `p/q` is far above what it
 * is elsewhere, so every jump out of it is refused, while the mean acceptance is that of the other modes.
 */
export function averageAcceptances({ gradients: _, ...acceptances }: ExprRecord): ExprRecord {
  const { globalAcceptance } = acceptances;
  const averaged = mapValues(acceptances, (e: Expr) => mean(e));
  if (!globalAcceptance) return averaged;
  return { ...averaged, hopelessJumps: mean(where(less(globalAcceptance, HOPELESS), 1, 0)) };
}
