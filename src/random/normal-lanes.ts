/**
 * Standard normals two a vector, with the bits of `normalQuantile` of the words of `threefry`: the same operations in
 * the same order. Only the logarithms of the tails, 15 % of the numbers, are JavaScript's.
 */

import type { Assembler, Index, Pointer, Value, Variable } from "../compiler/machine.js";
import { instantiateNow } from "../compiler/wasm/instantiate.js";
import { wasmMachine } from "../compiler/wasm/machine.js";
import type { FloatArray } from "../util/tensor.js";
import { laneMemory } from "./fill-lanes.js";
import { CENTRAL, FAR, NEAR, type Quotient } from "./normal-quantile.js";

/** Numbers below which a call costs more than it saves, and those of all calls before the modules are worth writing. */
const FEW = 12;
const MANY = 32_768;
/** Numbers at a time: so few that they and their tails stay in the cache. */
const MOST = 4096;

/**
 * Where things lie: the words, which become the numbers, from 0 on; in the second page the tails, where each goes, and
 * how many numbers and tails there are. A tail's place may be that of no number, behind all of them.
 */
const TAILS = 65_536;
const PLACES = TAILS + 8 * (MOST + 2);
const NUMBERS = PLACES + 4 * (MOST + 2);
const TAIL_COUNT = NUMBERS + 4;

type Width = "f32" | "f64";
const bytesOf: Record<Width, number> = { f32: 4, f64: 8 };

const indexAt = (to: Assembler, address: Pointer, bytes: number): Index =>
  to.convert(to.load("i32", 1, address, bytes), "index") as Index;

const doubles = (to: Assembler, x: number): Value => to.constant("f64", 2, x);

/** Two whole numbers below 2⁵² as doubles, a half added. Exact: they become the fraction of a number from 2⁵² on. */
function plusHalf(to: Assembler, whole: Value): Value {
  const from = to.binary("or", whole, to.constant("i64", 2, 0x4330000000000000n));
  return to.binary("sub", to.bits(from, "f64"), doubles(to, 2 ** 52 - 0.5));
}

/** The uniforms of the four words at an address, in pairs: by one word each the even and the odd ones, or by two. */
function unitsAt(to: Assembler, width: Width, address: Pointer): Value[] {
  const words = to.load("i64", 2, address);
  const first = to.binary("and", words, to.constant("i64", 2, 0xffffffffn));
  const scaled = (whole: Value, scale: number) => to.binary("mul", plusHalf(to, whole), doubles(to, scale));
  if (width === "f32") return [first, to.shift("shiftRightZero", words, 32)].map((whole) => scaled(whole, 2 ** -32));
  const high = to.shift("shiftLeft", first, 20);
  return [scaled(to.binary("or", high, to.shift("shiftRightZero", words, 44)), 2 ** -52)];
}

function polynomial(to: Assembler, coefficients: readonly number[], r: Value): Value {
  const [first, ...rest] = coefficients.map((c) => doubles(to, c));
  return rest.reduce((sum, c) => to.binary("add", to.binary("mul", sum, r), c), first!);
}

const quotient = (to: Assembler, { over, under }: Quotient, r: Value): Value =>
  to.binary("div", polynomial(to, over, r), polynomial(to, under, r));

/** Words become numbers, all as if in the middle, and list those that are in the tails: `p`, or `p − 1` above. */
function writeMiddle(to: Assembler, width: Width, base: Pointer): void {
  const n = indexAt(to, base, NUMBERS);
  const tails = to.variable(to.constant("index", 1, 0)) as Variable & Index;
  const perVector = 16 / bytesOf[width];
  to.loop({ to: n, step: perVector }, (i) => {
    const address = to.at(base, i, bytesOf[width]);
    const units = unitsAt(to, width, address);
    for (const [odd, p] of units.entries()) {
      const q = to.binary("sub", p, doubles(to, 0.5));
      const r = to.binary("sub", doubles(to, 0.180625), to.binary("mul", q, q));
      const over = to.binary("mul", q, polynomial(to, CENTRAL.over, r));
      const z = to.binary("div", over, polynomial(to, CENTRAL.under, r));
      if (width === "f64") to.store(address, z);
      const isTail = to.binary("less", doubles(to, 0.425), to.unary("abs", q));
      const below = to.binary("less", q, doubles(to, 0));
      const tail = to.select(below, p, to.binary("sub", p, doubles(to, 1)));
      for (const lane of [0, 1]) {
        const place = units.length * lane + odd;
        if (width === "f32") to.store(address, to.convert(to.lane(z, lane), "f32"), 4 * place);
        // Written in any case and kept by counting it.
        to.store(to.at(base, tails, 8), to.lane(tail, lane), TAILS);
        const at = to.binary("add", i, to.constant("index", 1, place));
        to.store(to.at(base, tails, 4), to.convert(at, "i32"), PLACES);
        const [one, none] = [1, 0].map((count) => to.constant("index", 1, count));
        to.assign(tails, to.binary("add", tails, to.select(to.lane(isTail, lane), one!, none!)));
      }
    }
  });
  to.store(base, to.convert(tails, "i32"), TAIL_COUNT);
  // The last of an odd number of tails has company that goes nowhere.
  to.store(to.at(base, tails, 4), to.constant("i32", 1, MOST), PLACES);
}

/** Put the tails into their places. By now their list holds `log p` below and `−log(1 − p)` above. */
function writeTails(to: Assembler, width: Width, base: Pointer): void {
  const tails = indexAt(to, base, TAIL_COUNT);
  to.loop({ to: tails, step: 2 }, (i) => {
    const logs = to.load("f64", 2, to.at(base, i, 8), TAILS);
    const s = to.unary("sqrt", to.unary("abs", logs));
    let size = quotient(to, NEAR, to.binary("sub", s, doubles(to, 1.6)));
    // By one word no number is so far out.
    if (width === "f64") {
      const far = quotient(to, FAR, to.binary("sub", s, doubles(to, 5)));
      size = to.select(to.binary("less", doubles(to, 5), s), far, size);
    }
    const sign = to.binary("and", to.bits(logs, "i64"), to.constant("i64", 2, -(2n ** 63n)));
    const z = to.bits(to.binary("or", to.bits(size, "i64"), sign), "f64");
    for (const lane of [0, 1]) {
      const place = indexAt(to, to.at(base, i, 4), PLACES + 4 * lane);
      to.store(to.at(base, place, bytesOf[width]), to.convert(to.lane(z, lane), width));
    }
  });
}

/** Normals of words, so many at a time as `values` holds, in place. */
interface NormalLanes {
  readonly values: FloatArray;
  /** The words of which they are made, in the same place. */
  readonly words: Uint32Array;
  /** Make numbers of the words of the first `n`. */
  transform(n: number): void;
}

function load(width: Width): NormalLanes | null {
  const memory = laneMemory();
  if (memory === null) return null;
  const [middle, tails] = [writeMiddle, writeTails].map((write) => {
    const machine = wasmMachine({ relaxed: false });
    return instantiateNow(machine.finish(machine.define(1, (to, [base]) => write(to, width, base!))), memory);
  });
  const list = new Float64Array(memory.buffer, TAILS, MOST);
  const counts = new Int32Array(memory.buffer, NUMBERS, 2);
  return {
    values: new { f32: Float32Array, f64: Float64Array }[width](memory.buffer, 0, MOST),
    words: new Uint32Array(memory.buffer, 0, (MOST * bytesOf[width]) / 4),
    transform(n) {
      counts[0] = n;
      middle!(0);
      const k = counts[1]!;
      for (let i = 0; i < k; i++) {
        const p = list[i]!;
        list[i] = Math.sign(p) * Math.log(Math.abs(p));
      }
      tails!(0);
    },
  };
}

const loaded = new Map<Width, NormalLanes | null>();

/** Of a width; null where the engine has no such instructions. */
export function normalLanes(width: Width): NormalLanes | null {
  let lanes = loaded.get(width);
  if (lanes === undefined) {
    try {
      lanes = load(width);
    } catch {
      // A page that may not compile so much at once.
      lanes = null;
    }
    loaded.set(width, lanes);
  }
  return lanes;
}

const asked = { f32: 0, f64: 0 };

/**
 * Make normals of the words of which `out` is full, in place. False, and nothing done, where it is short, the engine
 * cannot, or too few numbers have been asked for.
 */
export function normalsOfWords(words: Uint32Array, out: FloatArray): boolean {
  const width = out instanceof Float64Array ? "f64" : "f32";
  asked[width] += out.length;
  const lanes = out.length < FEW || asked[width] < MANY ? null : normalLanes(width);
  if (lanes === null) return false;
  const each = bytesOf[width] / 4;
  for (let at = 0; at < out.length; at += MOST) {
    const n = Math.min(MOST, out.length - at);
    lanes.words.set(words.subarray(each * at, each * (at + n)));
    lanes.transform(n);
    out.set(n === MOST ? lanes.values : lanes.values.subarray(0, n), at);
  }
  return true;
}
