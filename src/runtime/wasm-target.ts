/** Programs as modules of WebAssembly, which share one memory: what stays there is given to the next without a copy. */

import { instantiate, simdSupport } from "../compiler/wasm/instantiate.js";
import { wasmMachine } from "../compiler/wasm/machine.js";
import { type WasmMemory, wasmMemory } from "../compiler/wasm/memory.js";
import { allocate, sizeOf, type Tensor, tensor } from "../util/tensor.js";
import type { LoopTarget } from "./loops-place.js";

/** A tensor in the memory of modules. */
export interface WasmHeld extends Omit<Tensor, "data"> {
  readonly address: number;
}

const bytesOf = ({ data }: Tensor): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/** The target, or in words why there is none. */
export function findWasmTarget(): LoopTarget<WasmHeld> | { readonly refused: string } {
  const support = simdSupport();
  if (support === "none") return { refused: "WebAssembly has no SIMD here" };
  const memory = wasmMemory();
  const room = newRoom(memory);
  const view = (address: number, bytes: number): Uint8Array => new Uint8Array(memory.memory.buffer, address, bytes);
  return {
    name: "wasm",
    open: () => wasmMachine({ relaxed: support === "relaxed" }),
    async load(code, { inputs, outputs, constants, workspaceBytes }) {
      const call = await instantiate(code as Uint8Array<ArrayBuffer>, memory.memory);
      const blocks = [...inputs, ...outputs].map(({ bytes }) => memory.alloc(bytes));
      const known = memory.alloc(constants.length);
      const table = memory.alloc((blocks.length + 2) * 4);
      view(known, constants.length).set(constants);
      const run: ReturnType<LoopTarget<WasmHeld>["load"]> extends Promise<infer Loaded> ? Loaded : never = (
        given,
        results,
      ) => {
        const addresses = [...blocks];
        for (const [i, x] of given.entries()) if ("held" in x) addresses[i] = x.held.address;
        const kept = results.map(({ tensor: { dtype, shape }, keep }, i): WasmHeld | null => {
          if (!keep) return null;
          const address = memory.alloc(outputs[i]!.bytes);
          addresses[inputs.length + i] = address;
          return { dtype, shape, address };
        });
        // Memory may have grown: views are made after every block is there.
        const workspace = room(workspaceBytes);
        for (const [i, x] of given.entries())
          if ("tensor" in x) view(addresses[i]!, inputs[i]!.bytes).set(bytesOf(x.tensor));
        new Uint32Array(memory.memory.buffer, table, addresses.length + 2).set([...addresses, known, workspace]);
        call(table);
        for (const [i, { tensor: result, keep }] of results.entries())
          if (!keep) bytesOf(result).set(view(addresses[inputs.length + i]!, outputs[i]!.bytes));
        return kept;
      };
      forgotten.register(run, () => {
        for (const address of [...blocks, known, table]) memory.free(address);
      });
      return run;
    },
    read({ dtype, shape, address }) {
      const copy = tensor(allocate(dtype, sizeOf(shape)), shape);
      bytesOf(copy).set(view(address, copy.data.byteLength));
      return copy;
    },
    drop: ({ address }) => memory.free(address),
  };
}

/** The memory of programs that nobody holds any more. */
const forgotten = new FinalizationRegistry<() => void>((free) => free());

/** Room in which kernels work, one for all programs of a memory: only one runs at a time. */
function newRoom(memory: WasmMemory): (bytes: number) => number {
  let [address, size] = [memory.alloc(0), 0];
  return (bytes) => {
    if (bytes > size) {
      memory.free(address);
      [address, size] = [memory.alloc(bytes), bytes];
    }
    return address;
  };
}
