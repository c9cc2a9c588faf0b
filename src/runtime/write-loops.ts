/** Programs as modules of our own compiler. */

import { emit } from "../compiler/emit.js";
import type { Callee, Machine } from "../compiler/machine.js";
import { plan } from "../compiler/plan.js";
import { type LoopsArtifact, signatureOf, type Writer } from "./artifact.js";

/** A module under construction, and how it ends: as text or bytes. */
interface CodeWriter extends Machine {
  /** @param bytes how many of each thing the entry's table leads to are used. */
  finish(entry: Callee, bytes: readonly number[]): LoopsArtifact["code"];
}

/** What modules are written for: a processor, the vectors of a WebAssembly. */
export interface CodeTarget {
  /** What it is on this machine, in words. */
  readonly about: string;
  open(): CodeWriter;
}

/**
 * For one kind of code. Equal rows give equal bits, asked or not: a row is computed in the same order wherever it stands.
 */
export const loopsWriter =
  (engine: LoopsArtifact["engine"], { open }: CodeTarget): Writer =>
  (inputs, outputs) => {
    const program = plan(Object.values(inputs), Object.values(outputs));
    const { constants, workspaceBytes } = program;
    const machine = open();
    const blocks = [...program.inputs, ...program.outputs].map(({ bytes }) => bytes);
    const code = machine.finish(emit(machine, program), [...blocks, constants.length, workspaceBytes]);
    return { engine, ...signatureOf(inputs, outputs), code, blocks, constants, workspaceBytes };
  };
