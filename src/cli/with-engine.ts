/** The flag of every command that computes. */

import { type Command, Option } from "commander";
import { askedEngine } from "#ort";
import { engineOf } from "../run/engine.js";
import { ENGINES } from "../runtime/choose.js";
import type { RunDirectory } from "../store/run-directory.js";

/** Declares it. Threads that a command starts see the environment of the process: what is asked for stands there. */
export const withEngine = (command: Command): Command =>
  command
    .addOption(
      new Option("--engine <name>", "what computes, over EBBFLOW_ENGINE; ebbflow doctor says what there is").choices(
        ENGINES,
      ),
    )
    .hook("preAction", () => {
      const { engine } = command.opts<{ readonly engine?: string }>();
      if (engine !== undefined) process.env.EBBFLOW_ENGINE = engine;
      // What is no engine is refused before anything is read.
      askedEngine();
    });

/** Where nobody says now what is to compute, it is what was asked for when the run was made: for its report as well. */
export function askAsRun(directory: RunDirectory): void {
  process.env.EBBFLOW_ENGINE = engineOf(directory);
}
