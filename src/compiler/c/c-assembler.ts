/** Functions written as C: every instruction one constant, every loop one `for`. */

import type {
  Assembler,
  BinaryInstruction,
  Callee,
  Index,
  Kind,
  Pointer,
  Stored,
  UnaryInstruction,
  Value,
  Variable,
} from "../machine.js";
import { laneKind, literal, typeOf } from "./c-text.js";

/** A value; of a constant also its number, as some instructions are shorter for what cannot be NaN. */
interface Written<K extends Kind = Kind> extends Value<K> {
  readonly id: string;
  readonly number?: number;
}

const operators: { readonly [I in BinaryInstruction]?: string } = {
  add: "+",
  sub: "-",
  mul: "*",
  and: "&",
  or: "|",
  xor: "^",
  less: "<",
  lessEqual: "<=",
  equal: "==",
};
const compares = new Set<BinaryInstruction>(["less", "lessEqual", "equal"]);

const isFloat = (kind: Kind): kind is "f32" | "f64" => kind === "f32" || kind === "f64";
const isMask = (kind: Kind): boolean => kind === "mask32" || kind === "mask64";
const isWide = (kind: Kind): boolean => kind === "f64" || kind === "i64" || kind === "mask64";
const isNumber = (x: Value): boolean => {
  const { number } = x as Written;
  return number !== undefined && !Number.isNaN(number);
};

/** The unsigned type that wraps, of the width of a kind. */
const unsigned = (kind: Kind): string => (laneKind(kind) === "i32" ? "u32" : "u64");

/** The places of a function's lines, and the small functions it asks the prelude for. */
export interface Page {
  readonly lines: string[];
  readonly asked: Set<string>;
}

export class CAssembler implements Assembler {
  #names = 0;

  constructor(
    private readonly page: Page,
    private readonly fused: boolean,
  ) {}

  constant(kind: Kind, lanes: number, value: number | bigint): Value {
    const one = literal(kind, value);
    const number = isFloat(kind) ? { number: Number(value) } : {};
    return { kind, lanes, id: lanes === 1 ? one : this.#everywhere(kind, lanes, one), ...number } as Written;
  }

  binary(instruction: BinaryInstruction, a: Value, b: Value): Value {
    expectAlike(instruction, a, b);
    const { kind, lanes } = a;
    if (compares.has(instruction)) {
      const mask = isWide(kind) ? "mask64" : "mask32";
      return this.#write(mask, lanes, `${a.id} ${operators[instruction]} ${b.id}`);
    }
    if (instruction === "min" || instruction === "max") return this.#extreme(instruction, a, b);
    if (instruction === "div" && !isFloat(kind)) return this.#write(kind, lanes, this.#small("divide_i64", a, b));
    return this.#write(kind, lanes, `${a.id} ${operators[instruction] ?? "/"} ${b.id}`);
  }

  unary(instruction: UnaryInstruction, x: Value): Value {
    const { kind, lanes } = x;
    const type = typeOf(kind, lanes);
    switch (instruction) {
      case "neg":
        return this.#write(kind, lanes, `-${x.id}`);
      case "not":
        return this.#write(kind, lanes, lanes === 1 ? `!${x.id}` : `~${x.id}`);
      case "abs":
        return this.#write(kind, lanes, this.#size(x));
      default:
        return this.#write(kind, lanes, this.#small(`${instruction}_${type}`, x));
    }
  }

  shift(instruction: "shiftLeft" | "shiftRight" | "shiftRightZero", x: Value, bits: number): Value {
    const { kind, lanes } = x;
    const width = laneKind(kind) === "i32" ? 32 : 64;
    if (!(Number.isInteger(bits) && bits >= 0 && bits < width)) throw new RangeError(`${bits} bits of ${kind}`);
    if (instruction === "shiftRight") return this.#write(kind, lanes, `${x.id} >> ${bits}`);
    const type = typeOf(kind, lanes);
    const bare = lanes === 1 ? unsigned(kind) : `${unsigned(kind)}x${lanes}`;
    const sign = instruction === "shiftLeft" ? "<<" : ">>";
    return this.#write(kind, lanes, `(${type})((${bare})${x.id} ${sign} ${bits})`);
  }

  multiplyAdd(a: Value, b: Value, c: Value): Value {
    expectAlike("multiplyAdd", a, b);
    expectAlike("multiplyAdd", a, c);
    if (!this.fused) return this.binary("add", this.binary("mul", a, b), c);
    return this.#write(a.kind, a.lanes, this.#small(`fma_${typeOf(a.kind, a.lanes)}`, a, b, c));
  }

  select(mask: Value, a: Value, b: Value): Value {
    expectAlike("select", a, b);
    const { kind, lanes } = a;
    if (mask.lanes !== lanes || (lanes > 1 && isWide(mask.kind) !== isWide(kind)))
      throw new TypeError(`select: ${mask.kind} × ${mask.lanes} does not fit ${kind} × ${lanes}`);
    if (lanes === 1) return this.#write(kind, 1, `${mask.id} ? ${a.id} : ${b.id}`);
    return this.#write(kind, lanes, this.#small(`select_${typeOf(kind, lanes)}`, mask, a, b));
  }

  bits(x: Value, kind: Stored): Value {
    if (isWide(x.kind) !== isWide(kind)) throw new TypeError(`bits: ${x.kind} and ${kind} are not of one width`);
    if (x.kind === kind) return this.#now(x);
    const { lanes } = x;
    return this.#write(kind, lanes, lanes === 1 ? this.#small(`bits_${kind}`, x) : `(${typeOf(kind, lanes)})${x.id}`);
  }

  convert(x: Value, kind: Kind): Value {
    if (x.kind === kind) return this.#now(x);
    const { lanes } = x;
    const type = typeOf(kind, lanes);
    if (lanes > 1) return this.#write(kind, lanes, `__builtin_convertvector(${x.id}, ${type})`);
    const whole = laneKind(kind);
    if (isFloat(x.kind) && !isFloat(kind)) return this.#write(kind, 1, this.#small(`${whole}_of_${x.kind}`, x));
    return this.#write(kind, 1, `(${type})${x.id}`);
  }

  /** The value itself; of a register that changes, what it holds now. */
  #now(x: Value): Value {
    return "changes" in x ? this.#write(x.kind, x.lanes, String(x.id)) : x;
  }

  splat(x: Value, lanes: number): Value {
    if (lanes === 1) return this.#now(x);
    return this.pack(Array.from({ length: lanes }, () => x));
  }

  pack(xs: readonly Value[]): Value {
    const [first] = xs;
    if (!first) throw new TypeError("pack: of nothing");
    for (const x of xs) expectAlike("pack", first, x);
    if (xs.length === 1) return this.#now(first);
    const { kind } = first;
    const ids = isMask(kind) ? xs.map(({ id }) => `-${id}`) : xs.map(({ id }) => id);
    return this.#write(kind, xs.length, `(${typeOf(kind, xs.length)}){${ids.join(", ")}}`);
  }

  lane(x: Value, at: number): Value {
    if (!(Number.isInteger(at) && at >= 0 && at < x.lanes)) throw new RangeError(`lane ${at} of ${x.lanes}`);
    if (x.lanes === 1) return this.#now(x);
    return this.#write(x.kind, 1, isMask(x.kind) ? `${x.id}[${at}] != 0` : `${x.id}[${at}]`);
  }

  across(by: "add" | "max", x: Value): Value {
    const { kind, lanes } = x;
    if (lanes === 1) return this.#now(x);
    const type = typeOf(kind, lanes);
    const half = (part: "low" | "high"): Value => {
      if (lanes === 2) return this.lane(x, part === "low" ? 0 : 1);
      this.page.asked.add(`halves_${type}`);
      return this.#write(kind, lanes / 2, `${part}_${type}(${x.id})`);
    };
    return this.across(by, this.binary(by, half("low"), half("high")));
  }

  load(kind: Stored, lanes: number, pointer: Pointer, bytes = 0): Value {
    return this.#write(kind, lanes, this.#memory(typeOf(kind, lanes), pointer, bytes, "const "));
  }

  store(pointer: Pointer, x: Value, bytes = 0): void {
    this.#line(`${this.#memory(typeOf(x.kind, x.lanes), pointer, bytes)} = ${x.id};`);
  }

  loadTruth(pointer: Pointer, bytes = 0): Value<"mask32"> {
    return this.#write("mask32", 1, `*(const u8 *)${offset(pointer.id, bytes)} != 0`) as Value<"mask32">;
  }

  storeTruth(pointer: Pointer, x: Value<"mask32">, bytes = 0): void {
    this.#line(`*(u8 *)${offset(pointer.id, bytes)} = (u8)${x.id};`);
  }

  loadPointer(table: Pointer, at: number): Pointer {
    return this.#write("pointer", 1, `((const pointer_at *)${table.id})[${at}]`) as Pointer;
  }

  at(pointer: Pointer, index: Index | null, scale: number, bytes = 0): Pointer {
    const place = index === null ? pointer.id : `${pointer.id} + ${index.id} * ${literal("index", scale)}`;
    return this.#write("pointer", 1, offset(place, bytes)) as Pointer;
  }

  variable(initial: Value): Variable {
    const { kind, lanes } = initial;
    const id = this.#name();
    this.#line(`${typeOf(kind, lanes)} ${id} = ${initial.id};`);
    return { kind, lanes, id, changes: true };
  }

  assign(variable: Variable, x: Value): void {
    expectAlike("assign", variable, x);
    this.#line(`${variable.id} = ${x.id};`);
  }

  loop(range: { from?: number; to: number | Index; step?: number }, body: (i: Index) => void): void {
    const { from = 0, to, step = 1 } = range;
    const id = this.#name();
    const end = typeof to === "number" ? literal("index", to) : this.#now(to).id;
    this.#line(`for (i64 ${id} = ${literal("index", from)}; ${id} < ${end}; ${id} += ${literal("index", step)}) {`);
    body({ kind: "index", lanes: 1, id });
    this.#line("}");
  }

  repeat(condition: () => Value, body: () => void): void {
    this.#line("for (;;) {");
    this.#line(`if (!${condition().id}) break;`);
    body();
    this.#line("}");
  }

  when(mask: Value, body: () => void): void {
    this.#line(`if (${mask.id}) {`);
    body();
    this.#line("}");
  }

  call(callee: Callee, args: readonly Pointer[]): void {
    this.#line(`${callee.id}(${args.map(({ id }) => id).join(", ")});`);
  }

  #name(): string {
    return `v${this.#names++}`;
  }

  #line(text: string): void {
    this.page.lines.push(text);
  }

  #write(kind: Kind, lanes: number, expression: string): Written {
    const id = this.#name();
    const type = typeOf(kind, lanes);
    this.#line(type.endsWith("*") ? `${type}const ${id} = ${expression};` : `const ${type} ${id} = ${expression};`);
    return { kind, lanes, id };
  }

  /** A call of a small function of the prelude. */
  #small(name: string, ...args: readonly Value[]): string {
    this.page.asked.add(name);
    return `${name}(${args.map(({ id }) => id).join(", ")})`;
  }

  /** A constant in all lanes: to take 0 from it changes nothing, −0 included. */
  #everywhere(kind: Kind, lanes: number, one: string): string {
    return `(${isMask(kind) ? `-${one}` : one} - (${typeOf(kind, lanes)}){0})`;
  }

  #extreme(which: "min" | "max", a: Value, b: Value): Value {
    const { kind, lanes } = a;
    if (!isFloat(kind))
      return this.#write(kind, lanes, `${a.id} ${which === "min" ? "<" : ">"} ${b.id} ? ${a.id} : ${b.id}`);
    const type = typeOf(kind, lanes);
    if (isNumber(a)) return this.#write(kind, lanes, this.#small(`${which}OfNumber_${type}`, a, b));
    if (isNumber(b)) return this.#write(kind, lanes, this.#small(`${which}OfNumber_${type}`, b, a));
    return this.#write(kind, lanes, this.#small(`${which}_${type}`, a, b));
  }

  #size(x: Value): string {
    const { kind, lanes } = x;
    if (kind === "f32" || kind === "f64") {
      if (lanes === 1) return `__builtin_fabs${kind === "f32" ? "f" : ""}(${x.id})`;
      const int = typeOf(kind === "f32" ? "i32" : "i64", lanes);
      const all = kind === "f32" ? "0x7fffffff" : "0x7fffffffffffffffll";
      return `(${typeOf(kind, lanes)})((${int})${x.id} & ${all})`;
    }
    return `${x.id} < 0 ? -${x.id} : ${x.id}`;
  }

  #memory(type: string, pointer: Pointer, bytes: number, constant = ""): string {
    return `*(${constant}${type}_at *)${offset(pointer.id, bytes)}`;
  }
}

const offset = (place: string | number, bytes: number): string =>
  bytes === 0 ? (String(place).includes(" ") ? `(${place})` : `${place}`) : `(${place} + ${literal("index", bytes)})`;

/** Throws where the compiler's own code puts together what does not fit: C might convert it. */
function expectAlike(instruction: string, a: Value, b: Value): void {
  const plainTruth = a.lanes === 1 && isMask(a.kind) && isMask(b.kind);
  if ((a.kind !== b.kind && !plainTruth) || a.lanes !== b.lanes)
    throw new TypeError(`${instruction}: ${a.kind} × ${a.lanes} does not fit ${b.kind} × ${b.lanes}`);
}
