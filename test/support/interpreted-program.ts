/** Programs of the compiler run by the interpreter of its instructions. */

import { emit } from "../../src/compiler/emit.js";
import { plan } from "../../src/compiler/plan.js";
import { type Tiling, usualTiling } from "../../src/compiler/tile.js";
import { allocate, sizeOf, type Tensor, tensor } from "../../src/util/tensor.js";
import { interpreter } from "./interpreter.js";
import type { Compute } from "./op-values.js";

const bytesOf = ({ data }: Tensor): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/** Bytes between blocks, which nobody may write. */
const APART = 64;

/** @throws Error where a program wrote beside its blocks, or what it was only to read. */
function expectUntouched(
  memory: Uint8Array,
  given: readonly Uint8Array[],
  table: Uint32Array,
  onlyRead: readonly number[],
): void {
  for (const [i, { length }] of given.entries()) {
    const end = table[i]! + length;
    if (memory.subarray(end, end + APART).some((byte) => byte !== 0xff))
      throw new Error(`a program writes beyond the ${length} bytes of block ${i}`);
  }
  for (const i of onlyRead)
    if (given[i]!.some((byte, at) => memory[table[i]! + at] !== byte))
      throw new Error(`a program writes to block ${i}, which it was to read`);
}

/** Compile for a machine of so many lanes, and compute on a memory in which what nobody wrote is NaN. */
export const interpreted =
  (lanes: { f32: number; f64: number }, tiling: Tiling = usualTiling): Compute =>
  (symbols, results, feeds) => {
    const program = plan(Object.values(symbols), Object.values(results), tiling);
    const inputs = Object.keys(symbols).map((name) => bytesOf(feeds[name]!));
    const outputs = Object.values(results).map(({ shape, dtype }) => tensor(allocate(dtype, sizeOf(shape)), shape));
    const given = [...inputs, ...outputs.map(bytesOf), program.constants, new Uint8Array(program.workspaceBytes)];
    const table = new Uint32Array(given.length);
    let size = table.byteLength + APART;
    for (const [i, { length }] of given.entries()) {
      table[i] = size;
      size += length + APART;
    }
    const memory = new Uint8Array(size).fill(0xff);
    memory.set(new Uint8Array(table.buffer));
    for (const i of [...inputs.keys(), given.length - 2]) memory.set(given[i]!, table[i]!);
    const { machine, run } = interpreter(memory.buffer, lanes);
    run(emit(machine, program), [0]);
    expectUntouched(memory, given, table, [...inputs.keys(), given.length - 2]);
    for (const [i, output] of outputs.entries()) {
      const to = bytesOf(output);
      const from = table[inputs.length + i]!;
      to.set(memory.subarray(from, from + to.length));
    }
    return Object.fromEntries(Object.keys(results).map((name, i) => [name, outputs[i]!]));
  };
