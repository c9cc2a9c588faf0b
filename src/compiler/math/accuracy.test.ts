import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { compute, type Elementary, everyFloat32, type FloatKind, ulp } from "../../../test/support/elementary.js";
import type { Assembler } from "../machine.js";
import { atan } from "./atan.js";
import { erf } from "./erf.js";
import { exp } from "./exp.js";
import { log } from "./log.js";
import { sigmoid } from "./sigmoid.js";
import { cos, sin } from "./sine.js";
import { tanh } from "./tanh.js";

interface Claim {
  readonly f: Elementary;
  /** Of doubles, for float32 arguments. */
  readonly exact: (x: number) => number;
  /** Between which float32 arguments the bound holds. */
  readonly from: number;
  readonly to: number;
  /** Most ulps in float32 and float64. */
  readonly float: number;
  readonly double: number;
  /** Instructions in float32 and float64. */
  readonly length: readonly [number, number];
}

/** Kummer's series near 0, Laplace's continued fraction further out. */
function exactErf(x: number): number {
  const a = Math.abs(x);
  if (a < 2.5) {
    let series = 1;
    for (let n = 70; n >= 1; n--) series = 1 + (2 * a * a * series) / (2 * n + 1);
    return Math.sign(x) * (2 / Math.sqrt(Math.PI)) * a * Math.exp(-a * a) * series;
  }
  let fraction = a;
  for (let n = 80; n >= 1; n--) fraction = a + n / 2 / fraction;
  return Math.sign(x) * (1 - Math.exp(-a * a) / (Math.sqrt(Math.PI) * fraction));
}

const exactSigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

const claims: readonly Claim[] = [
  { f: exp, exact: Math.exp, from: -104, to: 88.72, float: 1.2, double: 1.2, length: [18, 24] },
  { f: log, exact: Math.log, from: 0, to: 3.4e38, float: 0.9, double: 0.9, length: [31, 35] },
  { f: sigmoid, exact: exactSigmoid, from: -88.7, to: 1e38, float: 2.5, double: 2.4, length: [16, 22] },
  { f: tanh, exact: Math.tanh, from: -1e38, to: 1e38, float: 2.6, double: 2.6, length: [20, 27] },
  { f: sin, exact: Math.sin, from: -1e5, to: 1e5, float: 1.5, double: 1.6, length: [35, 38] },
  { f: cos, exact: Math.cos, from: -1e5, to: 1e5, float: 1.5, double: 1.6, length: [35, 38] },
  { f: atan, exact: Math.atan, from: -3.4e38, to: 3.4e38, float: 2.7, double: 2.1, length: [22, 29] },
  { f: erf, exact: exactErf, from: -1e38, to: 1e38, float: 2.1, double: 2.3, length: [27, 50] },
];

const golden: Record<string, readonly (readonly [number, number, number])[]> = JSON.parse(
  readFileSync(new URL("../../../test/golden/elementary.json", import.meta.url), "utf8"),
);

/** The multiple of π/2 that comes nearest to a float32 below 10⁵, and others. */
const quarters = [33_433, ...Array.from({ length: 400 }, (_, k) => 1 + 157 * k)].map((k) =>
  Math.fround((k * Math.PI) / 2),
);

/** Every exponent, uniformly where something happens, and where sine and cosine vanish. */
function floats(perExponent: number, from: number, to: number): number[] {
  const uniform = [1, 10, 100, to].flatMap((reach) =>
    Array.from({ length: 20 * perExponent }, (_, i) => {
      const [low, high] = [Math.max(from, -reach), Math.min(to, reach)];
      return Math.fround(low + ((i + 0.37) / (20 * perExponent)) * (high - low));
    }),
  );
  return [...everyFloat32(perExponent), ...uniform, ...quarters].filter((x) => from < x && x < to);
}

/** The largest error in ulps, and the argument. */
function worst(kind: FloatKind, xs: readonly number[], got: readonly number[], error: (i: number) => number) {
  let most = { ulps: 0, x: 0 };
  for (const [i, x] of xs.entries()) {
    const ulps = error(i);
    // NaN counts as the largest error there is.
    if (!(ulps <= most.ulps)) most = { ulps: Number.isNaN(ulps) ? Number.POSITIVE_INFINITY : ulps, x };
  }
  expect(got, kind).toHaveLength(xs.length);
  return most;
}

function floatError({ f, exact, from, to }: Claim, perExponent: number, fused: boolean) {
  const xs = floats(perExponent, from, to);
  const { values } = compute(f, "f32", xs, { fused });
  return worst("f32", xs, values, (i) => Math.abs(values[i]! - exact(xs[i]!)) / ulp("f32", exact(xs[i]!)));
}

function doubleError({ f }: Claim, fused: boolean) {
  const rows = golden[f.name]!;
  const xs = rows.map(([x]) => x);
  const { values } = compute(f, "f64", xs, { fused });
  return worst("f64", xs, values, (i) => {
    const [, rounded, left] = rows[i]!;
    return Math.abs((values[i]! - rounded) / ulp("f64", rounded) - left);
  });
}

describe.each(claims)("$f.name", (claim) => {
  it.each([
    { fused: false, perExponent: 24 },
    { fused: true, perExponent: 4 },
  ])("is right to its ulps in float32, fused $fused", ({ fused, perExponent }) => {
    const { ulps, x } = floatError(claim, perExponent, fused);
    expect(ulps, `at ${x}`).toBeLessThan(claim.float);
  });

  it.each([false, true])("is right to its ulps in float64, fused %s", (fused) => {
    const { ulps, x } = doubleError(claim, fused);
    expect(ulps, `at ${x}`).toBeLessThan(claim.double);
  });

  it("is as short as it is", () => {
    const lengths = (["f32", "f64"] as const).map((kind) => compute(claim.f, kind, [0.5]).instructions);
    expect(lengths).toEqual(claim.length);
  });

  it.each(["f32", "f64"] as const)("gives a lane the bits of one number alone, %s", (kind) => {
    const xs = kind === "f32" ? floats(2, -1e38, 1e38) : golden[claim.f.name]!.map(([x]) => x);
    const alone = compute(claim.f, kind, xs, { lanes: 1 }).values;
    for (const lanes of [4, 16]) expect(compute(claim.f, kind, xs, { lanes }).values).toEqual(alone);
  });
});

describe("what the bounds would not let pass", () => {
  /** The same function with one of its constants changed. */
  const spoiled =
    (f: Elementary, constant: number, by: number): Elementary =>
    (to: Assembler, x) =>
      f(
        {
          ...to,
          constant: (kind, lanes, value) =>
            to.constant(kind, lanes, typeof value === "number" && value === constant ? value * (1 + by) : value),
        },
        x,
      );

  it.each([
    { f: exp, constant: -1.4286068203094173e-6, by: -1, why: "log 2 in one part only" },
    { f: exp, constant: 0.1666651964187622, by: 2e-4, why: "a coefficient" },
    { f: log, constant: 0.3333333134651184, by: 1e-5, why: "a coefficient" },
    { f: tanh, constant: 1.9999998807907104, by: 5e-6, why: "a coefficient" },
    { f: sin, constant: -7.443547731314504e-13, by: -1, why: "π/2 without its last part" },
    { f: erf, constant: 0.12837916612625122, by: 2e-5, why: "a coefficient" },
    { f: atan, constant: -0.33333316445350647, by: 1e-5, why: "a coefficient" },
  ])("$f.name in float32 with $why changed", ({ f, constant, by }) => {
    const claim = claims.find((c) => c.f === f)!;
    const wrong = { ...claim, f: spoiled(f, constant, by) };
    expect(floatError(wrong, 24, false).ulps).toBeGreaterThan(claim.float);
  });

  it.each([
    { f: exp, constant: 0.1666666666666641, by: 2e-13 },
    { f: log, constant: 0.6666666666666735, by: 5e-14 },
    { f: cos, constant: 0.041666666666666574, by: 1e-13 },
    { f: erf, constant: 0.6366197723675909, by: 1e-14 },
  ])("$f.name in float64 with a coefficient changed", ({ f, constant, by }) => {
    const claim = claims.find((c) => c.f === f)!;
    const rows = golden[f.name]!;
    const xs = rows.map(([x]) => x);
    const right = compute(f, "f64", xs).values;
    expect(compute(spoiled(f, constant, by), "f64", xs).values).not.toEqual(right);
    expect(
      doubleError({ ...claim, f: Object.defineProperty(spoiled(f, constant, by), "name", { value: f.name }) }, false)
        .ulps,
    ).toBeGreaterThan(claim.double);
  });
});
