import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { uniform } from "../../random/draw.js";
import { fold, makeKey } from "../../random/key.js";
import { InputError, ShapeError } from "../../util/errors.js";
import { tensor } from "../../util/tensor.js";
import { calibration } from "./calibration.js";
import { classification } from "./classification.js";

const key = makeKey(28);
const N = 300;

/** Rows of two classes: what is claimed of class 0, and labels drawn by what is true of it. */
function claims(k: typeof key, truth: (p: number) => number) {
  const u = uniform(fold(k, "claim"), [N], "float64").data;
  const v = uniform(fold(k, "label"), [N], "float64").data;
  const probabilities = tensor(
    Float64Array.from({ length: 2 * N }, (_, i) => (i % 2 === 0 ? u[i >> 1]! : 1 - u[i >> 1]!)),
    [N, 2],
  );
  return { probabilities, labels: Array.from(v, (w, i) => (w < truth(u[i]!) ? 0 : 1)), key: k };
}

it("has p-values that are uniform for right probabilities, an error of the size that chance gives", () => {
  const found = Array.from({ length: 60 }, (_, r) =>
    calibration(
      claims(fold(key, r), (p) => p),
      { simulations: 99 },
    ),
  );
  const small = found.filter(({ pValue }) => pValue! <= 0.2).length;
  // Of 60 p-values 12 are expected below 0.2, with standard deviation 3.1: outside 2 … 24 once in 2e4 runs.
  expect(small).toBeGreaterThan(1);
  expect(small).toBeLessThan(25);
  const scores = found.map(({ error, byChance }) => (error - byChance!.mean) / byChance!.standardDeviation);
  // The mean of 60 numbers of deviation 1: 4.5 standard errors, 7e-6.
  expect(Math.abs(scores.reduce((s, v) => s + v, 0) / 60)).toBeLessThan(4.5 / Math.sqrt(60));
  for (const { byChance } of found) expect(byChance!.mean).toBeGreaterThan(0.03);
});

it("finds probabilities that promise too much, and those that promise too little", () => {
  const half = (p: number): number => 0.5 + 0.4 * (p - 0.5);
  const bold = calibration(claims(key, half));
  expect(bold.pValue).toBe(1 / 1000);
  expect(bold.overconfidence.interval![0]).toBeGreaterThan(0);
  const timid = calibration(claims(key, (p) => (p > 0.5 ? 1 : 0)));
  expect(timid.pValue).toBe(1 / 1000);
  // A claim c of the likelier class is 3/4 on average, and it is always right.
  expect(timid.overconfidence.value).toBeCloseTo(-0.25, 1);
});

it("gives scikit-learn's accuracy, log-loss and Brier score", () => {
  const golden = JSON.parse(readFileSync(new URL("../../../test/golden/classes.json", import.meta.url), "utf8")) as {
    readonly [Key in "accuracy" | "logLoss" | "brier"]: number;
  } & { readonly probabilities: readonly number[][]; readonly y: readonly number[] };
  const { probabilities: p, y: labels } = golden;
  const probabilities = tensor(Float64Array.from(p.flat()), [p.length, 3]);
  const scores = classification({ probabilities, labels });
  for (const name of ["accuracy", "logLoss", "brier"] as const)
    expect(scores[name].value).toBeCloseTo(golden[name], 12);
  expect(scores.logLoss.standardError).toBeGreaterThan(0.01);
});

it("says what does not fit", () => {
  const p = tensor(Float64Array.of(0.5, 0.5), [1, 2]);
  expect(() => classification({ probabilities: p, labels: [0, 1] })).toThrow(ShapeError);
  expect(() => classification({ probabilities: p, labels: [2] })).toThrow(InputError);
  expect(() => classification({ probabilities: p, labels: [2] })).toThrow(
    "label 0 is 2; expected a whole number from 0 to 1",
  );
  expect(() => classification({ probabilities: tensor(new Float64Array(0), [0, 2]), labels: [] })).toThrow("no rows");
});

it("groups rows by their confidence, and averages over rows", () => {
  // In order .6 and .7, both wrong, then .8 and .9, both right: (1.3 + 0.3)/4. In the order given it would be 0.25.
  const confidence = [0.9, 0.6, 0.8, 0.7];
  const probabilities = tensor(Float64Array.from(confidence.flatMap((v) => [v, 1 - v])), [4, 2]);
  const judged = { probabilities, labels: [0, 1, 0, 1], key };
  expect(calibration(judged, { bins: 2, simulations: 0 }).error).toBeCloseTo(0.4, 12);
});
