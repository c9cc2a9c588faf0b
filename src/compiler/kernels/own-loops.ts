/** Loops that an operation writes itself, one number at a time. */

import type { Counter, Loops, Scalar } from "../../ir/kernel.js";
import type { DType, Shape } from "../../util/tensor.js";
import type { Assembler, Index, Pointer, Value, Variable } from "../machine.js";
import { type Held, scalarMath } from "../scalar-math.js";
import type { Rule, Step } from "../values.js";
import { readLanes, writeLanes } from "./access.js";
import { bodyStepKey } from "./body.js";
import { BYTES, type KernelFunction } from "./kernel.js";

interface TypedShape {
  readonly shape: Shape;
  readonly dtype: DType;
}

const typeKey = ({ shape, dtype }: TypedShape): string => `${dtype} ${shape}`;

/** A function over the addresses of the operands, then of the results, of an operation with loops of its own. */
export function ownLoops({ rule, node, inputs, outputs }: Step): KernelFunction {
  const { loops } = rule as Extract<Rule, { loops: unknown }>;
  return {
    key: `loops ${bodyStepKey(rule, node)} ${inputs.map(typeKey)} to ${outputs.map(typeKey)}`,
    parameters: inputs.length + outputs.length,
    write: (to, _, pointers) => loops(loopsOn(to, [...inputs, ...outputs], inputs.length, pointers), node),
  };
}

const counter = (index: Value): Counter => index as unknown as Counter;
const indexOf = (i: Counter): Index => i as unknown as Index;

function loopsOn(to: Assembler, types: readonly TypedShape[], operands: number, pointers: readonly Pointer[]): Loops {
  const held = (x: Scalar): Held => x as Held;
  const at = (i: number, position: Counter): Pointer => to.at(pointers[i]!, indexOf(position), BYTES[types[i]!.dtype]);
  const constant = (value: number): Value => to.constant("index", 1, value);
  const read = (i: number, position: Counter): Held =>
    readLanes(to, { dtype: types[i]!.dtype, lanes: 1, stride: 1, width: "f32" }, at(i, position));
  /** A register that is read at once: what it holds later is another number. */
  const now = (register: Variable): Value => to.binary("add", register, constant(0));
  return {
    math: scalarMath(to, 1),
    each: (n, body) => to.loop({ to: typeof n === "number" ? n : indexOf(n) }, (i) => body(counter(i))),
    repeat: (condition, body) => to.repeat(() => held(condition()).value, body),
    when: (condition, body) => to.when(held(condition).value, body),
    position(terms, start = 0) {
      let sum: Value = constant(start);
      for (const [i, factor] of terms) sum = to.binary("add", sum, to.binary("mul", indexOf(i), constant(factor)));
      return counter(sum);
    },
    toCounter: (x) => counter(to.convert(held(x).value, "index")),
    fromCounter: (i): Held => ({ dtype: "int64", value: to.convert(indexOf(i), "i64") }),
    before: (i, j): Held => ({ dtype: "bool", value: to.binary("less", indexOf(i), indexOf(j)) }),
    cell(initial) {
      const { dtype, value } = held(initial);
      const register = to.variable(value);
      return {
        // Selected by itself: the instruction makes a value of what the register holds now.
        get: (): Held => ({ dtype, value: to.select(to.constant(maskOf(value), 1, 1), register, register) }),
        set: (x) => to.assign(register, held(x).value),
      };
    },
    counterCell(initial) {
      const register = to.variable(indexOf(initial));
      return { get: () => counter(now(register)), set: (i) => to.assign(register, indexOf(i)) };
    },
    read,
    reread: (result, position) => read(operands + result, position),
    write: (result, position, x) => writeLanes(to, held(x), at(operands + result, position), 1),
  };
}

const maskOf = ({ kind }: Value) => (kind === "f64" || kind === "i64" || kind === "mask64" ? "mask64" : "mask32");
