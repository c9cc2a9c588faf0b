/** What a compiler says of the processor that it compiles for. */

/** What of a processor decides how kernels are written. */
export interface Processor {
  /** f32 numbers of one register. */
  readonly lanes: 16 | 8 | 4;
  /** How many vector registers there are. */
  readonly registers: number;
  /** Whether it multiplies and adds with one rounding. */
  readonly fused: boolean;
}

/**
 * From the macros that `cc -march=native -dM -E` prints; `undefined` where addresses are not of 64 bits.
 * A processor that is not known here has registers of four numbers, which its compiler makes of what there is.
 */
export function readProcessor(macros: string): Processor | undefined {
  const names = new Set([...macros.matchAll(/^#define (\w+)/gm)].map(([, name]) => name));
  if (!/^#define __SIZEOF_POINTER__ 8$/m.test(macros)) return undefined;
  if (names.has("__AVX512F__")) return { lanes: 16, registers: 32, fused: true };
  const fused = ["__FMA__", "__aarch64__", "__FP_FAST_FMAF"].some((name) => names.has(name));
  if (names.has("__AVX2__")) return { lanes: 8, registers: 16, fused };
  return { lanes: 4, registers: names.has("__aarch64__") ? 32 : 16, fused };
}
