import { describe, expect, it } from "vitest";
import { interpreter } from "../../test/support/interpreter.js";
import { type PlainScalar, plain, plainMath } from "../../test/support/plain-scalars.js";
import type { Scalar, ScalarMath } from "../ir/kernel.js";
import type { DType } from "../util/tensor.js";
import type { Assembler, Value } from "./machine.js";
import { type Held, held, STORED, scalarMath, truthOf, vectorizes } from "./scalar-math.js";

const BYTES = { float32: 4, float64: 8, int64: 8 } as const;
type Numbers = keyof typeof BYTES;

/** What a rule gives, written as instructions of one lane and computed at once. Bools go in and come out as bytes. */
function computed(
  rule: (m: ScalarMath, xs: readonly Scalar[]) => Scalar,
  operands: readonly PlainScalar[],
): PlainScalar {
  const memory = new ArrayBuffer(8 * (operands.length + 1));
  const view = new DataView(memory);
  for (const [i, { dtype, value }] of operands.entries()) put(view, dtype, 8 * i, value);
  const { machine, run } = interpreter(memory);
  let dtype: DType = "bool";
  const callee = machine.define(operands.length + 1, (to, pointers) => {
    const xs = operands.map((x, i) =>
      held(x.dtype, x.dtype === "bool" ? to.loadTruth(pointers[i]!) : to.load(STORED[x.dtype], 1, pointers[i]!)),
    );
    const y = rule(scalarMath(to, 1), xs) as Held;
    dtype = y.dtype;
    const into = pointers.at(-1)!;
    if (dtype === "bool") to.storeTruth(into, truthOf(to, y));
    else to.store(into, y.value);
  });
  run(
    callee,
    [...operands.keys(), operands.length].map((i) => 8 * i),
  );
  return plain(get(view, dtype, 8 * operands.length), dtype);
}

function put(view: DataView, dtype: DType, at: number, value: number | bigint): void {
  if (dtype === "float32") view.setFloat32(at, Number(value), true);
  else if (dtype === "float64") view.setFloat64(at, Number(value), true);
  else if (dtype === "int64") view.setBigInt64(at, BigInt(value), true);
  else view.setUint8(at, Number(value));
}

function get(view: DataView, dtype: DType, at: number): number | bigint {
  if (dtype === "float32") return view.getFloat32(at, true);
  if (dtype === "float64") return view.getFloat64(at, true);
  return dtype === "int64" ? view.getBigInt64(at, true) : view.getUint8(at);
}

const values: Record<DType, readonly number[]> = {
  float32: [0, 1, -1, 0.5, -2.75, 3e10, -3e10, 1e-40, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN],
  float64: [0, 1, -1, 0.1, -2.75, 3e18, -1e300, 1e-310, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN],
  int64: [0, 1, -1, 7, -13, 2 ** 40, -(2 ** 53)],
  bool: [0, 1],
};
const all = (dtype: DType): PlainScalar[] => values[dtype].map((v) => plain(v, dtype));
const numbers: readonly Numbers[] = ["float32", "float64", "int64"];
const dtypes: readonly DType[] = [...numbers, "bool"];

function expectAgree(rule: (m: ScalarMath, xs: readonly Scalar[]) => Scalar, operands: readonly PlainScalar[]): void {
  const [got, right] = [computed(rule, operands), rule(plainMath, operands) as PlainScalar];
  expect(got.dtype).toBe(right.dtype);
  const shown = operands.map((x) => `${x.dtype} ${x.value}`).join(", ");
  // Of zeros the sign is not said.
  expect(got.value === 0 ? 0 : got.value, shown).toBe(right.value === 0 ? 0 : right.value);
}

describe.each(numbers)("numbers of %s", (dtype) => {
  const pairs = all(dtype).flatMap((a) => all(dtype).map((b) => [a, b] as const));

  it.each(["add", "sub", "mul", "min", "max", "less", "lessEqual", "equal"] as const)("%s as they do", (name) => {
    for (const pair of pairs) expectAgree((m, [a, b]) => m[name](a!, b!), pair);
  });

  it("divides, whole numbers towards zero and to 0 by 0", () => {
    for (const [a, b] of pairs)
      if (b.value !== 0n) expectAgree((m, xs) => m.div(xs[0]!, xs[1]!), [a, b]);
      else expect(computed((m, xs) => m.div(xs[0]!, xs[1]!), [a, b]).value).toBe(0n);
  });

  it("takes signs off and turns them", () => {
    for (const x of all(dtype)) {
      const { value } = x;
      const turned = typeof value === "bigint" ? -value : -value;
      expect(computed((m, [v]) => m.neg(v!), [x]).value).toBe(turned);
      expect(computed((m, [v]) => m.abs(v!), [x]).value).toBe(value < 0 ? turned : value);
      const sign = typeof value === "bigint" ? BigInt(Math.sign(Number(value))) : Math.sign(value);
      expect(computed((m, [v]) => m.sign(v!), [x]).value).toBe(sign);
    }
  });

  it("becomes every dtype", () => {
    for (const into of dtypes) for (const x of all(dtype)) expectAgree((m, [v]) => m.cast(v!, into), [x]);
  });

  it("is chosen by what numbers of any dtype say", () => {
    for (const other of numbers)
      for (const [a, b] of pairs.slice(0, 30))
        for (const x of all(other).slice(0, 4))
          expectAgree((m, [p, q, v]) => m.select(m.less(v!, m.constant(1, other)), p!, q!), [a, b, x]);
  });

  it("is true beside what other numbers say", () => {
    for (const other of numbers)
      for (const x of all(dtype).slice(0, 4))
        for (const y of all(other).slice(0, 4))
          for (const name of ["and", "or", "equal"] as const)
            expectAgree(
              (m, [v, w]) => m[name](m.less(v!, m.constant(1, dtype)), m.not(m.less(w!, m.constant(1, other)))),
              [x, y],
            );
  });
});

describe("truth", () => {
  it("obeys the tables", () => {
    const bools = all("bool");
    for (const a of bools)
      for (const b of bools)
        for (const c of bools)
          for (const rule of [
            (m: ScalarMath, [x, y]: readonly Scalar[]) => m.and(x!, y!),
            (m: ScalarMath, [x, y]: readonly Scalar[]) => m.or(x!, y!),
            (m: ScalarMath, [x, y]: readonly Scalar[]) => m.equal(x!, y!),
            (m: ScalarMath, [x]: readonly Scalar[]) => m.not(x!),
            (m: ScalarMath, [x, y, z]: readonly Scalar[]) => m.select(x!, y!, z!),
            (m: ScalarMath, [x, y]: readonly Scalar[]) => m.select(x!, m.constant(1, "bool"), y!),
          ])
            expectAgree(rule, [a, b, c]);
  });

  it("becomes numbers", () => {
    for (const into of dtypes) for (const x of all("bool")) expectAgree((m, [v]) => m.cast(v!, into), [x]);
  });
});

describe("more than one lane", () => {
  /** What a rule writes for so many lanes of a dtype. */
  function written(lanes: number, dtype: Numbers, rule: (m: ScalarMath, x: Scalar, to: Assembler) => Scalar): Value {
    const { machine, run } = interpreter(new ArrayBuffer(64));
    let y: Value | undefined;
    const callee = machine.define(0, (to) => {
      y = (rule(scalarMath(to, lanes), held(dtype, to.constant(STORED[dtype], lanes, 3)), to) as Held).value;
    });
    run(callee, []);
    return y!;
  }

  it("takes truths that were known in the width of what they meet", () => {
    const positive = (m: ScalarMath, x: Scalar) => m.and(m.constant(1, "bool"), m.less(m.constant(0, x.dtype), x));
    expect(written(4, "float32", positive).kind).toBe("mask32");
    expect(written(2, "float64", positive).kind).toBe("mask64");
    expect(written(2, "float64", (m, x) => m.select(m.constant(0, "bool"), x, m.neg(x))).kind).toBe("f64");
    expect(written(2, "float64", (m, x) => m.cast(m.cast(x, "bool"), "float64")).kind).toBe("f64");
  });

  it("refuses casts and truths that have no width in common, which the predicate foretells", () => {
    expect(() => written(4, "float32", (m, x) => m.cast(x, "float64"))).toThrow("casts float32 to float64 in 4 lanes");
    expect(() => written(2, "float64", (m, x) => m.cast(m.cast(x, "bool"), "float32"))).toThrow("in 2 lanes");
    const foretold = [
      ["float32"],
      ["float64", "bool"],
      ["bool"],
      ["float32", "float64"],
      ["int64"],
      ["float32", "int64"],
    ];
    expect(foretold.map((list) => vectorizes(...(list as DType[])))).toEqual([true, true, true, false, false, false]);
  });

  it("refuses dtypes that a rule mixes up", () => {
    expect(() => written(1, "float32", (m, x) => m.add(x, m.constant(1, "float64")))).toThrow(
      "add takes float32 and float64",
    );
    expect(() => written(1, "int64", (m, x) => m.exp(x))).toThrow("exp takes int64");
    expect(() => written(1, "int64", (m, x) => m.not(x))).toThrow("asks whether int64 holds");
  });
});
