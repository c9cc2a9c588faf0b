import type { Expr } from "../../ir/expr.js";
import type { ExprRecord } from "../../ops/control.js";
import { less, where } from "../../ops/logic.js";
import { mean } from "../../ops/special.js";
import { mapValues } from "../../util/records.js";

/** A jump that leaves its point with a smaller probability is as good as impossible. */
const HOPELESS = 1e-3;

/**
 * What a flow-assisted kernel says of its chains, averaged over them; and of jumps `hopelessJumps`, the share of chains
 * that had less than one chance in a thousand. A mode the flow does not know keeps its chains: there `p/q` is far above
 * what it is elsewhere, so every jump out of it is refused, while the mean acceptance is that of the other modes.
 */
export function averageAcceptances({ gradients: _, ...acceptances }: ExprRecord): ExprRecord {
  const { globalAcceptance } = acceptances;
  const averaged = mapValues(acceptances, (e: Expr) => mean(e));
  if (!globalAcceptance) return averaged;
  return { ...averaged, hopelessJumps: mean(where(less(globalAcceptance, HOPELESS), 1, 0)) };
}
