/** What programs can be written for on this machine, and why not for the others. */

import { findCTarget } from "#c-target";
import type { Writer } from "./artifact.js";
import type { EngineName } from "./choose.js";
import type { Computes } from "./engine.js";
import { findWasmTarget } from "./wasm-target.js";
import { loopsWriter } from "./write-loops.js";
import { onnxWriter } from "./write-onnx.js";

/** By engine: ONNX Runtime is always there. */
export type Writers = Readonly<Partial<Record<Computes, Writer>> & { onnx: Writer }>;

export interface Found {
  readonly writers: Writers;
  /** What they are on this machine, in words. */
  readonly about: Readonly<Partial<Record<Computes, string>>>;
  /** In one line each. */
  readonly refused: Readonly<Partial<Record<Computes, string>>>;
}

/** All where there is a choice; only the one that is asked for, and ONNX Runtime, where there is none. */
export async function findWriters(asked: EngineName): Promise<Found> {
  const writers: Partial<Record<Computes, Writer>> & { onnx: Writer } = { onnx: onnxWriter(asked) };
  const about: Partial<Record<Computes, string>> = {};
  const refused: Partial<Record<Computes, string>> = {};
  const finders = { c: findCTarget, wasm: findWasmTarget };
  for (const engine of ["c", "wasm"] as const) {
    if (asked !== "auto" && asked !== engine) continue;
    const found = await finders[engine]();
    if ("refused" in found) refused[engine] = found.refused;
    else {
      writers[engine] = loopsWriter(engine, found);
      about[engine] = found.about;
    }
  }
  return { writers, about, refused };
}
