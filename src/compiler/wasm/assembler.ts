/** Writes one function of WebAssembly by the contract of a target. */

import type {
  Assembler,
  BinaryInstruction,
  Callee,
  Index,
  Kind,
  Pointer,
  Shift,
  Stored,
  UnaryInstruction,
  Value,
  Variable,
} from "../machine.js";
import { bytesOf, signed, type Type, unsigned } from "./encode.js";
import * as op from "./opcodes.js";
import { alike, changes, isTruth, need } from "./operands.js";
import { number, StepWriter } from "./step-writer.js";

/** A number as it was loaded, and how often memory had been written by then. */
interface Loaded {
  readonly from: Pointer;
  readonly bytes: number;
  readonly writes: number;
}

export class WasmAssembler extends StepWriter implements Assembler {
  private readonly loads = new Map<Value["id"], Loaded>();
  private readonly comparisons = new Map<Value["id"], readonly [Value, Value]>();
  /** Constants of vectors by which a minimum or maximum may be one instruction: neither NaN nor zero. */
  private readonly bounds = new Set<Value["id"]>();

  constructor(
    parameters: number,
    private readonly relaxed: boolean,
  ) {
    super(parameters);
  }

  constant(kind: Kind, lanes: number, value: number | bigint): Value {
    if (lanes === 1) {
      const type = op.typeOf(kind, 1) as Exclude<Type, "v128">;
      const float = type === "f32" || type === "f64";
      const code = float ? bytesOf(type, value) : signed(wrap(type, value));
      return this.value(kind, 1, [op.constantOf[type], ...code]);
    }
    op.typeOf(kind, lanes);
    const whole = isTruth(kind) && value ? -1 : value;
    const bytes = bytesOf(op.storedOf[kind], whole, lanes);
    const vector = this.vectorConstant(kind, lanes, bytes);
    if (value && !Number.isNaN(value)) this.bounds.add(vector.id);
    return vector;
  }

  binary(instruction: BinaryInstruction, a: Value, b: Value): Value {
    alike(instruction, a, b);
    const { kind, lanes } = a;
    if (lanes === 1 && kind === "i64") {
      if (instruction === "div") return this.divideWhole(a, b);
      if (instruction === "min") return this.select(this.binary("less", b, a), b, a);
      if (instruction === "max") return this.select(this.binary("less", a, b), b, a);
    }
    if (instruction === "min" || instruction === "max") {
      const simple = (instruction === "min" ? op.lesser : op.larger)[kind];
      if (simple && this.bounds.has(b.id)) return this.emit(kind, lanes, [a, b], simple);
      if (simple && this.bounds.has(a.id)) return this.emit(kind, lanes, [b, a], simple);
    }
    const code = (lanes === 1 ? op.binary : op.binaryOfVectors)[kind]?.[instruction];
    const compares = instruction === "less" || instruction === "lessEqual" || instruction === "equal";
    const result = this.emit(compares ? op.maskOf(kind) : kind, lanes, [a, b], need(code, instruction, a));
    if (instruction === "less" && !changes(a) && !changes(b)) this.comparisons.set(result.id, [a, b]);
    return result;
  }

  /** By zero it gives zero, and the least number by −1 itself: it is computed also where a select leaves it out. */
  private divideWhole(a: Value, b: Value): Value {
    const special = this.emit(
      "mask64",
      1,
      [this.emit("i64", 1, [b, this.constant("i64", 1, 1)], op.i64.add), this.constant("i64", 1, 2)],
      op.i64.below,
    );
    const by = this.select(special, this.constant("i64", 1, 1), b);
    return this.select(special, this.binary("mul", a, b), this.emit("i64", 1, [a, by], op.i64.div));
  }

  unary(instruction: UnaryInstruction, x: Value): Value {
    if (x.kind === "i64" && x.lanes === 1 && (instruction === "neg" || instruction === "abs")) {
      const zero = this.constant("i64", 1, 0);
      const turned = this.binary("sub", zero, x);
      return instruction === "neg" ? turned : this.select(this.binary("less", x, zero), turned, x);
    }
    const code = (x.lanes === 1 ? op.unary : op.unaryOfVectors)[x.kind]?.[instruction];
    return this.emit(x.kind, x.lanes, [x], need(code, instruction, x));
  }

  shift(instruction: Shift, x: Value, bits: number): Value {
    const code = need((x.lanes === 1 ? op.shift : op.shiftOfVectors)[x.kind]?.[instruction], instruction, x);
    const by = this.constant(x.lanes === 1 ? x.kind : "i32", 1, bits);
    return this.emit(x.kind, x.lanes, [x, by], code);
  }

  multiplyAdd(a: Value, b: Value, c: Value): Value {
    alike("multiplyAdd", a, b);
    alike("multiplyAdd", a, c);
    const code = need(op.multiplyAdd[a.kind], "multiplyAdd", a);
    if (!this.relaxed) return this.binary("add", this.binary("mul", a, b), c);
    if (a.lanes > 1) return this.emit(a.kind, a.lanes, [a, b, c], code);
    // There is none of single numbers: they go through a vector, so that they are rounded like the others.
    const lanes = op.lanesOf[a.kind];
    const wide = [a, b, c].map((x) => this.splat(x, lanes));
    return this.lane(this.emit(a.kind, lanes, wide, code), 0);
  }

  select(mask: Value, a: Value, b: Value): Value {
    alike("select", a, b);
    const { kind, lanes } = a;
    if (mask.lanes !== lanes || mask.kind !== (lanes === 1 ? mask.kind : op.maskOf(kind)))
      throw new Error(`wasm: select ${lanes} ${kind} by ${mask.lanes} ${mask.kind}`);
    if (lanes === 1) return this.emit(kind, 1, [a, b, mask], op.select);
    const [left, right] = this.comparisons.get(mask.id) ?? [];
    const [lesser, larger] = [op.lesser[kind], op.larger[kind]];
    if (lesser && left?.id === a.id && right?.id === b.id) return this.emit(kind, lanes, [b, a], lesser);
    if (larger && left?.id === b.id && right?.id === a.id) return this.emit(kind, lanes, [b, a], larger);
    const code = this.relaxed ? op.selectOfMasks[op.maskOf(kind)] : op.vector.select;
    return this.emit(kind, lanes, [a, b, mask], code);
  }

  bits(x: Value, kind: Stored): Value {
    const code = need(op.bits[x.kind]?.[kind], `bits as ${kind}`, x);
    return this.emit(kind, x.lanes, [x], x.lanes === 1 ? code : []);
  }

  convert(x: Value, kind: Kind): Value {
    if (x.kind === kind) return this.now(x);
    if (x.lanes > 1) return this.emit(kind, x.lanes, [x], need(op.convertOfVectors[x.kind]?.[kind], `as ${kind}`, x));
    if (isTruth(x.kind) !== isTruth(kind)) throw new Error(`wasm: ${x.kind} is no number of ${kind}`);
    return this.emit(kind, 1, [x], isTruth(kind) ? [] : op.convert[op.storedOf[x.kind]][op.storedOf[kind]]);
  }

  /** The value itself, or of a register that changes what it holds now. */
  private now(x: Value): Value {
    return changes(x) ? this.emit(x.kind, x.lanes, [x], []) : x;
  }

  splat(x: Value, lanes: number): Value {
    if (lanes === 1) return this.now(x);
    op.typeOf(x.kind, lanes);
    const stored = op.storedOf[x.kind];
    const loaded = this.loads.get(x.id);
    // Of a number that has just been loaded: load it into all lanes at once.
    if (loaded?.writes === this.writes) {
      const { operand, bytes } = this.reach(loaded.from, loaded.bytes);
      return this.emit(x.kind, lanes, [operand], [...op.memory.splat[stored], 0, ...bytes]);
    }
    const ones = isTruth(x.kind) ? this.ones(x) : x;
    return this.emit(x.kind, lanes, [ones], op.lane[stored].splat);
  }

  /** A truth alone as a lane of a vector holds it. */
  private ones(x: Value): Value {
    const ones = this.emit("i32", 1, [this.constant("i32", 1, 0), x], op.i32.sub);
    return x.kind === "mask64" ? this.convert(ones, "i64") : ones;
  }

  pack(xs: readonly Value[]): Value {
    const first = xs[0]!;
    if (xs.length === 1) return this.now(first);
    op.typeOf(first.kind, xs.length);
    const { replace } = op.lane[op.storedOf[first.kind]];
    let vector = this.splat(first, xs.length);
    for (const [i, x] of xs.entries()) {
      if (i === 0) continue;
      alike("pack", first, x);
      vector = this.emit(x.kind, xs.length, [vector, isTruth(x.kind) ? this.ones(x) : x], [...replace, i]);
    }
    return vector;
  }

  lane(x: Value, at: number): Value {
    if (!(at >= 0 && at < x.lanes)) throw new Error(`wasm: no lane ${at} of ${x.lanes}`);
    if (x.lanes === 1) return this.now(x);
    const stored = op.storedOf[x.kind];
    const got = this.emit(isTruth(x.kind) ? stored : x.kind, 1, [x], [...op.lane[stored].extract, at]);
    if (!isTruth(x.kind)) return got;
    return this.emit(x.kind, 1, [got, this.constant(stored, 1, 0)], op.binary[stored]!.less!);
  }

  across(by: "add" | "max", x: Value): Value {
    if (x.lanes === 1) return this.now(x);
    let folded = x;
    for (let bytes = 8; bytes >= 16 / x.lanes; bytes /= 2) {
      const upper = Array.from({ length: 16 }, (_, i) => (i + bytes) % 16);
      const moved = this.emit(x.kind, x.lanes, [folded, folded], [...op.vector.shuffle, ...upper]);
      folded = this.binary(by, folded, moved);
    }
    return this.lane(folded, 0);
  }

  load(kind: Stored, lanes: number, pointer: Pointer, bytes = 0): Value {
    const code = op.memory.load[op.typeOf(kind, lanes)];
    const { operand, bytes: offset } = this.reach(pointer, bytes);
    const result = this.emit(kind, lanes, [operand], [...code, 0, ...offset]);
    if (lanes === 1 && !changes(pointer)) this.loads.set(result.id, { from: pointer, bytes, writes: this.writes });
    return result;
  }

  store(pointer: Pointer, x: Value, bytes = 0): void {
    const { operand, bytes: offset } = this.reach(pointer, bytes);
    this.act([operand, this.operand(x)], [...op.memory.store[op.typeOf(x.kind, x.lanes)], 0, ...offset]);
  }

  loadTruth(pointer: Pointer, bytes = 0): Value<"mask32"> {
    const { operand, bytes: offset } = this.reach(pointer, bytes);
    const byte = this.emit("i32", 1, [operand], [...op.memory.loadByte, 0, ...offset]);
    return this.emit("mask32", 1, [byte, this.constant("i32", 1, 0)], op.i32.notEqual);
  }

  storeTruth(pointer: Pointer, x: Value<"mask32">, bytes = 0): void {
    const { operand, bytes: offset } = this.reach(pointer, bytes);
    this.act([operand, this.operand(x)], [...op.memory.storeByte, 0, ...offset]);
  }

  loadPointer(table: Pointer, at: number): Pointer {
    const { operand, bytes } = this.reach(table, 4 * at);
    return this.emit("pointer", 1, [operand], [...op.memory.load.i32, 0, ...bytes]);
  }

  at(pointer: Pointer, index: Index | null, scale: number, bytes = 0): Pointer {
    const from = this.origin(pointer);
    const offset = from.offset + bytes;
    // What may lie below its start is added here: the sum in a load counts from 0 on and does not come round.
    const below = from.below || offset < 0 || (index !== null && scale < 0);
    const later = !below && (index !== null || !changes(pointer));
    const ahead = later ? from.operand : this.sum(from.operand, number(offset));
    const operand = index && scale !== 0 ? this.sum(ahead, this.scaled(index, scale)) : ahead;
    return this.value("pointer", 1, operand, later ? offset : 0, undefined, below);
  }

  private scaled(index: Index, scale: number): Value {
    return scale === 1 ? index : this.binary("mul", index, this.constant("index", 1, scale));
  }

  variable(initial: Value): Variable {
    const register = this.register(op.typeOf(initial.kind, initial.lanes));
    const variable = { ...this.value(initial.kind, initial.lanes, register), changes: true as const };
    this.assign(variable, initial);
    return variable;
  }

  assign(variable: Variable, x: Value): void {
    alike("assign", variable, x);
    this.act([x], [], this.origin(variable).operand as number);
  }

  loop(range: { from?: number; to: number | Index; step?: number }, body: (i: Index) => void): void {
    const { from = 0, to, step = 1 } = range;
    if (!(step > 0)) throw new Error(`wasm: a loop by steps of ${step}`);
    const start = this.constant("index", 1, from);
    const end = typeof to === "number" ? this.constant("index", 1, to) : changes(to) ? this.variable(to) : to;
    const turn = () => {
      const counter = this.variable(start);
      this.inside("loop", [], op.control.loop, () => {
        const { changes: _, ...i } = counter;
        body(i as Index);
        this.assign(counter, this.binary("add", counter, this.constant("index", 1, step)));
        this.act([this.binary("less", counter, end)], op.control.branchIf(0));
      });
    };
    if (typeof to !== "number") this.when(this.binary("less", start, end), turn);
    else if (from < to) turn();
  }

  repeat(condition: () => Value, body: () => void): void {
    this.inside("other", [], op.control.block, () =>
      this.inside("loop", [], op.control.loop, () => {
        this.act([this.unary("not", condition())], op.control.branchIf(1));
        body();
        this.act([], op.control.branch);
      }),
    );
  }

  when(mask: Value, body: () => void): void {
    this.inside("other", [mask], op.control.if, body);
  }

  call(callee: Callee, args: readonly Pointer[]): void {
    this.act(args, [op.control.call, ...unsigned(Number(callee.id))]);
  }
}

const wrap = (type: "i32" | "i64", x: number | bigint): bigint => BigInt.asIntN(type === "i32" ? 32 : 64, BigInt(x));
