import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { normalQuantile } from "./normal-quantile.js";

const golden = JSON.parse(readFileSync(new URL("../../test/golden/draws.json", import.meta.url), "utf8"));

it("agrees with 50-digit arithmetic to 1e-15 relative, in every branch", () => {
  for (const [p, z] of golden.quantile) expect(Math.abs(normalQuantile(p) / z - 1), `p = ${p}`).toBeLessThan(1e-15);
});

it("is odd about one half, to the bit", () => {
  for (let k = 1; k < 1024; k++) expect(normalQuantile(1 - k / 2048)).toBe(-normalQuantile(k / 2048));
});

it("rises across the joints of its branches", () => {
  for (const joint of [0.075, 0.925, Math.exp(-25)]) {
    const step = joint * 1e-14;
    expect(normalQuantile(joint + step)).toBeGreaterThan(normalQuantile(joint - step));
  }
});

it("reaches infinity at the ends and is NaN outside", () => {
  expect([0, 1, 0.5].map(normalQuantile)).toEqual([-Infinity, Infinity, 0]);
  expect([-0.1, 1.1, Number.NaN].map(normalQuantile)).toEqual([Number.NaN, Number.NaN, Number.NaN]);
});
