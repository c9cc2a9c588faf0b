/** A module written as C, for gcc and clang: pure text, of numbers and names of its own. */

import type { Assembler, Callee, Machine, Pointer } from "../machine.js";
import { CAssembler } from "./c-assembler.js";
import { nodeShim } from "./node-shim.js";
import { prelude } from "./prelude.js";
import type { Processor } from "./processor.js";

export interface CMachine extends Machine {
  /** The module as C, without a way in from outside. */
  text(): string;
  /**
   * The whole source of an add-on of Node: `entry`, which takes one address, is given a table of the addresses of arrays
   * of at least so many bytes.
   */
  finish(entry: Callee, bytes: readonly number[]): string;
}

export function cMachine(processor: Processor): CMachine {
  const asked = new Set<string>();
  const functions: string[] = [];
  const define = (parameters: number, body: (to: Assembler, pointers: readonly Pointer[]) => void): Callee => {
    const names = Array.from({ length: parameters }, (_, k) => `p${k}`);
    const lines: string[] = [];
    body(
      new CAssembler({ lines, asked }, processor.fused),
      names.map((id) => ({ kind: "pointer", lanes: 1, id })),
    );
    const id = `k${functions.length}`;
    const head = `APART void ${id}(${names.map((name) => `char *const ${name}`).join(", ") || "void"})`;
    functions.push(`${head} {\n${lines.join("\n")}\n}`);
    return { id };
  };
  const text = (): string => `${[prelude(asked), ...functions].join("\n")}\n`;
  return {
    lanes: { f32: processor.lanes, f64: (processor.lanes / 2) as 8 | 4 | 2 },
    halves: true,
    registers: processor.registers,
    fused: processor.fused,
    pointerBytes: 8,
    define,
    text,
    finish: (entry, bytes) => text() + nodeShim(String(entry.id), bytes),
  };
}
