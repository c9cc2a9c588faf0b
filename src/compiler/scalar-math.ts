/** What the rules of operations are made of, written as instructions: each number of a kernel is a register. */

import type { Scalar, ScalarMath } from "../ir/kernel.js";
import type { DType } from "../util/tensor.js";
import type { Assembler, BinaryInstruction, Kind, UnaryInstruction, Value } from "./machine.js";
import { atan } from "./math/atan.js";
import { erf } from "./math/erf.js";
import { exp } from "./math/exp.js";
import { log } from "./math/log.js";
import { sigmoid } from "./math/sigmoid.js";
import { sign } from "./math/sign.js";
import { cos, sin } from "./math/sine.js";
import { tanh } from "./math/tanh.js";

type Mask = "mask32" | "mask64";

/** A number in a register: f32, f64 or i64 by its dtype, of bool a mask as wide as what was compared. */
export interface Held extends Scalar {
  readonly value: Value;
  /** Of a bool that is known when the code is written: it has no width of its own. */
  readonly known?: boolean;
  /** Of a product of floats: what it is the product of. A sum with it is rounded once where the machine can. */
  readonly factors?: readonly [Value, Value];
}

/** What a number lies in registers and memory as. Truth is a mask in one, a byte in the other. */
export const STORED = { float32: "f32", float64: "f64", int64: "i64" } as const;

/**
 * Whether values of these dtypes may meet in a kernel of more than one lane, be it by a cast: floats of one width and
 * truth beside them. Others lie in registers of other widths, or have no instructions there: such a kernel has one lane.
 */
export function vectorizes(...dtypes: readonly DType[]): boolean {
  const numbers = new Set(dtypes.filter((dtype) => dtype !== "bool"));
  return numbers.size <= 1 && !numbers.has("int64");
}

/** A number that a register holds, for a rule. */
export const held = (dtype: DType, value: Value): Held => ({ dtype, value });

/** A truth as `storeTruth` takes it. One lane. */
export const truthOf = (to: Assembler, x: Scalar): Value<"mask32"> => asMask(to, x, "mask32", 1) as Value<"mask32">;

/** A truth as a mask of that width. @throws Error where masks of two widths meet in more than one lane. */
function asMask(to: Assembler, x: Scalar, kind: Mask, lanes: number): Value {
  const { dtype, value, known } = x as Held;
  if (dtype !== "bool") throw new Error(`a kernel asks whether ${dtype} holds`);
  if (value.kind === kind) return value;
  if (known !== undefined) return to.constant(kind, lanes, known ? 1 : 0);
  if (lanes > 1) throw new Error(`a ${value.kind} meets a ${kind} in ${lanes} lanes`);
  return to.convert(value, kind);
}

/** The width that truths which meet are brought to. */
function commonMask(a: Scalar, b: Scalar): Mask {
  const settled = (a as Held).known === undefined ? a : b;
  return (settled as Held).value.kind as Mask;
}

const isWide = (kind: Kind): boolean => kind === "f64" || kind === "i64" || kind === "mask64";

function expectFloat(name: string, x: Scalar): Value {
  if (!x.dtype.startsWith("float")) throw new Error(`a kernel's ${name} takes ${x.dtype}`);
  return (x as Held).value;
}

function expectNumbers(name: string, a: Scalar, b: Scalar): void {
  if (a.dtype !== b.dtype || a.dtype === "bool") throw new Error(`a kernel's ${name} takes ${a.dtype} and ${b.dtype}`);
}

/** Rules of numbers in so many lanes. */
function numberMath(to: Assembler) {
  const binary = (name: BinaryInstruction, dtype?: DType) => (a: Scalar, b: Scalar) => {
    expectNumbers(name, a, b);
    return held(dtype ?? a.dtype, to.binary(name, (a as Held).value, (b as Held).value));
  };
  const unary = (name: UnaryInstruction) => (x: Scalar) => {
    expectNumbers(name, x, x);
    return held(x.dtype, to.unary(name, (x as Held).value));
  };
  const elementary = (f: (to: Assembler, x: Value) => Value) => (x: Scalar) =>
    held(x.dtype, f(to, expectFloat(f.name, x)));
  const [plus, minus, times] = [binary("add"), binary("sub"), binary("mul")];
  const fused = (a: Scalar, b: Scalar, negated: boolean): Held | null => {
    const { factors } = a as Held;
    if (!factors || a.dtype !== b.dtype || (a as Held).value === (b as Held).value) return null;
    const rest = (b as Held).value;
    return held(a.dtype, to.multiplyAdd(factors[0], factors[1], negated ? to.unary("neg", rest) : rest));
  };
  return {
    add: (a: Scalar, b: Scalar) => fused(a, b, false) ?? fused(b, a, false) ?? plus(a, b),
    sub: (a: Scalar, b: Scalar) => fused(a, b, true) ?? minus(a, b),
    mul(a: Scalar, b: Scalar): Held {
      const product = times(a, b);
      return a.dtype === "int64" ? product : { ...product, factors: [(a as Held).value, (b as Held).value] };
    },
    div: binary("div"),
    min: binary("min"),
    max: binary("max"),
    neg: unary("neg"),
    abs: unary("abs"),
    sqrt: (x: Scalar) => held(x.dtype, to.unary("sqrt", expectFloat("sqrt", x))),
    floor: (x: Scalar) => held(x.dtype, to.unary("floor", expectFloat("floor", x))),
    sign(x: Scalar) {
      expectNumbers("sign", x, x);
      return held(x.dtype, sign(to, (x as Held).value));
    },
    exp: elementary(exp),
    log: elementary(log),
    sin: elementary(sin),
    cos: elementary(cos),
    atan: elementary(atan),
    tanh: elementary(tanh),
    sigmoid: elementary(sigmoid),
    erf: elementary(erf),
    less: binary("less", "bool"),
    lessEqual: binary("lessEqual", "bool"),
    equal: binary("equal", "bool"),
  };
}

/** The rules of single numbers as instructions of so many lanes. Every `Scalar` of theirs is `Held`. */
export function scalarMath(to: Assembler, lanes: number): ScalarMath {
  const numbers = numberMath(to);
  const logical = (name: "and" | "or" | "xor") => (a: Scalar, b: Scalar) => {
    const kind = commonMask(a, b);
    return held("bool", to.binary(name, asMask(to, a, kind, lanes), asMask(to, b, kind, lanes)));
  };
  const [and, or, xor] = [logical("and"), logical("or"), logical("xor")];
  const not = (x: Scalar): Held => held("bool", to.unary("not", asMask(to, x, commonMask(x, x), lanes)));
  const constant = (value: number, dtype: DType): Held =>
    dtype === "bool"
      ? { dtype, value: to.constant("mask32", lanes, value ? 1 : 0), known: value !== 0 }
      : held(dtype, to.constant(STORED[dtype], lanes, dtype === "int64" ? BigInt(value) : value));
  const select = (condition: Scalar, a: Scalar, b: Scalar): Held => {
    if (a.dtype === "bool") return or(and(condition, a), and(not(condition), b));
    expectNumbers("select", a, b);
    const [x, y] = [(a as Held).value, (b as Held).value];
    return held(a.dtype, to.select(asMask(to, condition, isWide(x.kind) ? "mask64" : "mask32", lanes), x, y));
  };
  return {
    ...numbers,
    constant,
    and,
    or,
    not,
    select,
    equal: (a, b) => (a.dtype === "bool" ? not(xor(a, b)) : numbers.equal(a, b)),
    cast(x, dtype) {
      if (x.dtype === dtype) return x;
      if (dtype === "bool") return not(numbers.equal(x, constant(0, x.dtype)));
      if (x.dtype === "bool") return select(x, constant(1, dtype), constant(0, dtype));
      if (lanes > 1) throw new Error(`a kernel casts ${x.dtype} to ${dtype} in ${lanes} lanes`);
      return held(dtype, to.convert((x as Held).value, STORED[dtype]));
    },
  };
}
