/** The golden values of `test/golden/metrics.py`, with its spellings of NaN and the infinities read back. */

import { readFileSync } from "node:fs";

export interface GoldenChains {
  readonly name: string;
  readonly shape: readonly [number, number];
  readonly data: readonly number[];
  readonly bulk: number;
  readonly tail: number;
  readonly mean: number;
  readonly rhatRank: number;
  readonly rhatSplit: number;
  readonly mcseMean: number;
  readonly mcseSd: number;
  readonly mcseMedian: number;
  readonly mcseQuantile10: number;
  readonly hdi94: readonly [low: number, high: number];
  readonly hdi50: readonly [low: number, high: number];
  /** One value a chain. */
  readonly bfmi: readonly number[];
}

export interface MetricsGolden {
  readonly chains: readonly GoldenChains[];
  /** Tables of several of the chains above as coordinates of one `x`. */
  readonly summaries: readonly {
    readonly chains: readonly string[];
    readonly rows: readonly string[];
    readonly columns: readonly string[];
    readonly values: readonly (readonly number[])[];
  }[];
  readonly autocorrelations: readonly (Pick<GoldenChains, "name" | "shape" | "data"> & {
    readonly autocorrelation: readonly number[];
  })[];
  readonly importance: readonly { readonly name: string; readonly logWeights: readonly number[]; readonly k: number }[];
  readonly betaQuantiles: readonly (readonly [p: number, a: number, b: number, x: number])[];
  readonly studentQuantiles: readonly (readonly [p: number, degrees: number, t: number])[];
}

const special = new Map([
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
]);

export const golden = JSON.parse(
  readFileSync(new URL("../golden/metrics.json", import.meta.url), "utf8"),
  (_, value) => special.get(value) ?? value,
) as MetricsGolden;

/** `|a − b| / |b|`; 0 for two equal numbers, two NaN or the same infinity. */
export const relativeError = (a: number, b: number): number =>
  Object.is(a, b) || a === b ? 0 : Math.abs(a - b) / Math.abs(b);
