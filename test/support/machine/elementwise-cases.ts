/** Every instruction that computes each lane by itself, for every kind and number of lanes. */

import type { Assembler, BinaryInstruction, Stored, UnaryInstruction, Value } from "../../../src/compiler/machine.js";
import { fusedProduct } from "./fused-product.js";
import {
  bytesOf,
  eachPlace,
  expectSame,
  isFloat,
  kinds,
  type LaneCounts,
  lanesOf,
  type MachineCase,
  type Numbers,
  pairs,
  roundTo,
  toBytes,
  truthNumbers,
  zeros,
} from "./machine-case.js";

interface Elementwise {
  readonly name: string;
  readonly kind: Stored;
  readonly lanes: number;
  readonly operands: readonly Numbers[];
  readonly result: Stored;
  readonly write: (to: Assembler, operands: readonly Value[]) => Value;
  readonly expected: (fused: boolean) => Numbers;
  readonly zeros?: "any";
}

/** A kernel that goes over its operands, so many at a time. */
export function elementwise({
  name,
  kind,
  lanes,
  operands,
  result,
  write,
  expected,
  ...rest
}: Elementwise): MachineCase {
  const count = operands[0]!.length;
  const sizes = [...operands.map(() => bytesOf[kind]), bytesOf[result]];
  return {
    title: `${name}, ${kind} × ${lanes}`,
    group: `${name}, ${kind}`,
    result,
    regions: [...operands.map((numbers) => toBytes(kind, numbers)), zeros(result, count)],
    write: (to, regions) =>
      eachPlace(to, regions, sizes, count, lanes, (at) =>
        to.store(
          at.at(-1)!,
          write(
            to,
            operands.map((_, k) => to.load(kind, lanes, at[k]!)),
          ),
        ),
      ),
    check: (regions, { fused }) => expectSame(result, regions.at(-1)!, expected(fused), rest.zeros),
  };
}

type OfTwo = (a: never, b: never) => number | bigint | boolean;
const zip = (a: Numbers, b: Numbers, rule: OfTwo): Numbers =>
  (a as readonly never[]).map((x, k) => rule(x, b[k] as never)) as unknown as Numbers;

const floatRules: Partial<Record<BinaryInstruction, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  min: Math.min,
  max: Math.max,
};
const intRules: Partial<Record<BinaryInstruction, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: Math.imul,
  and: (a, b) => a & b,
  or: (a, b) => a | b,
  xor: (a, b) => a ^ b,
};
const longRules: Partial<Record<BinaryInstruction, (a: bigint, b: bigint) => bigint>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  and: (a, b) => a & b,
  or: (a, b) => a | b,
  xor: (a, b) => a ^ b,
};
const plainLongRules: Partial<Record<BinaryInstruction, (a: bigint, b: bigint) => bigint>> = {
  mul: (a, b) => a * b,
  div: (a, b) => (b === 0n ? 0n : a / b),
  min: (a, b) => (a - b < 0n ? a : b),
  max: (a, b) => (a - b > 0n ? a : b),
};
const comparisons: Partial<Record<BinaryInstruction, (a: number, b: number) => boolean>> = {
  less: (a, b) => a < b,
  lessEqual: (a, b) => a <= b,
  equal: (a, b) => a === b,
};

function rulesOf(kind: Stored, lanes: number): [BinaryInstruction, OfTwo][] {
  const round = roundTo(kind) as (x: never) => number;
  const wrap = kind === "i64" ? (x: never) => BigInt.asIntN(64, x) : round;
  const rules = isFloat(kind)
    ? floatRules
    : kind === "i32"
      ? intRules
      : { ...longRules, ...(lanes === 1 ? plainLongRules : {}) };
  return Object.entries(rules).map(([name, rule]) => [
    name as BinaryInstruction,
    (a, b) => wrap((rule as (a: never, b: never) => unknown)(a, b) as never),
  ]);
}

function binaries(kind: Stored, lanes: number): MachineCase[] {
  const { a, b } = pairs(kind);
  const arithmetic = rulesOf(kind, lanes).map(([name, rule]) =>
    elementwise({
      ...{ name, kind, lanes, operands: [a, b], result: kind },
      write: (to, [x, y]) => to.binary(name, x!, y!),
      expected: () => zip(a, b, rule),
      ...(name === "min" || name === "max" ? { zeros: "any" as const } : {}),
    }),
  );
  const truth: Stored = bytesOf[kind] === 4 ? "i32" : "i64";
  const compared = Object.entries(comparisons).map(([name, rule]) =>
    elementwise({
      ...{ name, kind, lanes, operands: [a, b], result: truth },
      write: (to, [x, y]) => truthNumbers(to, to.binary(name as BinaryInstruction, x!, y!)),
      expected: () => zip(a, b, (x, y) => (truth === "i64" ? BigInt(rule(x, y)) : Number(rule(x, y)))),
    }),
  );
  return [...arithmetic, ...compared];
}

const unaryRules: Partial<Record<UnaryInstruction, (x: number) => number>> = {
  neg: (x) => -x,
  abs: Math.abs,
  sqrt: Math.sqrt,
  floor: Math.floor,
};

function unaries(kind: Stored, lanes: number): MachineCase[] {
  const { a } = pairs(kind);
  const one = (name: UnaryInstruction, rule: (x: never) => number | bigint): MachineCase =>
    elementwise({
      ...{ name, kind, lanes, operands: [a], result: kind },
      write: (to, [x]) => to.unary(name, x!),
      expected: () => zip(a, a, rule),
    });
  if (isFloat(kind))
    return Object.entries(unaryRules).map(([name, rule]) =>
      one(name as UnaryInstruction, (x) => roundTo(kind)(rule(x))),
    );
  if (kind === "i32" || lanes > 1) return [];
  const wrap = (x: bigint): bigint => BigInt.asIntN(64, x);
  return [one("neg", (x: bigint) => wrap(-x)), one("abs", (x: bigint) => wrap(x < 0n ? -x : x))];
}

function shifts(kind: Stored, lanes: number): MachineCase[] {
  if (isFloat(kind)) return [];
  const { a } = pairs(kind);
  const width = bytesOf[kind] * 8;
  const signed = (x: bigint): number | bigint => {
    const wrapped = BigInt.asIntN(width, x);
    return kind === "i64" ? wrapped : Number(wrapped);
  };
  return [0, 1, 7, width - 1].flatMap((bits) => {
    const by = BigInt(bits);
    const rules = {
      shiftLeft: (x: number | bigint) => signed(BigInt(x) << by),
      shiftRight: (x: number | bigint) => signed(BigInt(x) >> by),
      shiftRightZero: (x: number | bigint) => signed(BigInt.asUintN(width, BigInt(x)) >> by),
    };
    return Object.entries(rules).map(([name, rule]) =>
      elementwise({
        ...{ name: `${name} by ${bits}`, kind, lanes, operands: [a], result: kind },
        write: (to, [x]) => to.shift(name as keyof typeof rules, x!, bits),
        expected: () => zip(a, a, rule),
      }),
    );
  });
}

function products(kind: Stored, lanes: number): MachineCase[] {
  if (kind !== "f32" && kind !== "f64") return [];
  const { a, b } = pairs(kind);
  const round = roundTo(kind);
  const nearby = (k: number): number => round(-(a[k] as number) * (b[k] as number));
  // Every third one nearly cancels the product: what two roundings lose shows there.
  const c = a.map((_, k) => (k % 3 === 0 ? nearby(k) : (a[(k * 37) % a.length] as number)));
  const rule = (fused: boolean) => (x: number, y: number, z: number) =>
    fused ? fusedProduct(kind, x, y, z) : round(round(x * y) + z);
  return [
    elementwise({
      ...{ name: "multiplyAdd", kind, lanes, operands: [a, b, c], result: kind },
      write: (to, [x, y, z]) => to.multiplyAdd(x!, y!, z!),
      expected: (fused) => a.map((x, k) => rule(fused)(x as number, b[k] as number, c[k]!)),
    }),
  ];
}

function selections(kind: Stored, lanes: number): MachineCase[] {
  const { a, b } = pairs(kind);
  const less = (x: never, y: never): boolean => x < y;
  const selected = (
    name: string,
    mask: (to: Assembler, x: Value, y: Value) => Value,
    rule: (x: never, y: never) => boolean,
  ) =>
    elementwise({
      ...{ name: `select by ${name}`, kind, lanes, operands: [a, b], result: kind },
      write: (to, [x, y]) => to.select(mask(to, x!, y!), y!, x!),
      expected: () => zip(a, b, (x, y) => (rule(x, y) ? y : x)),
    });
  const lt = (to: Assembler, x: Value, y: Value): Value => to.binary("less", x, y);
  const eq = (to: Assembler, x: Value, y: Value): Value => to.binary("equal", x, y);
  return [
    selected("less", lt, less),
    selected(
      "not",
      (to, x, y) => to.unary("not", lt(to, x, y)),
      (x, y) => !less(x, y),
    ),
    selected(
      "and",
      (to, x, y) => to.binary("and", to.unary("not", lt(to, x, y)), to.unary("not", eq(to, x, y))),
      (x, y) => !less(x, y) && x !== y,
    ),
    selected(
      "or",
      (to, x, y) => to.binary("or", lt(to, x, y), eq(to, x, y)),
      (x, y) => less(x, y) || x === y,
    ),
    selected(
      "xor",
      (to, x, y) => to.binary("xor", lt(to, x, y), lt(to, y, x)),
      (x, y) => less(x, y) !== less(y, x),
    ),
  ];
}

export const elementwiseCases = (counts: LaneCounts): MachineCase[] =>
  kinds.flatMap((kind) =>
    lanesOf(kind, counts).flatMap((lanes) =>
      [binaries, unaries, shifts, products, selections].flatMap((some) => some(kind, lanes)),
    ),
  );
