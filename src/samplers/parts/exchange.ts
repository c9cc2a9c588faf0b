/** Replicas of different temperatures that trade places. */

import type { Expr } from "../../ir/expr.js";
import { exp, log } from "../../ops/arithmetic.js";
import type { ExprRecord } from "../../ops/control.js";
import { minimum } from "../../ops/extrema.js";
import { cast, constant } from "../../ops/leaf.js";
import { and, equal, finite, less, where } from "../../ops/logic.js";
import { concat, reshape, slice } from "../../ops/shape.js";
import { tensor } from "../../util/tensor.js";
import { chooseRows } from "./metropolis.js";

/**
 * Neighbours of one parity trade places, each pair with probability `min(1, eʳ)`: with parity 0 levels 0 and 1, 2 and
 * 3, …, with parity 1 levels 1 and 2, 3 and 4, …. A pair whose log-ratio is NaN stays.
 * @param logRatio `r (levels − 1, chains)` of every pair.
 * @param uniform `(levels − 1, chains)` on (0, 1).
 * @param parity `(chains)`, 0 or 1.
 * @param replicas tensors `(levels, chains, ...)` that move together.
 * @returns also the probability of every pair, tried or not.
 */
export function exchange<Names extends string>(
  logRatio: Expr,
  uniform: Expr,
  parity: Expr,
  replicas: ExprRecord<Names>,
): { replicas: ExprRecord<Names>; acceptance: Expr } {
  const [pairs, chains] = logRatio.shape as [number, number];
  const odd = cast(
    constant(
      tensor(
        Float64Array.from({ length: pairs }, (_, i) => i % 2),
        [pairs, 1],
      ),
    ),
    parity.dtype,
  );
  const traded = and(less(log(uniform), logRatio), equal(odd, parity));
  const nobody = constant(tensor(new Uint8Array(chains), [1, chains]));
  const rows = (condition: readonly Expr[]): Expr => reshape(concat(condition), [(pairs + 1) * chains]);
  const [withNext, withLast] = [rows([traded, nobody]), rows([nobody, traded])];
  const moved = (values: Expr): Expr => {
    const flat = (e: Expr): Expr => reshape(e, [(pairs + 1) * chains, ...values.shape.slice(2)]);
    const next = concat([slice(values, 0, 1), slice(values, 0, pairs)]);
    const last = concat([slice(values, 0, 0, 1), slice(values, 0, 0, pairs)]);
    const chosen = chooseRows(withNext, flat(next), chooseRows(withLast, flat(last), flat(values)));
    return reshape(chosen, values.shape);
  };
  const bounded = minimum(logRatio, 0);
  return {
    replicas: Object.fromEntries(
      Object.entries<Expr>(replicas).map(([name, values]) => [name, moved(values)]),
    ) as ExprRecord<Names>,
    acceptance: where(finite(bounded), exp(bounded), 0),
  };
}
