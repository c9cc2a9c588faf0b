#!/usr/bin/env node
/** The command line. Only the command that is called is loaded. */

import { Command, CommanderError } from "commander";
import { sayBy } from "../runtime/say-once.js";
import { version } from "../util/version.js";
import { endQuietly } from "./end-quietly.js";
import { exitCodeOf } from "./exit-code.js";
import { print, say } from "./terminal.js";

/** What every file in `commands/` exports. */
interface CommandModule {
  /** Arguments, options, examples and action. */
  declare(command: Command): void;
}

const commands: readonly (readonly [name: string, about: string, load: () => Promise<CommandModule>])[] = [
  ["train", "train an energy, and the flow that keeps its mode weights right", () => import("./commands/train.js")],
  ["inspect", "what a table holds, and what its columns are taken for", () => import("./commands/inspect.js")],
  ["resume", "continue a run from its newest checkpoint", () => import("./commands/resume.js")],
  ["sample", "draw new rows from a trained run", () => import("./commands/sample.js")],
  ["score", "how likely rows are, and which are not like the data", () => import("./commands/score.js")],
  ["classify", "which class rows belong to, and how sure that is", () => import("./commands/classify.js")],
  ["impute", "fill in missing cells of a CSV from a trained run", () => import("./commands/impute.js")],
  ["denoise", "take known noise out of a CSV by a trained run", () => import("./commands/denoise.js")],
  ["evaluate", "log Z and held-out likelihood of a run", () => import("./commands/evaluate.js")],
  ["plot", "a figure of a run as SVG or PNG", () => import("./commands/plot.js")],
  [
    "doctor",
    "check an energy, or what computes on this machine, and say what to fix",
    () => import("./commands/doctor.js"),
  ],
  ["studio", "train, watch and question energies in a browser", () => import("./commands/studio.js")],
  ["list", "every energy, flow, sampler … with its options", () => import("./commands/list.js")],
  ["reproduce", "run an experiment of a paper and check its claims", () => import("./commands/reproduce.js")],
];

/** Those that compute nothing. */
const withoutEngine = ["inspect", "list", "studio"];

const help = `
Examples:
  ebbflow train points.csv --out runs/mine        a CSV of numbers becomes an energy and a flow
  ebbflow sample runs/mine -n 5000 --out new.csv  new rows, in the units of the file
  ebbflow reproduce two-modes --budget quick      the motivating experiment
  ebbflow train --help                            options and examples of a command

Results go to stdout, progress and notices to stderr; --json makes the result one JSON document.
Exit codes: 0 done, 1 wrong usage, 2 wrong input or configuration, 3 the numbers failed, 130 interrupted.`;

async function main(args: readonly string[]): Promise<number> {
  const program = new Command("ebbflow")
    .description("Energy-based models trained together with normalizing flows.")
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "show help")
    .helpCommand("help [command]", "show help for a command")
    .addHelpText("after", help)
    .configureOutput({
      writeOut: (text) => print(text.replace(/\n$/, "")),
      writeErr: (text) => say(...text.replace(/\n$/, "").split("\n")),
      // One line, whatever the words of the user in it.
      outputError: (text) => say(text.trimEnd().replace(/\n(?=\(Did you mean [^\n]*$)/, " ")),
    })
    .exitOverride();
  const { EBBFLOW_ENGINE: before } = process.env;
  try {
    for (const [name, about, load] of commands) {
      const command = program.command(name).description(about);
      if (!args.includes(name)) continue;
      (await load()).declare(command);
      if (!withoutEngine.includes(name)) (await import("./with-engine.js")).withEngine(command);
    }
    await program.parseAsync(args, { from: "user" });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof CommanderError && error.code === "commander.help" && error.exitCode !== 0)
      say("error: expected a command, such as train");
    return exitCodeOf(error);
  } finally {
    if (before === undefined) delete process.env.EBBFLOW_ENGINE;
    else process.env.EBBFLOW_ENGINE = before;
  }
}

endQuietly(process.stdout, process.stderr);
sayBy(say);
// What nobody waited for, such as a stream that ends while nothing is read of it.
for (const event of ["uncaughtException", "unhandledRejection"] as const)
  process.on(event, (error: unknown) => process.exit(exitCodeOf(error)));
process.exitCode = await main(process.argv.slice(2));
