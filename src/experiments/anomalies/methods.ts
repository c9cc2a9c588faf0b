/** What scores rows: densities of the training rows, all but the last without any number that was chosen by a label. */

import { fitKernelDensity } from "../../data/fit-kernel-density.js";
import { fitNormalMixture } from "../../data/fit-normal-mixture.js";
import { type NormalCloud, normalMixture } from "../../data/normal-mixture.js";
import { fitStack, stackNormalMixtures } from "../../data/stack-normal-mixtures.js";
import { takeRows } from "../../data/take-rows.js";
import { conformalPValues } from "../../metrics/intervals/conformal.js";
import { normal } from "../../random/draw.js";
import { fold, type Key } from "../../random/key.js";
import { type FloatTensor, tensor } from "../../util/tensor.js";

/** Scores of rows `(n)`, high where a row is unlikely; p-values where the method has any. */
export interface RowScore {
  readonly score: Float64Array;
  readonly pValue?: Float64Array;
}

export interface ScoringMethod {
  readonly title: string;
  readonly about: string;
  /** Left out of the quick budget. */
  readonly slow?: true;
  /** Shown because its p-values must be wrong. */
  readonly control?: true;
  /** What it is once fitted, in words, and what scores rows. */
  fit(train: FloatTensor, key: Key): { readonly chosen: string; score(x: FloatTensor): RowScore };
}

const negated = (x: Float64Array): Float64Array => x.map((v) => -v);

/** Numbers of clouds that are tried, by how many of the rows. */
const [CLOUDS, JUDGED] = [[1, 2, 4, 8, 16], 500] as const;

/** A column may be a combination of others, where a cloud has no density: noise of this many standard deviations. */
const JITTER = 0.01;

const jittered = ({ data, shape }: FloatTensor, key: Key): FloatTensor => {
  const noise = normal(fold(key, "jitter"), shape, "float64").data;
  return tensor(
    Float64Array.from(data, (v, i) => v + JITTER * noise[i]!),
    shape,
  );
};

/** A mixture of clouds; its p-values are of the last quarter of the rows, by a fit to the others. */
function cloudsOf(train: FloatTensor, fitTo: (rows: FloatTensor) => readonly NormalCloud[], chosen: string) {
  const n = train.shape[0]!;
  const [rest, quarter] = [0, 1].map((part) =>
    takeRows(
      train,
      Array.from({ length: n }, (_, i) => i).filter((i) => Number(i >= Math.ceil((3 * n) / 4)) === part),
    ),
  ) as [FloatTensor, FloatTensor];
  const energyOf = (clouds: readonly NormalCloud[]) => {
    const law = normalMixture("anomalies", clouds);
    return (x: FloatTensor): Float64Array => negated(law.logDensity(x));
  };
  const [all, part] = [energyOf(fitTo(train)), energyOf(fitTo(rest))];
  const heldOut = part(quarter);
  return {
    chosen,
    score: (x: FloatTensor): RowScore => ({ score: all(x), pValue: conformalPValues(heldOut, part(x)) }),
  };
}

/** The distance to the k-th nearest training row. */
function neighbours(train: FloatTensor, k: number) {
  const [n, d] = train.shape as [number, number];
  return (x: FloatTensor): Float64Array => {
    const least = new Float64Array(k);
    return Float64Array.from({ length: x.shape[0]! }, (_, row) => {
      least.fill(Number.POSITIVE_INFINITY);
      for (let i = 0; i < n; i++) {
        let s = 0;
        for (let j = 0; j < d; j++) s += (train.data[i * d + j]! - x.data[row * d + j]!) ** 2;
        let at = k - 1;
        if (!(s < least[at]!)) continue;
        for (; at > 0 && least[at - 1]! > s; at--) least[at] = least[at - 1]!;
        least[at] = s;
      }
      return Math.sqrt(least[k - 1]!);
    });
  };
}

/** What is compared, by the names of results. */
export const methods: Readonly<Record<string, ScoringMethod>> = {
  kernel: {
    title: "kernel energy",
    about: "−log density of Student kernels, width and tails by rows left out; p-values by all training rows",
    fit(train) {
      const density = fitKernelDensity(train);
      return {
        chosen: `ν ${density.degrees}, h ${density.width.toPrecision(2)}`,
        score(x) {
          const { logDensity, pValue } = density.score(x);
          return { score: negated(logDensity), pValue };
        },
      };
    },
  },
  mixture: {
    title: "Gaussian mixtures",
    about:
      "−log density of mixtures, clouds, priors and weights by cross-validation of 500 rows; p-values by a quarter of the rows",
    slow: true,
    fit(rows, key) {
      const train = jittered(rows, key);
      const n = Math.min(train.shape[0]!, JUDGED);
      const some = takeRows(
        train,
        Array.from({ length: n }, (_, i) => i),
      );
      const { members } = stackNormalMixtures(some, { components: CLOUDS, folds: 3, key });
      const clouds = members.reduce((sum, { components }) => sum + components, 0);
      return cloudsOf(train, (part) => fitStack(part, members, fold(key, "fit")), `${clouds} clouds`);
    },
  },
  gaussian: {
    title: "Gaussian",
    about: "−log density of one Gaussian, its prior one row; p-values by a quarter of the rows",
    fit: (rows, key) =>
      cloudsOf(jittered(rows, key), (part) => fitNormalMixture(part, { components: 1, key }).clouds, "one cloud"),
  },
  neighbours: {
    title: "fifth neighbour",
    about: "distance to the fifth nearest training row: the published kNN, done again as a check of the protocol",
    fit: (train) => ({ chosen: "k 5", score: (x) => ({ score: neighbours(train, 5)(x) }) }),
  },
  resubstituted: {
    title: "kernel energy among its own rows",
    about: "p-values by the energies of the rows that the kernels stand on, which are too low",
    control: true,
    fit(train) {
      const density = fitKernelDensity(train);
      const own = negated(density.logDensity(train));
      return {
        chosen: "",
        score(x) {
          const score = negated(density.logDensity(x));
          return { score, pValue: conformalPValues(own, score) };
        },
      };
    },
  },
};
