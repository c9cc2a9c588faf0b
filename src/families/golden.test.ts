import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import type { FloatTensor } from "../util/tensor.js";
import { tensor } from "../util/tensor.js";
import type { FamilyDeclaration } from "./family.js";
import * as members from "./members.js";

interface GoldenCase {
  readonly family: string;
  readonly options: Record<string, never>;
  readonly theta: number[];
  readonly points: (number | number[])[];
  readonly logProb: number[];
  readonly rows: (number | number[])[];
  readonly fit: number[];
  readonly errors: number[];
}

const golden = JSON.parse(readFileSync(new URL("../../test/golden/families.json", import.meta.url), "utf8"));
const declared = Object.values(members) as readonly unknown[] as readonly FamilyDeclaration[];
const cases = (golden.cases as GoldenCase[]).map((c) => [`${c.family} ${c.theta.join(", ")}`, c] as const);

const rowsOf = (x: readonly (number | number[])[]): FloatTensor =>
  tensor(Float64Array.from(x.flat()), typeof x[0] === "number" ? [x.length] : [x.length, x[0]!.length]);

const worst = (found: ArrayLike<number>, expected: readonly number[]): number =>
  Math.max(...expected.map((e, i) => Math.abs(found[i]! - e) / Math.max(1e-3, Math.abs(e))));

it("has a case of every member", () => {
  expect(new Set(cases.map(([, { family }]) => family))).toEqual(new Set(declared.map(({ name }) => name)));
});

it.each(cases)("%s has SciPy's log-densities, fit and standard errors", (_, it_) => {
  const family = declared.find(({ name }) => name === it_.family)!(it_.options);
  expect(worst(family.logProb(rowsOf(it_.points), family.natural(it_.theta)), it_.logProb)).toBeLessThan(1e-11);
  const fit = family.fit(rowsOf(it_.rows));
  expect(Object.keys(fit.parameters)).toEqual(family.parameters);
  expect(worst(Object.values(fit.parameters), it_.fit)).toBeLessThan(1e-9);
  expect(worst(Object.values(fit.standardErrors), it_.errors)).toBeLessThan(1e-6);
});
