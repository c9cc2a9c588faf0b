/** `ebbflow list` */

import type { Command } from "commander";
import { type CatalogEntry, listSet, sets } from "../../catalog/index.js";
import { InputError } from "../../util/errors.js";
import { suggest } from "../../util/suggest.js";
import { showMember } from "../show-member.js";
import { print, printJson } from "../terminal.js";

const help = `
Examples:
  ebbflow list                   everything
  ebbflow list flows             flows, with their options, defaults and bounds
  ebbflow list config            every key of a configuration
  ebbflow list samplers --json   the same for programs`;

/** Declares the command. */
export function declare(command: Command): void {
  command
    .argument("[set]", `one of ${sets.join(", ")}`)
    .option("--json", "print one JSON document")
    .addHelpText("after", help)
    .action((set: string | undefined, { json }: { readonly json?: boolean }) => {
      const wanted = sets.filter((name) => set === undefined || name === set);
      if (set !== undefined && wanted.length === 0)
        throw new InputError(`unknown set ${JSON.stringify(set)}${suggest(set, sets)}; there are: ${sets.join(", ")}`);
      const all: Record<string, readonly CatalogEntry[]> = {};
      for (const name of wanted) all[name] = listSet(name);
      if (json) return printJson(all);
      const parts = Object.entries(all).map(([name, members]) => [name, ...members.map(showMember)].join("\n"));
      print(parts.join("\n\n"));
    });
}
