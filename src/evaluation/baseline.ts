/** What a learned law has to beat on held-out rows: those that take a second to fit to the training rows. */

import { fitKernelDensity } from "../data/fit-kernel-density.js";
import { mixtureByBic } from "../data/mixture-by-bic.js";
import { normalMixture } from "../data/normal-mixture.js";
import { shrunkCloud } from "../data/shrunk-cloud.js";
import { takeRows } from "../data/take-rows.js";
import type { Support } from "../energies/support.js";
import { bernoullisLogProbability, fitBernoullis } from "../metrics/goodness/bernoulli-fit.js";
import { fitGaussian, gaussianLogDensity } from "../metrics/goodness/gaussian-fit.js";
import type { LogLikelihood } from "../metrics/goodness/log-likelihood.js";
import type { Estimate } from "../metrics/metric.js";
import { fold, type Key } from "../random/key.js";
import { InputError } from "../util/errors.js";
import type { FloatTensor } from "../util/tensor.js";

/** A law fitted to the training rows. */
export interface BaselineLaw {
  /** In a table. */
  readonly name: string;
  /** In a sentence. */
  readonly words: string;
  /** Log-densities of rows `(m, d)`. */
  logDensity(rows: FloatTensor): Float64Array;
}

/** What it said of held-out rows, and how many nats a row the model is ahead of it, paired over rows; plain data. */
export interface Baseline {
  readonly name: string;
  readonly words: string;
  readonly likelihood: LogLikelihood;
  readonly gain: Estimate;
}

const names = {
  gaussian: { name: "fitted Gaussian", words: "a fitted Gaussian" },
  independent: { name: "independent columns", words: "a law of independent columns" },
} as const;

/** The simplest law: a Gaussian or, of binary points, independent columns. @throws InputError for categorical points. */
export function simplestLaw(support: Support, train: FloatTensor): BaselineLaw {
  if (support.kind === "real" && train.shape[0]! > train.shape[1]!) {
    const fit = fitGaussian(train);
    return { ...names.gaussian, logDensity: (rows) => gaussianLogDensity(fit, rows) };
  }
  if (support.kind === "real") return shrunkGaussian(train);
  if (support.kind !== "binary") throw new InputError("baseline: there is none for categorical points");
  const fit = fitBernoullis(train, support.values);
  return { ...names.independent, logDensity: (rows) => bernoullisLogProbability(fit, rows) };
}

/** A Gaussian of fewer rows than columns. */
function shrunkGaussian(train: FloatTensor): BaselineLaw {
  const law = normalMixture("baseline", [shrunkCloud(train)]);
  return {
    ...names.gaussian,
    words: "a Gaussian drawn to independent columns",
    logDensity: (rows) => law.logDensity(rows),
  };
}

/** Columns up to which a mixture with full covariances is fitted in seconds. */
const COLUMNS = 100;

/** Training rows that kernels stand on, at most. */
const KERNELS = 1000;

/** The other laws that a person with a table of real rows would fit; none of points of another kind, and no mixture of covariances that rows are too few for. */
function furtherLaws(support: Support, train: FloatTensor, key: Key): BaselineLaw[] {
  const [n, d] = train.shape as [number, number];
  if (support.kind !== "real" || n < 2) return [];
  const kernels = fitKernelDensity(n > KERNELS ? takeRows(train, [...Array(KERNELS).keys()]) : train);
  return [
    ...(d <= COLUMNS && n > d ? [mixtureLaw(train, key)] : []),
    {
      name: "kernel density",
      words: "a kernel density",
      logDensity: (rows) => kernels.logDensity(rows),
    },
  ];
}

function mixtureLaw(train: FloatTensor, key: Key): BaselineLaw {
  const { clouds } = mixtureByBic(train, { key: fold(key, "mixture") });
  const mixture = normalMixture("baseline", clouds);
  return {
    name: "Gaussian mixture",
    words: `a mixture of ${clouds.length === 1 ? "one Gaussian" : `${clouds.length} Gaussians`}`,
    logDensity: (rows) => mixture.logDensity(rows),
  };
}

/** What a model is compared with: the simplest law and, where they are asked for, the further ones. */
export const baselineLaws = (
  support: Support,
  train: FloatTensor,
  { further, key }: { readonly further: boolean; readonly key: Key },
): readonly BaselineLaw[] => [simplestLaw(support, train), ...(further ? furtherLaws(support, train, key) : [])];

/** The baselines of an evaluation, by the names they have in tables. */
export function baselinesOf({
  gaussian,
  independent,
  baselines,
}: {
  readonly gaussian: LogLikelihood | null;
  readonly independent?: LogLikelihood | null;
  readonly baselines?: readonly Baseline[];
}): [name: string, likelihood: LogLikelihood][] {
  if (baselines) return baselines.map(({ name, likelihood }) => [name, likelihood]);
  return [
    ...(gaussian ? [[names.gaussian.name, gaussian] as [string, LogLikelihood]] : []),
    ...(independent ? [[names.independent.name, independent] as [string, LogLikelihood]] : []),
  ];
}
