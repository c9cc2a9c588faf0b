/** The golden values of `test/golden/posteriors.py`. */

import { readFileSync } from "node:fs";

export interface Answer {
  readonly mean: number;
  readonly sd: number;
}

export const golden = JSON.parse(readFileSync(new URL("../golden/posteriors.json", import.meta.url), "utf8")) as {
  readonly eightSchools: Readonly<Record<string, Answer>>;
  readonly logistic: {
    /** `(100, 2)` covariates and their outcomes, 0 or 1. */
    readonly x: readonly (readonly [number, number])[];
    readonly y: readonly number[];
    readonly priorDeviation: number;
    readonly answers: Readonly<Record<string, Answer>>;
  };
};
