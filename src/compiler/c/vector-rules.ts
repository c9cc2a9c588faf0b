/**
 * Instructions that C has no operator for, as small functions: by what a compiler calls the machine's instruction, else
 * by halves, else one lane after the other. The functions are named `<instruction>_<type>`.
 */

import type { Stored } from "../machine.js";
import { typeOf } from "./c-text.js";

/** An expression in the arguments `a`, `b`, `c`, and the condition of the preprocessor under which it is known. */
type Way = readonly [condition: string, expression: string];

export interface Rule {
  readonly operands: number;
  /** Of one number. */
  readonly plain: (kind: "f32" | "f64") => string;
  /** Of a whole vector. */
  readonly ways: (kind: "f32" | "f64", lanes: number) => readonly Way[];
}

const has = (builtin: string): string => `__has_builtin(${builtin})`;
/** What the names of an Intel machine end in: `ps` of 128 bits, `ps256`, `ps512`. */
const intel = (kind: "f32" | "f64", lanes: number) => {
  const bits = lanes * (kind === "f32" ? 32 : 64);
  const letter = kind === "f32" ? "ps" : "pd";
  return { bits, letter, name: letter + (bits === 128 ? "" : bits) };
};
const suffix = (kind: "f32" | "f64"): string => (kind === "f32" ? "f" : "");
/** What gcc calls types of ARM's 64-bit machines. */
const arm = (kind: "f32" | "f64", lanes: number): string => `v${lanes}${kind === "f32" ? "sf" : "df"}`;
const onArm = (bits: number): string => (bits === 128 ? "defined(__aarch64__) && !defined(__clang__)" : "0");

const sqrt: Rule = {
  operands: 1,
  plain: (kind) => `__builtin_sqrt${suffix(kind)}(a)`,
  ways(kind, lanes) {
    const { bits, letter, name } = intel(kind, lanes);
    const clang: Way = [has("__builtin_elementwise_sqrt"), "__builtin_elementwise_sqrt(a)"];
    if (bits === 128)
      return [
        clang,
        ["defined(__SSE2__)", `__builtin_ia32_sqrt${name}(a)`],
        [onArm(bits), `__builtin_aarch64_sqrt${arm(kind, lanes)}(a)`],
      ];
    if (bits === 256) return [clang, ["defined(__AVX__)", `__builtin_ia32_sqrt${name}(a)`]];
    if (bits === 512)
      return [
        clang,
        ["defined(__AVX512F__) && defined(__clang__)", `__builtin_ia32_sqrt${name}(a, 4)`],
        ["defined(__AVX512F__)", `__builtin_ia32_sqrt${letter}512_mask(a, a, -1, 4)`],
      ];
    return [];
  },
};

const floor: Rule = {
  operands: 1,
  plain: (kind) => `__builtin_floor${suffix(kind)}(a)`,
  ways(kind, lanes) {
    const { bits, letter, name } = intel(kind, lanes);
    const clang: Way = [has("__builtin_elementwise_floor"), "__builtin_elementwise_floor(a)"];
    // 9: towards −∞, telling nobody.
    if (bits === 128)
      return [
        clang,
        ["defined(__SSE4_1__)", `__builtin_ia32_round${name}(a, 9)`],
        [onArm(bits), `__builtin_aarch64_floor${arm(kind, lanes)}(a)`],
      ];
    if (bits === 256) return [clang, ["defined(__AVX__)", `__builtin_ia32_round${name}(a, 9)`]];
    if (bits === 512) return [clang, ["defined(__AVX512F__)", `__builtin_ia32_rndscale${letter}_mask(a, 9, a, -1, 4)`]];
    return [];
  },
};

const fma: Rule = {
  operands: 3,
  plain: (kind) => `__builtin_fma${suffix(kind)}(a, b, c)`,
  ways(kind, lanes) {
    const { bits, letter, name } = intel(kind, lanes);
    const clang: Way = [has("__builtin_elementwise_fma"), "__builtin_elementwise_fma(a, b, c)"];
    if (bits === 128)
      return [
        clang,
        ["defined(__FMA__)", `__builtin_ia32_vfmadd${name}(a, b, c)`],
        [onArm(bits), `__builtin_aarch64_fma${arm(kind, lanes)}(a, b, c)`],
      ];
    if (bits === 256) return [clang, ["defined(__FMA__)", `__builtin_ia32_vfmadd${name}(a, b, c)`]];
    if (bits === 512)
      return [clang, ["defined(__AVX512F__)", `__builtin_ia32_vfmadd${letter}512_mask(a, b, c, -1, 4)`]];
    return [];
  },
};

/** `a < b ? a : b` is one instruction of Intel's, and gives `b` where either is NaN; what is left is `a` where it is NaN. */
const extreme = (which: "min" | "max"): Rule => {
  const sign = which === "min" ? "<" : ">";
  return {
    operands: 2,
    plain: () => `a != a ? a : a ${sign} b ? a : b`,
    ways(kind, lanes) {
      const { bits, letter, name } = intel(kind, lanes);
      const select = `select_${typeOf(kind, lanes)}`;
      const gcc = (macro: string, one: string): Way => [
        `defined(${macro}) && !defined(__clang__)`,
        `${select}(a != a, a, __builtin_ia32_${which}${one})`,
      ];
      const anywhere: Way = ["1", `${select}(a != a, a, ${select}(a ${sign} b, a, b))`];
      if (bits === 128) return [gcc("__SSE2__", `${name}(a, b)`), anywhere];
      if (bits === 256) return [gcc("__AVX__", `${name}(a, b)`), anywhere];
      if (bits !== 512) return [anywhere];
      const [unordered, least] = [
        `__builtin_ia32_cmp${letter}512_mask(a, a, 3, -1, 4)`,
        `__builtin_ia32_${which}${letter}512_mask(a, b, a, -1, 4)`,
      ];
      const direct = `__builtin_ia32_blendm${letter}_512_mask(${least}, a, ${unordered})`;
      return [["defined(__AVX512F__) && !defined(__clang__)", direct], anywhere];
    },
  };
};

/** The same where `a` is known to be a number: a NaN can only be `b`, and that is what comes out. */
const extremeOfNumber = (which: "min" | "max"): Rule => {
  const sign = which === "min" ? "<" : ">";
  return {
    operands: 2,
    plain: () => `a ${sign} b ? a : b`,
    ways(kind, lanes) {
      const { bits, letter, name } = intel(kind, lanes);
      const anywhere: Way = ["1", `select_${typeOf(kind, lanes)}(a ${sign} b, a, b)`];
      const gcc = (macro: string, one: string): Way => [
        `defined(${macro}) && !defined(__clang__)`,
        `__builtin_ia32_${which}${one}`,
      ];
      if (bits === 128) return [gcc("__SSE2__", `${name}(a, b)`), anywhere];
      if (bits === 256) return [gcc("__AVX__", `${name}(a, b)`), anywhere];
      if (bits === 512) return [gcc("__AVX512F__", `${letter}512_mask(a, b, a, -1, 4)`), anywhere];
      return [anywhere];
    },
  };
};

export const rules = {
  sqrt,
  floor,
  fma,
  min: extreme("min"),
  max: extreme("max"),
  minOfNumber: extremeOfNumber("min"),
  maxOfNumber: extremeOfNumber("max"),
} as const;

export type RuleName = keyof typeof rules;

const args = ["a", "b", "c"] as const;

/** Whether halves are worth a call. The lanes of 128 bits go one by one: compilers see one instruction in that. */
const byHalves = (kind: "f32" | "f64", lanes: number): boolean => intel(kind, lanes).bits > 128;

/** The function of a rule, and the names of those that it calls. */
export function ruleFunction(name: RuleName, kind: "f32" | "f64", lanes: number): { text: string; calls: string[] } {
  const { operands, plain, ways } = rules[name];
  const type = typeOf(kind, lanes);
  const own = args.slice(0, operands);
  const head = `static inline ALWAYS ${type} ${name}_${type}(${own.map((x) => `${type} ${x}`).join(", ")})`;
  if (lanes === 1) return { text: `${head} { return ${plain(kind)}; }`, calls: [] };
  const known = ways(kind, lanes);
  const whole = known.some(([condition]) => condition === "1");
  const smaller = byHalves(kind, lanes) ? typeOf(kind, lanes / 2) : typeOf(kind, 1);
  const part = (of: (x: string) => string): string => `${name}_${smaller}(${own.map(of).join(", ")})`;
  const one = byHalves(kind, lanes)
    ? `join_${type}(${part((x) => `low_${type}(${x})`)}, ${part((x) => `high_${type}(${x})`)})`
    : `(${type}){${Array.from({ length: lanes }, (_, k) => part((x) => `${x}[${k}]`)).join(", ")}}`;
  const branches = whole ? known : [...known, ["1", one] as const];
  const lines = branches.map(
    ([condition, expression], k) => `#${k ? "elif" : "if"} ${condition}\n  return ${expression};`,
  );
  const halves = byHalves(kind, lanes) ? [`halves_${type}`] : [];
  return {
    text: `${head} {\n${lines.join("\n")}\n#endif\n}`,
    calls: whole ? [`select_${type}`] : [`${name}_${smaller}`, ...halves],
  };
}

/** A lane of one vector where the mask is set, else of the other. The masks' lanes are 0 or −1. */
export function selectFunction(kind: Stored, lanes: number): string {
  const type = typeOf(kind, lanes);
  const mask = typeOf(kind === "f32" ? "i32" : kind === "f64" ? "i64" : kind, lanes);
  const bits = lanes * (mask.startsWith("i32") ? 32 : 64);
  const float = mask.startsWith("i32") ? "f32" : "f64";
  const as = typeOf(float, lanes);
  const [letter, wide] = [float === "f32" ? "ps" : "pd", bits === 256 ? "256" : ""];
  // gcc knows these for what they are and blends by whatever holds the mask; elsewhere it and clang see it in the bits.
  const blend = `(${type})__builtin_ia32_blendv${letter}${wide}((${as})b, (${as})a, (${as})m)`;
  const condition = bits === 128 ? "defined(__SSE4_1__)" : bits === 256 ? "defined(__AVX__)" : "0";
  return `static inline ALWAYS ${type} select_${type}(${mask} m, ${type} a, ${type} b) {
#if ${condition} && !defined(__clang__)
  return ${blend};
#else
  return (${type})((m & (${mask})a) | (~m & (${mask})b));
#endif
}`;
}

/** The lower and the upper half of a vector, and two halves as one. */
export function halvesFunctions(kind: Stored, lanes: number): string {
  const [type, half] = [typeOf(kind, lanes), typeOf(kind, lanes / 2)];
  const pair = `union { ${type} v; ${half} h[2]; } u`;
  return `static inline ALWAYS ${half} low_${type}(${type} v) { ${pair} = {v}; return u.h[0]; }
static inline ALWAYS ${half} high_${type}(${type} v) { ${pair} = {v}; return u.h[1]; }
static inline ALWAYS ${type} join_${type}(${half} l, ${half} h) { ${pair}; u.h[0] = l; u.h[1] = h; return u.v; }`;
}
