/**
 * Before each file of tests where `EBBFLOW_ENGINE` names an engine of the compiler: the engine of the thread computes all
 * that its compiler has rules for. What it computed, and what it left, is told to the file that `EBBFLOW_COUNTS` names.
 */

import { appendFileSync } from "node:fs";
import type { Computes } from "../../src/runtime/engine.js";
import { useEngine } from "../../src/runtime/program.js";
import { strict } from "./strict.js";

const { EBBFLOW_ENGINE, EBBFLOW_COUNTS } = process.env;

const engine = await useEngine();
const held = Symbol.for("ebbflow strict");
// Files share a process, and with it the engine: it is held once.
if (!(held in engine))
  Object.assign(
    engine,
    { [held]: true },
    strict({ ...engine }, EBBFLOW_ENGINE as Computes, (left) => {
      if (EBBFLOW_COUNTS) appendFileSync(EBBFLOW_COUNTS, `${left ?? ""}\n`);
    }),
  );
