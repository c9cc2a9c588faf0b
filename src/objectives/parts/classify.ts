import type { Energy } from "../../energies/energy.js";
import type { Expr } from "../../ir/expr.js";
import { add, div, mul, neg, sub } from "../../ops/arithmetic.js";
import type { ExprRecord } from "../../ops/control.js";
import { less, where } from "../../ops/logic.js";
import { concat, slice } from "../../ops/shape.js";
import { logMeanExp, logSigmoid, mean, softplus } from "../../ops/special.js";

export interface Classified {
  /** `mean softplus(−G(x⁺)) + ν mean softplus(G(y))`. */
  readonly loss: Expr;
  /** How far log Z is from the root of `∂loss/∂log Z = 0`, to first order. */
  readonly logZError: Expr;
  /** `classification`, the loss, `(1 + ν) H` with H the entropy of the classes where they are alike; `accuracy`. */
  readonly metrics: ExprRecord<"classification" | "accuracy">;
}

/**
 * Logistic classification of data against `ν` times as much noise, by the log-odds of the model,
 * `G = −E − log Z − log q − log ν`. In softplus form throughout: a logarithm of a sigmoid would overflow.
 *
 * The root in log Z solves `mean σ(−G(x⁺)) = ν mean σ(G(y))`. The log of right over left falls in log Z with a slope
 * between 0 and 2 and of 1 at the optimum: added to log Z, it is the iteration of Meng & Wong (1996), which needs no step
 * size. On a minibatch it is biased by the variance of either mean over twice its square, of order 1/n.
 */
export function classify(given: {
  readonly energy: Energy;
  readonly params: Expr;
  readonly data: { readonly x: Expr; readonly logProb: Expr };
  readonly noise: { readonly x: Expr; readonly logProb: Expr };
  readonly logZ: Expr;
}): Classified {
  const { energy, params, data, noise, logZ } = given;
  const [n, m] = [data.x.shape[0]!, noise.x.shape[0]!];
  const ratio = m / n;
  const both = energy(concat([data.x, noise.x], 0), params);
  const shift = add(logZ, Math.log(ratio));
  const logOdds = (e: Expr, logProb: Expr): Expr => neg(add(add(e, logProb), shift));
  const onData = logOdds(slice(both, 0, 0, n), data.logProb);
  const onNoise = logOdds(slice(both, 0, n, n + m), noise.logProb);
  const loss = add(mean(softplus(neg(onData))), mul(ratio, mean(softplus(onNoise))));
  const [taken, missed] = [logMeanExp(logSigmoid(onNoise)), logMeanExp(logSigmoid(neg(onData)))];
  const right = (c: Expr): Expr => mean(where(c, 1, 0));
  const accuracy = div(add(right(less(0, onData)), mul(ratio, right(less(onNoise, 0)))), 1 + ratio);
  return {
    loss,
    logZError: add(sub(taken, missed), Math.log(ratio)),
    metrics: { classification: loss, accuracy },
  };
}
