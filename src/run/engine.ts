/** What computes a run. */

import type { EngineName } from "../runtime/choose.js";
import { readEngineName } from "../runtime/choose.js";
import type { Computes } from "../runtime/engine.js";
import type { RunDirectory } from "../store/run-directory.js";

/** The engine that is asked for now, or else the one that was asked for when the run was made. */
export const engineOf = ({ info, files }: RunDirectory): EngineName =>
  process.env.EBBFLOW_ENGINE ? readEngineName(process.env.EBBFLOW_ENGINE) : readEngineName(info.engine, files.run);

/** What to say where a training goes on by another engine than it began with; `null` where it does not. */
export function tellEngine(engine: Computes, began: Computes, asked: EngineName): string | null {
  if (engine === began) return null;
  const why = asked === "auto" || asked === began ? "which is not there" : `and ${asked} is asked for`;
  return `this training began with engine ${began}, ${why}: ${engine} goes on, and arrives at other bytes`;
}
