/** What our compiler can write programs for on this machine, and why not for the others. */

import { findCTarget } from "#c-target";
import type { LoopsArtifact, Writer } from "./artifact.js";
import type { EngineName } from "./choose.js";
import { findWasmTarget } from "./wasm-target.js";
import { loopsWriter } from "./write-loops.js";

/** What our compiler writes for. */
export type Compiled = LoopsArtifact["engine"];

export interface Found {
  readonly writers: Readonly<Partial<Record<Compiled, Writer>>>;
  /** What they are on this machine, in words. */
  readonly about: Readonly<Partial<Record<Compiled, string>>>;
  /** In one line each. */
  readonly refused: Readonly<Partial<Record<Compiled, string>>>;
}

/** All where there is a choice; only the one that is asked for where there is none. */
export async function findWriters(asked: EngineName): Promise<Found> {
  const writers: Partial<Record<Compiled, Writer>> = {};
  const about: Partial<Record<Compiled, string>> = {};
  const refused: Partial<Record<Compiled, string>> = {};
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
