/** Modules as functions of this process. */

import { names } from "./encode.js";
import { wasmMachine } from "./machine.js";

/** Compile a module over a memory. What it gives calls the module's entry with an address. */
export async function instantiate(
  bytes: Uint8Array<ArrayBuffer>,
  memory: WebAssembly.Memory,
): Promise<(table: number) => void> {
  return entryOf(await WebAssembly.compile(bytes), memory);
}

/** The same at once: for small modules only, which a page of a browser compiles in its main thread. */
export const instantiateNow = (bytes: Uint8Array<ArrayBuffer>, memory: WebAssembly.Memory): ((table: number) => void) =>
  entryOf(new WebAssembly.Module(bytes), memory);

function entryOf(module: WebAssembly.Module, memory: WebAssembly.Memory): (table: number) => void {
  const { exports } = new WebAssembly.Instance(module, { [names.module]: { [names.memory]: memory } });
  return exports[names.run] as (table: number) => void;
}

/** What the vectors of this process' WebAssembly can: nothing, SIMD, or also `a b + c` rounded once. */
export type SimdSupport = "none" | "simd" | "relaxed";

let known: SimdSupport | undefined;

/** Found by trying, once a process: whether relaxed instructions are there, and whether this machine rounds them once. */
export function simdSupport(): SimdSupport {
  known ??= roundsOnce(true) ? "relaxed" : WebAssembly.validate(probe(false)) ? "simd" : "none";
  return known;
}

/** `(1 + ε)² − (1 + 2ε)`, which is ε² rounded once and 0 rounded twice, where ε² is below half a unit in the last place. */
function probe(relaxed: boolean): Uint8Array<ArrayBuffer> {
  const machine = wasmMachine({ relaxed });
  const entry = machine.define(1, (to, [memory]) => {
    for (const [kind, at] of [
      ["f32", 0],
      ["f64", 16],
    ] as const) {
      const lanes = machine.lanes[kind];
      const x = to.load(kind, lanes, memory!, at);
      const y = to.load(kind, lanes, memory!, 32 + at);
      to.store(memory!, to.multiplyAdd(x, x, y), at);
    }
  });
  return machine.finish(entry);
}

function roundsOnce(relaxed: boolean): boolean {
  const bytes = probe(relaxed);
  if (!WebAssembly.validate(bytes)) return false;
  const memory = new WebAssembly.Memory({ initial: 1 });
  const single = new Float32Array(memory.buffer);
  const double = new Float64Array(memory.buffer);
  const [e, d] = [2 ** -12, 2 ** -27];
  single.fill(1 + e, 0, 4);
  double.fill(1 + d, 2, 4);
  single.fill(-(1 + 2 * e), 8, 12);
  double.fill(-(1 + 2 * d), 6, 8);
  instantiateNow(bytes, memory)(0);
  return single.subarray(0, 4).every((x) => x === e * e) && double.subarray(2, 4).every((x) => x === d * d);
}
