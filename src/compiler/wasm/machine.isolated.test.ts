import { setFlagsFromString } from "node:v8";
import { expect, it } from "vitest";
import { type BuildMachine, machineSuite } from "../../../test/support/machine-suite.js";
import { instantiate, simdSupport } from "./instantiate.js";
import { wasmMachine } from "./machine.js";
import { wasmMemory } from "./memory.js";

// Node 20 knows relaxed SIMD and keeps it behind a flag, which later versions ignore.
setFlagsFromString("--experimental-wasm-relaxed-simd");

/** Runs an entry on a memory of its own, whose blocks are filled and read again. */
const build =
  (relaxed: boolean): BuildMachine =>
  async (write) => {
    const machine = wasmMachine({ relaxed });
    const bytes = machine.finish(write(machine));
    expect(WebAssembly.validate(bytes)).toBe(true);
    const { memory, alloc } = wasmMemory();
    const run = await instantiate(bytes, memory);
    return (regions) => {
      const table = alloc(4 * regions.length);
      const addresses = regions.map((region) => alloc(region.length));
      const at = (k: number) => new Uint8Array(memory.buffer, addresses[k], regions[k]!.length);
      new Uint32Array(memory.buffer, table, regions.length).set(addresses);
      regions.forEach((region, k) => {
        at(k).set(region);
      });
      run(table);
      regions.forEach((region, k) => {
        region.set(at(k));
      });
    };
  };

const lanes = { four: [1, 4], eight: [1, 2] };
machineSuite("WebAssembly with SIMD", build(false), lanes);
machineSuite("WebAssembly with relaxed SIMD", build(true), lanes, simdSupport() !== "relaxed");

it("reaches from below the start of memory", async () => {
  const machine = wasmMachine({ relaxed: false });
  const entry = machine.define(1, (to, [start]) => {
    // Backwards: what the counter takes away is more than the address of the block, and the offset brings it back.
    to.loop({ to: 100 }, (i) => to.store(to.at(start!, i, -4, 396), to.convert(i, "i32")));
    to.store(to.at(to.at(start!, null, 1, -1024), null, 1, 1024), to.constant("i32", 1, 7), 400);
    // The same where the store itself brings it back.
    to.loop({ to: 100 }, (i) => to.store(to.at(start!, i, -4), to.convert(i, "i32"), 800));
  });
  const { memory, alloc } = wasmMemory();
  const at = alloc(804);
  (await instantiate(machine.finish(entry), memory))(at);
  const found = new Int32Array(memory.buffer, at, 201);
  const down = Array.from({ length: 100 }, (_, i) => 99 - i);
  expect(at).toBeLessThan(396);
  expect([...found]).toEqual([...down, 7, ...down]);
});
