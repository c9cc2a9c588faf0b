/** Statements of random programs of a machine: values, variables, loops, conditions and calls, drawn once and written anywhere. */

import type {
  Assembler,
  BinaryInstruction,
  Index,
  Kind,
  Pointer,
  Stored,
  Value,
  Variable,
} from "../../../src/compiler/machine.js";
import { constants, kinds, sizes, slots } from "./program-memory.js";
import {
  comparisons,
  floatBinary,
  floatUnary,
  full,
  isFloat,
  logic,
  maskOf,
  type Options,
  type Statement,
  shifts,
  type Written,
} from "./program-parts.js";

interface Known {
  readonly id: number;
  readonly kind: Kind;
  readonly lanes: number;
  readonly changes?: true;
}

export class StatementWriter {
  private next = 0;
  private known: Known[] = [];
  private counters: number[] = [];
  private statements: Statement[] = [];

  constructor(
    private readonly roll: (n: number) => number,
    private readonly options: Options,
    private readonly callees: number,
  ) {}

  private one = <T>(of: readonly T[]): T => of[this.roll(of.length)]!;

  /** A statement that gives a value. */
  private make(kind: Kind, lanes: number, write: (to: Assembler, at: Written) => Value): Known {
    const made = { id: this.next++, kind, lanes };
    this.statements.push((to, at) => {
      at.values[made.id] = write(to, at);
    });
    this.known.push(made);
    return made;
  }

  /** A value of some kind: one there is, or a new one. */
  private value(kind: Kind, lanes: number): Known {
    const there = this.known.filter((one) => one.kind === kind && one.lanes === lanes);
    return there.length > 0 && this.roll(4) > 0 ? this.one(there) : this.fresh(kind, lanes);
  }

  private fresh(kind: Kind, lanes: number): Known {
    if (kind === "mask32" || kind === "mask64") {
      if (kind === "mask32" && lanes === 1 && this.roll(3) === 0) {
        const slot = this.roll(slots);
        return this.make(kind, 1, (to, at) => to.loadTruth(at.truth, slot));
      }
      return this.compared(kind === "mask32" ? this.one(["f32", "i32"]) : this.one(["f64", "i64"]), lanes);
    }
    const stored = kind as Stored;
    const number = this.one(constants[stored]);
    if (this.roll(3) === 0) return this.make(kind, lanes, (to) => to.constant(kind, lanes, number));
    return this.loaded(stored, lanes);
  }

  /** From a region, at a place known or counted, forwards or backwards. */
  private loaded(kind: Stored, lanes: number): Known {
    const place = this.place(kind, lanes);
    return this.make(kind, lanes, (to, at) => {
      const { pointer, bytes } = place(to, at, at.from[kind]);
      return to.load(kind, lanes, pointer, bytes);
    });
  }

  private place(kind: Stored, lanes: number) {
    const size = sizes[kind];
    const slot = this.roll(slots - 12 - lanes) + 12;
    const counter = this.roll(2) === 0 && this.counters.length > 0 ? this.one(this.counters) : null;
    const [scale, split] = [this.one([size, -size]), this.roll(3) * size - size];
    return (to: Assembler, at: Written, region: Pointer) => {
      const pointer = counter === null ? region : to.at(region, at.values[counter] as Index, scale, split);
      return { pointer, bytes: (counter === null ? slot : Math.min(slot, slots - 24)) * size };
    };
  }

  private compared(kind: Stored, lanes: number): Known {
    const [a, b, by] = [this.value(kind, lanes), this.value(kind, lanes), this.one(comparisons)];
    return this.make(maskOf(kind), lanes, (to, at) => to.binary(by, at.values[a.id]!, at.values[b.id]!));
  }

  private combined(kind: Stored, lanes: number): Known {
    const long = kind === "i64" && lanes === 1;
    const names = isFloat(kind)
      ? floatBinary
      : ([...logic, "add", "sub", ...(kind === "i32" ? ["mul"] : long ? ["mul", "div", "min", "max"] : [])] as const);
    const [a, b, c] = [this.value(kind, lanes), this.value(kind, lanes), this.value(kind, lanes)];
    const name = this.one(names) as BinaryInstruction;
    if (this.options.multiplyAdd && isFloat(kind) && this.roll(4) === 0)
      return this.make(kind, lanes, (to, at) => to.multiplyAdd(at.values[a.id]!, at.values[b.id]!, at.values[c.id]!));
    return this.make(kind, lanes, (to, at) => to.binary(name, at.values[a.id]!, at.values[b.id]!));
  }

  private single(kind: Stored, lanes: number): Known {
    const x = this.value(kind, lanes);
    if (isFloat(kind)) {
      const name = this.one(floatUnary);
      return this.make(kind, lanes, (to, at) => to.unary(name, at.values[x.id]!));
    }
    if (kind === "i64" && lanes === 1 && this.roll(2) === 0) {
      const name = this.one(["neg", "abs"] as const);
      return this.make(kind, 1, (to, at) => to.unary(name, at.values[x.id]!));
    }
    const [name, bits] = [this.one(shifts), this.roll(8 * sizes[kind])];
    return this.make(kind, lanes, (to, at) => to.shift(name, at.values[x.id]!, bits));
  }

  private selected(kind: Stored, lanes: number): Known {
    const [a, b] = [this.value(kind, lanes), this.value(kind, lanes)];
    // Also the lesser and the larger of two, which targets know.
    const own = this.roll(2) === 0;
    const mask = own
      ? this.make(maskOf(kind), lanes, (to, at) => to.binary("less", at.values[a.id]!, at.values[b.id]!))
      : this.value(maskOf(kind), lanes);
    const [c, d] = this.roll(2) === 0 ? [a, b] : [b, a];
    return this.make(kind, lanes, (to, at) => to.select(at.values[mask.id]!, at.values[c.id]!, at.values[d.id]!));
  }

  private truth(): Known {
    const kind = this.one(["mask32", "mask64"] as const);
    const lanes = this.one([1, full(kind)]);
    const [a, b, name] = [this.value(kind, lanes), this.value(kind, lanes), this.one(logic)];
    if (this.roll(3) === 0) return this.make(kind, lanes, (to, at) => to.unary("not", at.values[a.id]!));
    return this.make(kind, lanes, (to, at) => to.binary(name, at.values[a.id]!, at.values[b.id]!));
  }

  /** Zero where a number is none, or too large to be a whole one: of those it is not said what comes. */
  private tame(x: Known, most: number): Known {
    return this.make(x.kind, x.lanes, (to, at) => {
      const value = at.values[x.id]!;
      const inside = to.binary("less", to.unary("abs", value), to.constant(x.kind, x.lanes, most));
      return to.select(inside, value, to.constant(x.kind, x.lanes, 0));
    });
  }

  private changed(): Known {
    const [from, to_] = [this.one(kinds), this.one(kinds)];
    const lanes = this.one([1, 1, full(from)]);
    const x = this.value(from, lanes);
    const other = ({ f32: "i32", f64: "i64", i32: "f32", i64: "f64" } as const)[from];
    if (lanes > 1 && from === "f32" && this.roll(2) === 0) {
      const small = this.tame(x, 1e6);
      return this.make("i32", lanes, (to, at) => to.convert(at.values[small.id]!, "i32"));
    }
    if (lanes > 1 && from === "i32" && this.roll(2) === 0)
      return this.make("f32", lanes, (to, at) => to.convert(at.values[x.id]!, "f32"));
    if (lanes > 1 || this.roll(3) === 0) {
      const number = isFloat(from) ? this.tame(x, Number.POSITIVE_INFINITY) : x;
      return this.make(other, lanes, (to, at) => to.bits(at.values[number.id]!, other));
    }
    return this.make(to_, 1, (to, at) => to.convert(at.values[x.id]!, to_));
  }

  private laned(): Known {
    const kind = this.one([...kinds, "mask32", "mask64"] as const);
    const lanes = full(kind);
    const way = this.roll(4);
    if (way === 0) {
      const x = this.value(kind, 1);
      return this.make(kind, lanes, (to, at) => to.splat(at.values[x.id]!, lanes));
    }
    if (way === 1) {
      const xs = Array.from({ length: lanes }, () => this.value(kind, 1));
      return this.make(kind, lanes, (to, at) => to.pack(xs.map((x) => at.values[x.id]!)));
    }
    const [x, at_] = [this.value(kind, lanes), this.roll(lanes)];
    if (way === 2 && isFloat(kind)) {
      const by = this.one(["add", "max"] as const);
      return this.make(kind, 1, (to, at) => to.across(by, at.values[x.id]!));
    }
    return this.make(kind, 1, (to, at) => to.lane(at.values[x.id]!, at_));
  }

  private store(): void {
    if (this.roll(5) === 0) {
      const [x, slot] = [this.value("mask32", 1), this.roll(slots)];
      this.statements.push((to, at) => to.storeTruth(at.truth, at.values[x.id] as Value<"mask32">, slot));
      return;
    }
    const kind = this.one(kinds);
    const lanes = this.one([1, full(kind)]);
    const [x, place, region] = [this.value(kind, lanes), this.place(kind, lanes), this.roll(4) > 0];
    this.statements.push((to, at) => {
      const { pointer, bytes } = place(to, at, region ? at.out[kind] : at.from[kind]);
      to.store(pointer, at.values[x.id]!, bytes);
    });
  }

  private variable(): void {
    const there = this.known.filter((one) => one.changes);
    if (there.length > 0 && this.roll(3) > 0) {
      const mine = this.one(there);
      const x = this.value(mine.kind, mine.lanes);
      this.statements.push((to, at) => to.assign(at.values[mine.id] as Variable, at.values[x.id]!));
      return;
    }
    const kind = this.one([...kinds, "mask32", "mask64"] as const);
    const x = this.value(kind, this.one([1, full(kind)]));
    const made = { ...this.make(x.kind, x.lanes, (to, at) => to.variable(at.values[x.id]!)), changes: true as const };
    this.known.push(made);
  }

  /** Statements of their own, whose values nobody outside reads. */
  private block(depth: number, counter?: number): Statement[] {
    const [statements, known, counters] = [this.statements, this.known, this.counters];
    this.statements = [];
    this.known = [...known];
    this.counters = counter === undefined ? counters : [...counters, counter];
    this.fill(depth - 1);
    const inner = this.statements;
    [this.statements, this.known, this.counters] = [statements, known, counters];
    return inner;
  }

  private controlled(depth: number): void {
    const way = this.roll(this.callees > 0 ? 4 : 3);
    if (way === 0) {
      const counter = this.next++;
      const [from, to_, step] = [this.roll(3), this.roll(6), 1 + this.roll(2)];
      const bound = this.roll(2) === 0 ? this.value("i32", 1) : undefined;
      const body = this.block(depth, counter);
      this.statements.push((to, at) => {
        const end = bound && to.convert(to.binary("and", at.values[bound.id]!, to.constant("i32", 1, 3)), "index");
        to.loop({ from, to: (end as Index | undefined) ?? to_, step }, (i) => {
          at.values[counter] = i;
          for (const one of body) one(to, at);
        });
      });
    } else if (way === 1) {
      const [turns, body, extra] = [this.roll(4), this.block(depth), this.block(0)];
      this.statements.push((to, at) => {
        const left = to.variable(to.constant("i32", 1, turns));
        const condition = (): Value => {
          for (const one of extra) one(to, at);
          return to.binary("less", to.constant("i32", 1, 0), left);
        };
        to.repeat(condition, () => {
          to.assign(left, to.binary("sub", left, to.constant("i32", 1, 1)));
          for (const one of body) one(to, at);
        });
      });
    } else if (way === 2) {
      const mask = this.value(this.one(["mask32", "mask64"] as const), 1);
      const body = this.block(depth);
      this.statements.push((to, at) =>
        to.when(at.values[mask.id]!, () => {
          for (const one of body) one(to, at);
        }),
      );
    } else {
      const callee = this.roll(this.callees);
      this.statements.push((to, at) => to.call(at.callees[callee]!, at.regions));
    }
  }

  private fill(depth: number): void {
    for (let n = 3 + this.roll(12); n > 0; n--) {
      const kind = this.one(kinds);
      const lanes = this.one([1, full(kind)]);
      const way = this.roll(13);
      if (way < 3) this.combined(kind, lanes);
      else if (way < 4) this.single(kind, lanes);
      else if (way < 5) this.selected(kind, lanes);
      else if (way < 6) this.truth();
      else if (way < 7) this.changed();
      else if (way < 8) this.laned();
      else if (way < 10) this.store();
      else if (way < 11) this.variable();
      else if (depth > 0) this.controlled(depth);
    }
  }

  program(): readonly Statement[] {
    this.fill(3);
    for (let n = 0; n < 8; n++) this.store();
    return this.statements;
  }
}
