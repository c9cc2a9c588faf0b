/** Autoregressive maps: each coordinate moves as the ones before it say (Kingma et al. 2016; Papamakarios et al. 2017). */

import type { Expr } from "../ir/expr.js";
import type { Activation } from "../nn/activation.js";
import { made } from "../nn/made.js";
import { scan } from "../ops/control.js";
import { zerosLike } from "../ops/indexing.js";
import { arange } from "../ops/leaf.js";
import { equal, where } from "../ops/logic.js";
import { flip, sum } from "../ops/shape.js";
import type { Bijector } from "./bijector.js";
import { readBy, type ScalarTransform } from "./coupling.js";

export interface AutoregressiveOptions {
  /** Coordinates of a point. */
  readonly d: number;
  /** Numbers of a context that the network reads as well; 0 unless given. */
  readonly context?: number;
  /** The direction that is one pass of the network. The other one is d passes, one after the other. */
  readonly parallel: "forward" | "inverse";
  /** Whether the order of the coordinates is from the last to the first. Alternate it. */
  readonly reversed: boolean;
  /** Hidden sizes of the network. */
  readonly hidden: readonly number[];
  readonly activation: Activation;
}

/** One direction of a scalar transform, given its numbers. */
type Move = (from: Expr, theta: Expr) => { to: Expr; logDet: Expr };

/**
 * Coordinate i moves by numbers that a masked network makes of the coordinates before it: of those of the argument in
 * the parallel direction, so of those of the result in the other one, which is solved coordinate by coordinate. The
 * Jacobian is triangular. The network's last layer starts at zero, so the map starts near the identity when the
 * transform does at zero.
 */
export function autoregressive(
  { d, context = 0, parallel, reversed, hidden, activation }: AutoregressiveOptions,
  transform: ScalarTransform,
): Bijector {
  const net = made({ d, context, size: transform.size, hidden, activation, zeroLast: true });
  const there: Move = (from, theta) => {
    const { y, logDet } = transform.forward(from, theta);
    return { to: y, logDet };
  };
  const back: Move = (from, theta) => {
    const { x, logDet } = transform.inverse(from, theta);
    return { to: x, logDet };
  };
  const turn = (x: Expr): Expr => (reversed ? flip(x, 1) : x);
  const move = (direction: "forward" | "inverse", x: Expr, params: Expr, c?: Expr): { to: Expr; logDet: Expr } => {
    const from = turn(x);
    const step = direction === "forward" ? there : back;
    const theta = (known: Expr): Expr => net.apply(params, readBy(transform, known), c);
    // A single coordinate has none before it: its numbers do not wait for it.
    const { to, logDet } = direction === parallel || d === 1 ? step(from, theta(from)) : oneByOne(step, theta, from);
    return { to: turn(to), logDet: sum(logDet, 1) };
  };
  return {
    layout: net.layout,
    takes: [d],
    gives: [d],
    init: net.init,
    forward(x, params, c) {
      const { to, logDet } = move("forward", x, params, c);
      return { y: to, logDet };
    },
    inverse(y, params, c) {
      const { to, logDet } = move("inverse", y, params, c);
      return { x: to, logDet };
    },
  };
}

/**
 * Solve `to = move(from, θ(to))`: step i makes coordinate i, whose numbers depend on those already made. Coordinates that
 * wait are kept at zero, where the network is tame.
 */
function oneByOne(move: Move, theta: (known: Expr) => Expr, from: Expr): { to: Expr; logDet: Expr } {
  const order = arange(from.shape[1]!, "int64");
  const nothing = zerosLike(from);
  const { state } = scan({ init: { to: nothing, logDet: nothing }, xs: { i: order } }, ({ to, logDet }, { i }) => {
    const here = equal(order, i);
    const moved = move(from, theta(to));
    return { state: { to: where(here, moved.to, to), logDet: where(here, moved.logDet, logDet) } };
  });
  return state;
}
