/** Programs as modules of WebAssembly, which share one memory: what stays there is given to the next without a copy. */

import { instantiate, simdSupport } from "../compiler/wasm/instantiate.js";
import { wasmMachine } from "../compiler/wasm/machine.js";
import { type WasmMemory, wasmMemory } from "../compiler/wasm/memory.js";
import type { TensorType } from "../ir/type.js";
import { allocate, sizeOf, type Tensor, tensor } from "../util/tensor.js";
import type { LoopsArtifact } from "./artifact.js";
import type { Host } from "./host.js";
import { loopsSession, type Module } from "./loops-session.js";
import type { CodeTarget } from "./write-loops.js";

/** A tensor in the memory of modules. */
interface WasmHeld extends TensorType {
  readonly address: number;
}

const bytesOf = ({ data }: Tensor): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/** What modules are written for, or in words why there are none. */
export async function findWasmTarget(): Promise<CodeTarget | { readonly refused: string }> {
  const support = simdSupport();
  if (support === "none") return { refused: "WebAssembly has no SIMD here" };
  const relaxed = support === "relaxed";
  const about = `SIMD of 128 bits, ${relaxed ? "and relaxed SIMD: products are added with one rounding" : "without relaxed SIMD"}`;
  return { about, open: () => wasmMachine({ relaxed }) };
}

/** What runs modules. */
export function wasmHost(): Host<WasmHeld, LoopsArtifact> {
  const memory = wasmMemory();
  const room = newRoom(memory);
  const view = (address: number, bytes: number): Uint8Array => new Uint8Array(memory.memory.buffer, address, bytes);
  return {
    async load(artifact) {
      const call = await instantiate(artifact.code as Uint8Array<ArrayBuffer>, memory.memory);
      return loopsSession(artifact, moduleOf(artifact, call, memory, room));
    },
    async read({ dtype, shape, address }) {
      const copy = tensor(allocate(dtype, sizeOf(shape)), shape);
      bytesOf(copy).set(view(address, copy.data.byteLength));
      return copy;
    },
    drop: ({ address }) => memory.free(address),
  };
}

function moduleOf(
  { inputs, blocks: sizes, constants, workspaceBytes }: LoopsArtifact,
  call: (table: number) => void,
  memory: WasmMemory,
  room: (bytes: number) => number,
): Module<WasmHeld> {
  const view = (address: number, bytes: number): Uint8Array => new Uint8Array(memory.memory.buffer, address, bytes);
  const resultBytes = sizes.slice(inputs.length);
  const blocks = sizes.map((bytes) => memory.alloc(bytes));
  const known = memory.alloc(constants.length);
  const table = memory.alloc((blocks.length + 2) * 4);
  view(known, constants.length).set(constants);
  const run: Module<WasmHeld> = (given, results) => {
    const addresses = [...blocks];
    for (const [i, x] of given.entries()) if ("held" in x) addresses[i] = x.held.address;
    const kept = results.map(({ tensor: { dtype, shape }, keep }, i): WasmHeld | null => {
      if (!keep) return null;
      const address = memory.alloc(resultBytes[i]!);
      addresses[inputs.length + i] = address;
      return { dtype, shape, address };
    });
    // Memory may have grown: views are made after every block is there.
    const workspace = room(workspaceBytes);
    for (const [i, x] of given.entries()) if ("tensor" in x) view(addresses[i]!, sizes[i]!).set(bytesOf(x.tensor));
    new Uint32Array(memory.memory.buffer, table, addresses.length + 2).set([...addresses, known, workspace]);
    call(table);
    for (const [i, { tensor: result, keep }] of results.entries())
      if (!keep) bytesOf(result).set(view(addresses[inputs.length + i]!, resultBytes[i]!));
    return kept;
  };
  forgotten.register(run, () => {
    for (const address of [...blocks, known, table]) memory.free(address);
  });
  return run;
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
