/** `ebbflow plot` */

import { extname } from "node:path";
import type { Command } from "commander";
import { drawRun, runFigures } from "../../run/draw-run.js";
import { openRun } from "../../run/open.js";
import { writeAtomic } from "../../store/atomic.js";
import { InputError } from "../../util/errors.js";
import { expectFree } from "../expect-free.js";
import { print, say } from "../terminal.js";
import { wholeNumber } from "../whole-number.js";

interface PlotOptions {
  readonly figure: string;
  readonly out?: string;
  readonly columns?: string;
  readonly scale: number;
  readonly force?: boolean;
  readonly quiet?: boolean;
}

const names = (): string => {
  const width = Math.max(...runFigures.map(({ name }) => name.length));
  return runFigures.map(({ name, about }) => `  ${name.padEnd(width)}  ${about}`).join("\n");
};

const help = `
Figures:
${names()}

They are those of the run's report, of the parameters that were last evaluated.

Examples:
  ebbflow plot runs/mine --figure pairs --out pairs.svg
  ebbflow plot runs/mine --figure pairs --columns length,mass --out two.png
  ebbflow plot runs/mine --figure learning --out learning.png --scale 4`;

/** Declares the command. */
export function declare(command: Command): void {
  command
    .argument("<dir>", "folder of the run")
    .requiredOption("--figure <name>", "which one, of those below")
    .option("-o, --out <file>", "where to write it: a name that ends in .svg or .png; SVG on stdout unless given")
    .option("--columns <names>", "columns to show, with commas between them, in place of those that are chosen")
    .option("--scale <n>", "pixels of a PNG for one of the figure, which is about 440 wide", wholeNumber(1), 2)
    .option("-f, --force", "overwrite the file if it exists")
    .option("-q, --quiet", "do not say in words what it shows")
    .addHelpText("after", help)
    .action(runPlot);
}

async function runPlot(path: string, options: PlotOptions): Promise<void> {
  const { figure, out, columns, scale, force = false, quiet } = options;
  const kind = out === undefined ? ".svg" : extname(out).toLowerCase();
  if (kind !== ".svg" && kind !== ".png")
    throw new InputError(`${out}: figures are written as SVG or PNG; give a name that ends in .svg or .png`);
  if (out !== undefined) expectFree(out, force);
  const named = columns === undefined ? {} : { columns: columns.split(",").map((name) => name.trim()) };
  const { svg, caption } = await drawRun(openRun(path), figure, {
    ...named,
    notice: (text) => say(`notice: ${text}`),
  });
  if (out === undefined) return print(svg);
  if (kind === ".png") {
    const { lackingLetters, rasterise } = await import("../../report/rasterise.node.js");
    const lacking = lackingLetters(svg);
    writeAtomic(out, await rasterise(svg, scale));
    if (lacking) say(`notice: there are no letters for ${lacking.slice(0, 20)} in a PNG; as .svg they show`);
  } else writeAtomic(out, `${svg}\n`);
  if (!quiet) say(`${out}: ${caption}`);
}
