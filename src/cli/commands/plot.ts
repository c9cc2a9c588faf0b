/** `ebbflow plot` */

import type { Command } from "commander";
import { drawRun, runFigures } from "../../run/draw-run.js";
import { expectFree } from "../expect-free.js";
import { notice, openRunFor } from "../open-model.js";
import { print, say } from "../terminal.js";
import { wholeNumber } from "../whole-number.js";
import { expectFigureName, writeFigure } from "../write-figure.js";

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
  if (out !== undefined) expectFigureName(out);
  if (out !== undefined) expectFree(out, force);
  const named = columns === undefined ? {} : { columns: columns.split(",").map((name) => name.trim()) };
  const { svg, caption } = await drawRun(openRunFor(path), figure, { ...named, notice });
  if (out === undefined) return print(svg);
  await writeFigure(out, svg, scale);
  if (!quiet) say(`${out}: ${caption}`);
}
