/** A program as data: written where it is asked for, loaded where it runs, in this thread or another. */

import type { Expr } from "../ir/expr.js";
import type { TensorType } from "../ir/type.js";
import type { CompileOptions, OnnxBuild } from "./engine.js";

/** What it takes and gives, by name, in the order of its code. */
interface Signature {
  readonly inputs: readonly string[];
  readonly outputs: Readonly<Record<string, TensorType>>;
}

/** A model for ONNX Runtime, in which inputs and outputs have names of their own. */
export interface OnnxArtifact extends Signature {
  readonly engine: "onnx";
  /** Which build is to load it; `auto` is the one of this machine's processor. */
  readonly build: "auto" | OnnxBuild;
  readonly model: Uint8Array;
  /** Whether its values take so much memory that room for all of them is not kept a second time, which saves little time. */
  readonly large: boolean;
}

/** A module of our compiler, with the bytes that it takes. */
export interface LoopsArtifact extends Signature {
  readonly engine: "c" | "wasm";
  /** The source of C, or the bytes of WebAssembly. */
  readonly code: string | Uint8Array<ArrayBuffer>;
  /** Bytes of each input and output. */
  readonly blocks: readonly number[];
  readonly constants: Uint8Array<ArrayBuffer>;
  readonly workspaceBytes: number;
}

export type Artifact = OnnxArtifact | LoopsArtifact;

export type Exprs = Readonly<Record<string, Expr>>;

/** Writes the program from inputs to outputs. @throws NoRule where an operation has no kernel. */
export type Writer = (inputs: Exprs, outputs: Exprs, options: CompileOptions<string>) => Artifact;

/** The names and types of a program. */
export const signatureOf = (inputs: Exprs, outputs: Exprs): Signature => ({
  inputs: Object.keys(inputs),
  outputs: Object.fromEntries(Object.entries(outputs).map(([name, { dtype, shape }]) => [name, { dtype, shape }])),
});

const latin1 = new TextDecoder("latin1");
const textOf = (code: string | Uint8Array): string => (typeof code === "string" ? code : latin1.decode(code));

/** Text that tells artifacts apart: all they are. */
export function keyOf(artifact: Artifact): string {
  if (artifact.engine === "onnx") return `${artifact.build}|${textOf(artifact.model)}`;
  const { inputs, outputs, blocks, code, constants, workspaceBytes } = artifact;
  // Code may use a part of the memory that it takes.
  return [JSON.stringify([inputs, outputs, blocks, workspaceBytes]), textOf(code), textOf(constants)].join("|");
}
