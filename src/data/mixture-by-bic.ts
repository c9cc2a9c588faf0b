/** The mixture of Gaussians that most people would fit to a table. */

import { fold, type Key } from "../random/key.js";
import type { FloatTensor } from "../util/tensor.js";
import { fitNormalMixture, type MixtureFit } from "./fit-normal-mixture.js";
import { componentLadder } from "./stack-normal-mixtures.js";
import { takeRows } from "./take-rows.js";

export interface BicOptions {
  /** Numbers of components that are tried, from the fewest up, until three in a row are no better. */
  readonly components?: readonly number[] | undefined;
  readonly key: Key;
}

/** Rows that the number of components is chosen by, at most: the first of them. */
const ROWS = 5000;

/** Numbers of components in a row that may be no better before no larger ones are tried. */
const PATIENCE = 3;

/**
 * A mixture of Gaussians with full covariances, with as many components as have the least
 * `BIC = −2 Σ log p(x_i) + k log n`, where k counts the parameters.
 * Source: Schwarz (1978); Fraley & Raftery (2002) for mixtures.
 * @throws as {@link fitNormalMixture}.
 */
export function mixtureByBic(rows: FloatTensor, { components = componentLadder, key }: BicOptions): MixtureFit {
  const [all, d] = rows.shape as [number, number];
  const n = Math.min(all, ROWS);
  const some = n < all ? takeRows(rows, [...Array(n).keys()]) : rows;
  let best = { count: components[0]!, bic: Number.POSITIVE_INFINITY };
  let since = 0;
  for (const count of components.filter((k, i) => i === 0 || k * d <= n)) {
    const { logLikelihood } = fitNormalMixture(some, { components: count, key: fold(key, count), tolerance: 1e-3 });
    const parameters = count * (1 + d + (d * (d + 1)) / 2) - 1;
    const bic = -2 * n * logLikelihood + parameters * Math.log(n);
    since = bic < best.bic ? 0 : since + 1;
    if (bic < best.bic) best = { count, bic };
    if (since >= PATIENCE) break;
  }
  return fitNormalMixture(rows, { components: best.count, starts: 3, key: fold(key, "fit") });
}
