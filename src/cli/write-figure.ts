/** Figures as files: SVG or PNG, by the name of the file. */

import { extname } from "node:path";
import { writeAtomic } from "../store/atomic.js";
import { InputError } from "../util/errors.js";
import { say } from "./terminal.js";

const kindOf = (out: string): string => extname(out).toLowerCase();

/** @throws InputError for a name that says neither. */
export function expectFigureName(out: string): void {
  if (kindOf(out) !== ".svg" && kindOf(out) !== ".png")
    throw new InputError(`${out}: figures are written as SVG or PNG; give a name that ends in .svg or .png`);
}

/** @param scale pixels of a PNG for one of the figure. */
export async function writeFigure(out: string, svg: string, scale: number): Promise<void> {
  if (kindOf(out) === ".svg") return writeAtomic(out, `${svg}\n`);
  const { lackingLetters, rasterise } = await import("../report/rasterise.node.js");
  const lacking = lackingLetters(svg);
  writeAtomic(out, await rasterise(svg, scale));
  if (lacking) say(`notice: there are no letters for ${lacking.slice(0, 20)} in a PNG; as .svg they show`);
}
