import { setFlagsFromString } from "node:v8";
import { describe, expect, it } from "vitest";
import { interpreter } from "../../../test/support/interpreter.js";
import { sizes } from "../../../test/support/machine/program-memory.js";
import { regionBytes, startingRegions, writeProgram } from "../../../test/support/machine-programs.js";
import { instantiate, simdSupport } from "./instantiate.js";
import { wasmMachine } from "./machine.js";
import { wasmMemory } from "./memory.js";

// Node 20 knows relaxed SIMD and keeps it behind a flag, which later versions ignore.
setFlagsFromString("--experimental-wasm-relaxed-simd");

const kinds = ["f32", "f64", "i32", "i64"] as const;

/** The numbers of a region; every NaN is one. */
function numbers(bytes: Uint8Array, k: number): unknown[] {
  const kind = kinds[k % 4]!;
  if (k === 8) return [...bytes];
  const array = { f32: Float32Array, f64: Float64Array, i32: Int32Array, i64: BigInt64Array }[kind];
  return [...new array(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length / sizes[kind])];
}

function interpreted(seed: number, multiplyAdd: boolean): unknown[][] {
  const start = 4096;
  const memory = new ArrayBuffer(16_384);
  const { machine, run } = interpreter(memory);
  const entry = writeProgram(machine, seed, { multiplyAdd });
  let next = start;
  const regions = startingRegions(seed).map((region, k) => {
    new Uint32Array(memory, 256, 9)[k] = next;
    const bytes = new Uint8Array(memory, next, region.length);
    bytes.set(region);
    next += region.length;
    return bytes;
  });
  run(entry, [256]);
  return regions.map(numbers);
}

const heap = wasmMemory();

async function compiled(seed: number, relaxed: boolean, multiplyAdd: boolean): Promise<unknown[][]> {
  const machine = wasmMachine({ relaxed });
  const bytes = machine.finish(writeProgram(machine, seed, { multiplyAdd }));
  expect(WebAssembly.validate(bytes)).toBe(true);
  const run = await instantiate(bytes, heap.memory);
  const table = heap.alloc(36);
  const addresses = regionBytes().map((size) => heap.alloc(size));
  const { buffer } = heap.memory;
  const regions = startingRegions(seed).map((region, k) => {
    new Uint32Array(buffer, table, 9)[k] = addresses[k]!;
    const bytes = new Uint8Array(buffer, addresses[k], region.length);
    bytes.set(region);
    return bytes;
  });
  run(table);
  const found = regions.map(numbers);
  for (const address of [table, ...addresses]) heap.free(address);
  return found;
}

describe.each([
  { relaxed: false, multiplyAdd: true },
  // What rounds once cannot be compared with the interpreter, which rounds twice.
  { relaxed: true, multiplyAdd: false },
])("random programs, relaxed: $relaxed", ({ relaxed, multiplyAdd }) => {
  it.skipIf(relaxed && simdSupport() !== "relaxed")("leave what they leave in plain JavaScript", async () => {
    const programs = Number(process.env.EBBFLOW_PROGRAMS ?? 150);
    for (let seed = 1; seed <= programs; seed++)
      expect(await compiled(seed, relaxed, multiplyAdd), `program ${seed}`).toEqual(interpreted(seed, multiplyAdd));
  });
});
