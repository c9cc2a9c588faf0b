import { describe, expect, it } from "vitest";
import { compute, type Elementary, everyFloat32, type FloatKind, ulp } from "../../../test/support/elementary.js";
import { atan } from "./atan.js";
import { erf } from "./erf.js";
import { exp } from "./exp.js";
import { log } from "./log.js";
import { sigmoid } from "./sigmoid.js";
import { sign } from "./sign.js";
import { cos, sin } from "./sine.js";
import { tanh } from "./tanh.js";

const inf = Number.POSITIVE_INFINITY;
const nan = Number.NaN;
const kinds: readonly FloatKind[] = ["f32", "f64"];
const TINY = { f32: 2 ** -149, f64: 2 ** -1074 } as const;
const LARGEST = { f32: 3.4028234663852886e38, f64: Number.MAX_VALUE } as const;

const value = (f: Elementary, kind: FloatKind, x: number): number => compute(f, kind, [x], { lanes: 1 }).values[0]!;

describe.each(kinds)("%s", (kind) => {
  const tiny = TINY[kind];
  const large = LARGEST[kind];
  const cases: readonly [Elementary, readonly (readonly [number, number])[]][] = [
    [
      exp,
      [
        [0, 1],
        [-0, 1],
        [inf, inf],
        [-inf, 0],
        [large, inf],
        [-large, 0],
        [tiny, 1],
      ],
    ],
    [
      log,
      [
        [0, -inf],
        [-0, -inf],
        [1, 0],
        [inf, inf],
        [-inf, nan],
        [-1, nan],
        [-tiny, nan],
        [-large, nan],
      ],
    ],
    [
      sigmoid,
      [
        [0, 0.5],
        [-0, 0.5],
        [inf, 1],
        [-inf, 0],
        [large, 1],
        [-large, 0],
        [tiny, 0.5],
      ],
    ],
    [
      tanh,
      [
        [0, 0],
        [-0, -0],
        [inf, 1],
        [-inf, -1],
        [large, 1],
        [-large, -1],
        [tiny, tiny],
        [-tiny, -tiny],
      ],
    ],
    [
      erf,
      [
        [0, 0],
        [-0, -0],
        [inf, 1],
        [-inf, -1],
        [large, 1],
        [-large, -1],
        [tiny, tiny],
        [-tiny, -tiny],
      ],
    ],
    [
      atan,
      [
        [0, 0],
        [-0, -0],
        [tiny, tiny],
        [-tiny, -tiny],
      ],
    ],
    [
      sin,
      [
        [0, 0],
        [-0, -0],
        [inf, nan],
        [-inf, nan],
        [tiny, tiny],
        [-tiny, -tiny],
      ],
    ],
    [
      cos,
      [
        [0, 1],
        [-0, 1],
        [inf, nan],
        [-inf, nan],
        [tiny, 1],
      ],
    ],
    [
      sign,
      [
        [0, 0],
        [-0, -0],
        [inf, 1],
        [-inf, -1],
        [tiny, 1],
        [-tiny, -1],
        [3, 1],
        [-3, -1],
      ],
    ],
  ];

  it.each(cases)("%o has its limits", (f, values) => {
    for (const [x, y] of values) expect(value(f, kind, x), `${f.name}(${x})`).toBe(y);
    expect(value(f, kind, nan), `${f.name}(NaN)`).toBe(nan);
  });

  it("gives right angles at the ends of the arctangent", () => {
    const right = kind === "f32" ? Math.fround(Math.PI / 2) : Math.PI / 2;
    for (const x of [inf, large]) {
      expect(value(atan, kind, x)).toBe(right);
      expect(value(atan, kind, -x)).toBe(-right);
    }
  });

  it("takes logarithms of denormal numbers", () => {
    expect(value(log, kind, tiny)).toBeCloseTo(Math.log(tiny), kind === "f32" ? 4 : 12);
    expect(value(log, kind, 3 * tiny)).toBeCloseTo(Math.log(3 * tiny), kind === "f32" ? 4 : 12);
  });

  it("comes to the exponential's ends gradually below and at once above", () => {
    const least = Math.log(tiny);
    expect(value(exp, kind, least)).toBe(tiny);
    expect(value(exp, kind, least + Math.log(5))).toBe(5 * tiny);
    expect(value(exp, kind, least - 1)).toBe(0);
    const most = Math.log(large);
    expect(value(exp, kind, most * (1 - 1e-6))).toBeLessThan(inf);
    expect(value(exp, kind, most * (1 + 1e-6))).toBe(inf);
  });

  it("saturates: 1, and 0, and never beyond", () => {
    for (const f of [tanh, erf])
      for (const [x, y] of [
        [kind === "f32" ? 9.1 : 19.1, 1],
        [100, 1],
        [-100, -1],
      ] as const)
        expect(value(f, kind, x), `${f.name}(${x})`).toBe(y);
    expect(value(sigmoid, kind, 40)).toBe(1);
    expect(value(sigmoid, kind, kind === "f32" ? -89.5 : -710.5)).toBe(0);
  });
});

describe("whatever the number", () => {
  const xs = everyFloat32(16);
  const of = (f: Elementary): readonly number[] => compute(f, "f32", xs).values;

  it("stays between the ends", () => {
    for (const f of [sin, cos, tanh, erf]) for (const y of of(f)) expect(Math.abs(y)).toBeLessThanOrEqual(1);
    for (const y of of(sigmoid)) expect(y >= 0 && y <= 1).toBe(true);
    for (const y of of(exp)) expect(y).toBeGreaterThanOrEqual(0);
  });

  it("keeps odd functions odd and even ones even", () => {
    for (const f of [sin, tanh, erf, atan, sign])
      expect(
        compute(
          f,
          "f32",
          xs.map((x) => -x),
        ).values,
        f.name,
      ).toEqual(of(f).map((y) => -y));
    expect(
      compute(
        cos,
        "f32",
        xs.map((x) => -x),
      ).values,
    ).toEqual(of(cos));
  });

  it("rises, but for its errors", () => {
    const grid = Array.from({ length: 4001 }, (_, i) => Math.fround((i - 2000) / 100));
    for (const f of [exp, sigmoid, tanh, erf, atan]) {
      const ys = compute(f, "f32", grid).values;
      for (let i = 1; i < ys.length; i++)
        expect(ys[i]! - ys[i - 1]!, `${f.name} at ${grid[i]}`).toBeGreaterThanOrEqual(-3 * ulp("f32", ys[i]!));
    }
  });
});
