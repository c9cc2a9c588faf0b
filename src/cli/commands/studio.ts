/** `ebbflow studio` */

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { listen } from "../../serve/listen.js";
import { runFoldersIn } from "../../serve/run-folders.js";
import { studioApp } from "../../serve/studio-app.js";
import { InputError } from "../../util/errors.js";
import { onInterrupt } from "../interrupt.js";
import { print, say } from "../terminal.js";
import { wholeNumber } from "../whole-number.js";

/** Where runs are, unless another folder is named. */
const USUAL = "runs";

const help = `
The page computes by itself: nothing is sent anywhere. It answers on this machine alone, to localhost.

Examples:
  ebbflow studio                          train in a browser, and look at the runs in ./runs
  ebbflow studio runs/mine --port 8080    look at one run, while it trains
  ebbflow studio --no-open                print the address and open nothing`;

/** Declares the command. */
export function declare(command: Command): void {
  command
    .argument("[folder]", `folder of runs, or of one run; ${USUAL} unless given, where there is one`)
    .option("-p, --port <n>", "port to listen on; the first free one from 4747 unless given", wholeNumber(0))
    .option("--no-open", "do not open a browser")
    .addHelpText("after", help)
    .action(runStudio);
}

async function runStudio(
  folder: string | undefined,
  { port, open }: { readonly port?: number; readonly open: boolean },
): Promise<void> {
  const site = fileURLToPath(new URL("../../studio", import.meta.url));
  if (!existsSync(`${site}/index.html`))
    throw new InputError("the studio is not built here; in a clone of ebbflow, npm run studio builds it");
  const at = folder ?? (existsSync(USUAL) ? USUAL : undefined);
  const runs = at === undefined ? null : await runFoldersIn(at);
  const { address, close } = await listen(studioApp({ site, runs }), port);
  print(address);
  const shown = runs ? `${(await runs.list()).length} runs of ${at}` : "no folder of runs";
  say(`the studio is at ${address}, with ${shown}; Ctrl-C ends it`);
  // Only a person at a terminal has a browser to look at.
  if (open && process.stdout.isTTY && !process.env.CI) await openBrowser(address);
  await new Promise<void>((end) => onInterrupt(end, end));
  await close();
}

async function openBrowser(address: string): Promise<void> {
  const { default: show } = await import("open");
  const child = await show(address).catch(() => null);
  child?.on("error", () => say("no browser could be opened; open the address by hand"));
}
