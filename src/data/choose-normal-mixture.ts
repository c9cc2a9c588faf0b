/** How many clouds, and how strong a prior, by rows left out. */

import { permutation } from "../random/choose.js";
import { fold, type Key } from "../random/key.js";
import { InputError } from "../util/errors.js";
import { mean } from "../util/moments.js";
import type { FloatTensor } from "../util/tensor.js";
import { fitNormalMixture, type MixtureFit } from "./fit-normal-mixture.js";
import { normalMixture } from "./normal-mixture.js";
import { takeRows } from "./take-rows.js";

export interface MixtureChoiceOptions {
  /** Numbers of components that are tried, from the fewest up, until two in a row are no better; left out: 1 to 64. */
  readonly components?: readonly number[] | undefined;
  /** Parts that the rows are cut into, each left out once; 5 unless said. */
  readonly folds?: number | undefined;
  readonly key: Key;
}

/** What one way of fitting gave on rows that were left out. */
export interface MixtureTrial {
  readonly components: number;
  readonly strength: number;
  /** Nats a row, of all rows, each by the fit that had not seen it. */
  readonly logLikelihood: number;
}

export interface MixtureChoice {
  /** To all rows. */
  readonly fit: MixtureFit;
  readonly components: number;
  readonly strength: number;
  readonly trials: readonly MixtureTrial[];
}

/** Numbers of components that are tried unless said. */
export const componentLadder: readonly number[] = [1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 48, 64];

/** How far a fit that is only tried is taken. */
const ROUGHLY = { steps: 100, tolerance: 1e-3 };

/** Numbers of components in a row that may be no better before no larger ones are tried. */
const PATIENCE = 2;

/**
 * The mixture of Gaussians whose number of components and strength of the prior (0.1, 1, d/2 and 2d rows) give the largest
 * log-likelihood of rows left out, fitted to all rows.
 * @throws as {@link fitNormalMixture}, and InputError for fewer than two folds.
 */
export function chooseNormalMixture(rows: FloatTensor, options: MixtureChoiceOptions): MixtureChoice {
  const { folds = 5, components = componentLadder, key } = options;
  const [n, d] = rows.shape as [number, number];
  if (!(Number.isInteger(folds) && folds >= 2 && folds <= n))
    throw new InputError(`chooseNormalMixture: ${folds} folds of ${n} rows; expected 2 to ${n}`);
  const order = permutation(fold(key, "folds"), n);
  const parts = Array.from({ length: folds }, (_, f) => {
    const own = (i: number): boolean => i % folds === f;
    return {
      train: takeRows(
        rows,
        Array.from(order).filter((_, i) => !own(i)),
      ),
      test: takeRows(
        rows,
        Array.from(order).filter((_, i) => own(i)),
      ),
    };
  });
  const strengths = [...new Set([0.1, 1, d / 2, 2 * d])];
  const trials: MixtureTrial[] = [];
  const heldOut = (count: number, strength: number): number =>
    mean(
      parts.flatMap(({ train, test }, f) => {
        const { clouds } = fitNormalMixture(train, { components: count, strength, ...ROUGHLY, key: fold(key, f) });
        return Array.from(normalMixture("chooseNormalMixture", clouds).logDensity(test));
      }),
    );
  let best: MixtureTrial | undefined;
  let since = 0;
  for (const count of components.filter((k) => k <= n / 2)) {
    const own = strengths.map((strength) => ({ components: count, strength, logLikelihood: heldOut(count, strength) }));
    trials.push(...own);
    const top = own.reduce((a, b) => (b.logLikelihood > a.logLikelihood ? b : a));
    const better = !best || top.logLikelihood > best.logLikelihood;
    since = better ? 0 : since + 1;
    if (better) best = top;
    if (since >= PATIENCE) break;
  }
  const { components: count, strength } = best!;
  const fit = fitNormalMixture(rows, { components: count, strength, starts: 3, key: fold(key, "fit") });
  return { fit, components: count, strength, trials };
}
