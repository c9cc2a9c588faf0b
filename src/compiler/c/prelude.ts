/** What stands before the functions of a module: names of types, and the small functions that were asked for. */

import type { Stored } from "../machine.js";
import { typeOf } from "./c-text.js";
import { halvesFunctions, type RuleName, ruleFunction, selectFunction } from "./vector-rules.js";

const stored: readonly Stored[] = ["f32", "f64", "i32", "i64"];
const sizes = { f32: 4, f64: 8, i32: 4, i64: 8 } as const;

/** Every type also as it lies in memory, at any address and beside any other. */
function typeNames(lanes: number): string {
  return stored
    .map((kind) => {
      const name = typeOf(kind, lanes);
      const vector = lanes === 1 ? "" : `vector_size(${lanes * sizes[kind]}), `;
      const whole =
        lanes === 1 ? "" : `typedef ${kind} ${name} __attribute__((vector_size(${lanes * sizes[kind]})));\n`;
      return `${whole}typedef ${kind} ${name}_at __attribute__((${vector}aligned(1), may_alias));`;
    })
    .concat(
      lanes === 1
        ? []
        : (["u32", "u64"] as const).map(
            (kind) =>
              `typedef ${kind} ${kind}x${lanes} __attribute__((vector_size(${lanes * (kind === "u32" ? 4 : 8)})));`,
          ),
    )
    .join("\n");
}

const beginning = `#ifndef __has_builtin
#define __has_builtin(x) 0
#endif
#define ALWAYS __attribute__((always_inline))
#define APART static __attribute__((noinline, unused))
typedef unsigned char u8;
typedef unsigned u32;
typedef unsigned long long u64;
typedef float f32;
typedef double f64;
typedef int i32;
typedef long long i64;
typedef char *pointer_at __attribute__((aligned(1), may_alias));`;

/** A float as an integer of so many bits: the nearest there is, NaN to 0. */
const saturating = (from: "f32" | "f64", to: "i32" | "i64"): string => {
  const [f, bound] = [from === "f32" ? "f" : "", to === "i32" ? "0x1p+31" : "0x1p+63"];
  const [least, largest] =
    to === "i32" ? ["(-2147483647 - 1)", "2147483647"] : ["(-9223372036854775807ll - 1)", "9223372036854775807ll"];
  return `static inline ALWAYS ${to} ${to}_of_${from}(${from} x) {
  return x >= ${bound}${f} ? ${largest} : x >= -${bound}${f} ? (${to})x : x < 0 ? ${least} : 0;
}`;
};

const bitsAs = (from: Stored, to: Stored): string =>
  `static inline ALWAYS ${to} bits_${to}(${from} x) { union { ${from} x; ${to} y; } u = {x}; return u.y; }`;

const plainFunctions: Readonly<Record<string, string>> = {
  bits_i32: bitsAs("f32", "i32"),
  bits_f32: bitsAs("i32", "f32"),
  bits_i64: bitsAs("f64", "i64"),
  bits_f64: bitsAs("i64", "f64"),
  i32_of_f32: saturating("f32", "i32"),
  i64_of_f32: saturating("f32", "i64"),
  i32_of_f64: saturating("f64", "i32"),
  i64_of_f64: saturating("f64", "i64"),
  divide_i64: `static inline ALWAYS i64 divide_i64(i64 a, i64 b) {
  return b == 0 ? 0 : b == -1 ? (i64)(0 - (u64)a) : a / b;
}`,
};

/** The text of a small function by its name, and the names of those that it calls. */
function functionOf(name: string): { text: string; calls: readonly string[] } {
  const plain = plainFunctions[name];
  if (plain) return { text: plain, calls: [] };
  const [what, type] = name.split("_") as [string, string];
  const [kind, count] = type.split("x") as [Stored, string | undefined];
  const lanes = Number(count ?? 1);
  if (what === "select") return { text: selectFunction(kind, lanes), calls: [] };
  if (what === "halves") return { text: halvesFunctions(kind, lanes), calls: [] };
  return ruleFunction(what as RuleName, kind as "f32" | "f64", lanes);
}

/** The beginning of a module that asks for small functions by name. */
export function prelude(asked: Iterable<string>): string {
  const written = new Map<string, string>();
  const write = (name: string): void => {
    if (written.has(name)) return;
    written.set(name, "");
    const { text, calls } = functionOf(name);
    calls.forEach(write);
    // Those it calls come first.
    written.delete(name);
    written.set(name, text);
  };
  for (const name of asked) write(name);
  return [beginning, ...[1, 2, 4, 8, 16].map(typeNames), ...written.values()].join("\n");
}
