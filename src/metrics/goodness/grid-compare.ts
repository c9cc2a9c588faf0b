/** Two densities compared on one grid. */

import { noOptions } from "../../util/options.js";
import { metric } from "../metric.js";
import { type GridDensity, gridMasses } from "./grid.js";
import { halfL1 } from "./total-variation.js";

/** Log-densities of P and of Q `(side²)` at the points of a grid, each up to a constant. */
export interface GridPair extends GridDensity {
  readonly logQ: ArrayLike<number>;
}

/**
 * `KL(P‖Q) = Σ p log(p/q)` in nats, both normalised on the grid first; not symmetric: large where Q misses what P has.
 * `+∞` where P has mass and Q none. Throws NumericError for NaN, ShapeError when the lengths differ.
 * Source: Kullback & Leibler (1951).
 */
export const gridKl = metric({
  name: "grid-kl",
  about: "KL(P‖Q) of two 2-D densities on a grid, in nats.",
  cite: "Kullback & Leibler (1951), On information and sufficiency",
  of: "grid",
  options: noOptions,
  compute({ grid, logP, logQ }: GridPair): number {
    const p = gridMasses("grid-kl: P", grid, logP);
    const q = gridMasses("grid-kl: Q", grid, logQ);
    const shift = q.logZ - p.logZ;
    // The logarithms come from the log-densities: a mass may have underflowed where its logarithm has not.
    return p.masses.reduce((s, m, k) => s + (m === 0 ? 0 : m * (logP[k]! - logQ[k]! + shift)), 0);
  },
});

/** `TV(P, Q) = ½ Σ |p − q|`, from 0 to 1, both normalised on the grid first. Throws as {@link gridKl}. */
export const gridTotalVariation = metric({
  name: "grid-total-variation",
  about: "Total variation of two 2-D densities on a grid, from 0 to 1.",
  cite: "Levin & Peres (2017), Markov chains and mixing times, chapter 4",
  of: "grid",
  options: noOptions,
  compute({ grid, logP, logQ }: GridPair): number {
    const p = gridMasses("grid-total-variation: P", grid, logP).masses;
    const q = gridMasses("grid-total-variation: Q", grid, logQ).masses;
    return halfL1(p, q);
  },
});
