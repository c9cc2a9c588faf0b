/** A target of the compiler that computes each instruction as it is written: the oracle of the others. */

import type {
  Assembler,
  Callee,
  Index,
  Kind,
  Machine,
  Pointer,
  Stored,
  Value,
  Variable,
} from "../../src/compiler/machine.js";
import { fusedProduct } from "./machine/fused-product.js";

type Num = number | bigint | boolean;

interface Register extends Value {
  numbers: Num[];
}

const BYTES: Record<Stored, number> = { f32: 4, f64: 8, i32: 4, i64: 8 };
const scratch = new DataView(new ArrayBuffer(8));

/** A number as a register of a kind holds it. */
function rounded(kind: Kind, x: Num): Num {
  switch (kind) {
    case "f32":
      return Math.fround(Number(x));
    case "f64":
      return Number(x);
    case "i32":
      return Number(x) | 0;
    case "i64":
      return BigInt.asIntN(64, BigInt(x));
    case "mask32":
    case "mask64":
      return Boolean(x);
    default:
      return Number(x);
  }
}

function write(view: DataView, kind: Stored, at: number, x: Num): void {
  if (kind === "f32") view.setFloat32(at, Number(x), true);
  else if (kind === "f64") view.setFloat64(at, Number(x), true);
  else if (kind === "i32") view.setInt32(at, Number(x), true);
  else view.setBigInt64(at, BigInt(x), true);
}

function read(view: DataView, kind: Stored, at: number): Num {
  if (kind === "f32") return view.getFloat32(at, true);
  if (kind === "f64") return view.getFloat64(at, true);
  return kind === "i32" ? view.getInt32(at, true) : view.getBigInt64(at, true);
}

const negated = (x: Num): number | bigint => (typeof x === "bigint" ? -x : -Number(x));
const least = (a: number | bigint, b: number | bigint): Num =>
  typeof a === "number" ? Math.min(a, Number(b)) : b < a ? b : a;

/** The same operators do for numbers and for big integers, of which operands never mix. */
const arithmetic: Record<string, (a: never, b: never) => Num> = {
  add: (a: number, b: number) => a + b,
  sub: (a: number, b: number) => a - b,
  mul: (a: number, b: number) => a * b,
  div: (a: number | bigint, b: never) => (typeof a === "bigint" && b === 0n ? 0n : (a as number) / b),
  min: (a: number | bigint, b: number | bigint) => least(a, b),
  max: (a: number | bigint, b: number | bigint) => negated(least(negated(a), negated(b))),
  and: (a: number, b: number) => (typeof a === "boolean" ? a && b : a & b),
  or: (a: number, b: number) => (typeof a === "boolean" ? a || b : a | b),
  xor: (a: number, b: number) => (typeof a === "boolean" ? a !== b : a ^ b),
  less: (a: number, b: number) => a < b,
  lessEqual: (a: number, b: number) => a <= b,
  equal: (a: number, b: number) => a === b,
};
const unaries: Record<string, (x: Num) => Num> = {
  neg: negated,
  abs: (x) => (typeof x === "bigint" ? (x < 0n ? -x : x) : Math.abs(Number(x))),
  sqrt: (x) => Math.sqrt(Number(x)),
  floor: (x) => Math.floor(Number(x)),
  not: (x) => !x,
};
/** The nearest of 24 bits: rounding to 53 first keeps in the lowest whether anything lay below. */
function nearestSingle(x: bigint): number {
  const below = BigInt.asUintN(11, x);
  return Math.abs(Number(x)) < 2 ** 53 ? Number(x) : Math.fround(Number((x >> 11n) | (below ? 1n : 0n)) * 2 ** 11);
}

const compares = new Set(["less", "lessEqual", "equal"]);
const maskOf = (kind: Kind): Kind => (kind === "f64" || kind === "i64" || kind === "mask64" ? "mask64" : "mask32");

function shifted(instruction: string, kind: Kind, x: Num, bits: number): Num {
  if (kind === "i64") {
    const [n, by] = [BigInt(x), BigInt(bits)];
    return instruction === "shiftLeft" ? n << by : instruction === "shiftRight" ? n >> by : BigInt.asUintN(64, n) >> by;
  }
  const n = Number(x);
  return instruction === "shiftLeft" ? n << bits : instruction === "shiftRight" ? n >> bits : n >>> bits;
}

function converted(x: Num, from: Kind, to: Kind): Num {
  const isFloat = from === "f32" || from === "f64";
  if (typeof x === "bigint")
    return to === "f32" ? nearestSingle(x) : to === "i32" || to === "index" ? Number(BigInt.asIntN(32, x)) : x;
  if (!isFloat || to === "f32" || to === "f64") return to === "i64" ? BigInt(x) : Number(x);
  const bits = to === "i64" ? 63 : 31;
  const n = Number(x);
  if (Number.isNaN(n)) return to === "i64" ? 0n : 0;
  const whole =
    n >= 2 ** bits ? 2n ** BigInt(bits) - 1n : n <= -(2 ** bits) ? -(2n ** BigInt(bits)) : BigInt(Math.trunc(n));
  return to === "i64" ? whole : Number(whole);
}

/** An assembler that computes at once on a memory. */
function eager(
  view: DataView,
  bodies: ((pointers: readonly Pointer[]) => void)[],
  pointerBytes: number,
  fused: boolean,
): Assembler {
  const register = <K extends Kind>(kind: K, numbers: Num[]): Value<K> & Register => ({
    kind,
    lanes: numbers.length,
    id: 0,
    numbers: numbers.map((x) => rounded(kind, x)),
  });
  const of = (x: Value): Num[] => (x as Register).numbers;
  const one = (x: Value): number => Number(of(x)[0]);
  const expectAlike = (...xs: Value[]): void => {
    if (xs.some((x) => x.lanes !== xs[0]!.lanes)) throw new Error(`lanes differ: ${xs.map((x) => x.lanes)}`);
  };
  const to: Assembler = {
    constant: (kind, lanes, value) => register(kind, Array(lanes).fill(value)),
    binary(instruction, a, b) {
      expectAlike(a, b);
      if (a.kind !== b.kind) throw new Error(`${instruction}: ${a.kind} and ${b.kind}`);
      const [xs, ys] = [of(a), of(b)];
      const rule = instruction === "mul" && a.kind === "i32" ? Math.imul : arithmetic[instruction]!;
      return register(
        compares.has(instruction) ? maskOf(a.kind) : a.kind,
        xs.map((x, i) => rule(x as never, ys[i] as never)),
      );
    },
    unary: (instruction, x) => register(x.kind, of(x).map(unaries[instruction]!)),
    shift: (instruction, x, bits) =>
      register(
        x.kind,
        of(x).map((n) => shifted(instruction, x.kind, n, bits)),
      ),
    multiplyAdd(a, b, c) {
      if (a.kind !== b.kind || a.kind !== c.kind) throw new Error(`multiplyAdd: ${a.kind}, ${b.kind}, ${c.kind}`);
      if (!fused) return to.binary("add", to.binary("mul", a, b), c);
      expectAlike(a, b, c);
      const [xs, ys, zs] = [of(a), of(b), of(c)] as number[][];
      return register(
        a.kind,
        xs!.map((x, i) => fusedProduct(a.kind as "f32" | "f64", x, ys![i]!, zs![i]!)),
      );
    },
    select(mask, a, b) {
      expectAlike(mask, a, b);
      if (a.kind !== b.kind || !mask.kind.startsWith("mask"))
        throw new Error(`select: ${mask.kind}, ${a.kind}, ${b.kind}`);
      return register(
        a.kind,
        of(mask).map((m, i) => (m ? of(a)[i]! : of(b)[i]!)),
      );
    },
    bits: (x, kind) =>
      register(
        kind,
        of(x).map((n) => {
          write(scratch, x.kind as Stored, 0, n);
          return read(scratch, kind, 0);
        }),
      ),
    convert: (x, kind) =>
      register(
        kind,
        of(x).map((n) => converted(n, x.kind, kind)),
      ),
    splat: (x, lanes) => register(x.kind, Array(lanes).fill(of(x)[0])),
    pack: (xs) =>
      register(
        xs[0]!.kind,
        xs.map((x) => of(x)[0]!),
      ),
    lane: (x, at) => register(x.kind, [of(x)[at]!]),
    across(by, x) {
      let numbers = of(x);
      while (numbers.length > 1) {
        const half = numbers.length / 2;
        const [low, high] = [register(x.kind, numbers.slice(0, half)), register(x.kind, numbers.slice(half))];
        numbers = of(to.binary(by, low, high));
      }
      return register(x.kind, numbers);
    },
    load: (kind, lanes, pointer, bytes = 0) =>
      register(
        kind,
        Array.from({ length: lanes }, (_, i) => read(view, kind, one(pointer) + bytes + i * BYTES[kind])),
      ),
    store(pointer, x, bytes = 0) {
      for (const [i, n] of of(x).entries())
        write(view, x.kind as Stored, one(pointer) + bytes + i * BYTES[x.kind as Stored], n);
    },
    loadTruth: (pointer, bytes = 0) => register("mask32", [view.getUint8(one(pointer) + bytes) !== 0]),
    storeTruth: (pointer, x, bytes = 0) => view.setUint8(one(pointer) + bytes, of(x)[0] ? 1 : 0),
    loadPointer: (table, at) => register("pointer", [view.getUint32(one(table) + at * pointerBytes, true)]),
    at: (pointer, index, scale, bytes = 0) =>
      register("pointer", [one(pointer) + (index ? one(index) * scale : 0) + bytes]),
    variable: (initial) => ({ ...register(initial.kind, of(initial)), changes: true }),
    assign(variable, x) {
      expectAlike(variable, x);
      if (variable.kind !== x.kind) throw new Error(`assign: ${x.kind} to ${variable.kind}`);
      (variable as Variable & Register).numbers = of(x);
    },
    loop({ from = 0, to: end, step = 1 }, body) {
      const last = typeof end === "number" ? end : one(end);
      for (let i = from; i < last; i += step) body(register("index", [i]) as Index);
    },
    repeat(condition, body) {
      while (of(condition())[0]) body();
    },
    when: (mask, body) => of(mask)[0] && body(),
    call: (callee, args) => bodies[callee.id as number]!(args),
  };
  return to;
}

/**
 * A machine over a memory, and how to run what was defined with a table of addresses. `fused` rounds `multiplyAdd` once,
 * by whole numbers of any size: slowly.
 */
export function interpreter(memory: ArrayBuffer, { f32, f64 } = { f32: 4, f64: 2 }, fused = false) {
  const bodies: ((pointers: readonly Pointer[]) => void)[] = [];
  const pointerBytes = 4;
  const to = eager(new DataView(memory), bodies, pointerBytes, fused);
  const machine: Machine = {
    lanes: { f32, f64 },
    halves: true,
    registers: 16,
    fused,
    pointerBytes,
    define(_, body) {
      bodies.push((pointers) => body(to, pointers));
      return { id: bodies.length - 1 };
    },
  };
  const run = (callee: Callee, addresses: readonly number[]): void =>
    bodies[callee.id as number]!(addresses.map((a) => to.constant("pointer", 1, a) as Pointer));
  return { machine, run };
}
