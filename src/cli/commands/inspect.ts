/** `ebbflow inspect` */

import type { Command } from "commander";
import { expectColumns } from "../../config/fit-coordinates.js";
import { type Described, type DescribedTable, describeTable } from "../../data/columns/describe.js";
import { describeImages } from "../../data/images/describe-images.js";
import type { Images } from "../../data/images/images.js";
import { isImages, loadImages } from "../../data/images/load-images.node.js";
import { textTable, textTableWithWords } from "../../util/text-table.js";
import { count, show } from "../../util/words.js";
import { wrap } from "../../util/wrap.js";
import { composeConfig } from "../compose-config.js";
import { print, printJson, say } from "../terminal.js";
import { type ColumnFlags, columnOverlays, loadTrainingTable, withColumnFlags } from "../training-table.js";

interface InspectOptions extends ColumnFlags {
  readonly json?: boolean;
}

const help = `
What ebbflow train would take each column for, and what its cells hold that may surprise a density: values that many rows
share, cells that are missing, rows that are there twice, outliers, identifiers. Kinds: real; whole (few values on a
lattice: densities are then probabilities of its cells over their step); boolean; category (text); constant (left out).
positive, bounded and date are taken when they are asked for. --as overrides what is found, here and in train.

Examples:
  ebbflow inspect points.csv
  ebbflow inspect points.csv --as year=real --drop id
  ebbflow inspect points.csv --json`;

/** Declares the command. */
export function declare(command: Command): void {
  withColumnFlags(
    command.argument(
      "<file>",
      "table, one point a row: CSV, JSON lines, .npy, .npz or Parquet, also compressed by gzip; or a folder of images; - for stdin",
    ),
  )
    .option("--json", "print the result as one JSON document")
    .addHelpText("after", help)
    .action(inspect);
}

/** Images, which are no table of pixels to a person. */
function tellImages(images: Images): void {
  const found = describeImages(images);
  const { classes, duplicates, levels, constant } = found;
  const [channels, height, width] = found.shape;
  if (classes) print(textTable([["class", "images"], ...classes.map(([name, n]) => [name, String(n)])]));
  const twice =
    duplicates > 0 ? `${duplicates} of which ${duplicates === 1 ? "is" : "are"} there before` : "none twice";
  const size = `${height} × ${width} pixels and ${count(channels, "channel")}`;
  for (const line of wrap(
    `${images.source}: ${count(found.images, "image")} of ${size}, ${twice}; levels ${levels.low} to ${levels.high}, ${levels.distinct} different ones`,
  ))
    say(line);
  const notices = [
    ...(constant > 0 ? [`${count(constant, "pixel")} of ${channels * height * width} never vary`] : []),
    ...(levels.high < 128
      ? [
          `levels go to ${levels.high} alone: where these are all there are, say so by --set data.levels=${levels.high + 1} of train`,
        ]
      : []),
  ];
  for (const notice of notices) for (const line of wrap(`notice: ${notice}`)) say(line);
}

async function inspect(file: string, options: InspectOptions): Promise<void> {
  if (isImages(file)) {
    const images = loadImages(file, "train");
    return options.json ? printJson({ file: images.source, ...describeImages(images) }) : tellImages(images);
  }
  const config = composeConfig(undefined, [
    { path: ["data", "file"], value: file, from: file },
    ...columnOverlays(options),
  ]);
  const notices: string[] = [];
  const table = await loadTrainingTable(config, { told: (text) => notices.push(text) });
  expectColumns(config.data.as ?? {}, table.columns);
  const found = describeTable(table, config.data.as);
  if (options.json) return printJson({ file: table.source, ...found, notices: [...notices, ...found.notices] });
  const rows = found.columns.map((c) => [c.name, c.kind, rangeOf(c), String(c.distinct)]);
  const notes = found.columns.map((c) => c.notes.join("; "));
  print(textTableWithWords([["column", "kind", "from … to", "distinct"], ...rows], ["notes", ...notes]));
  for (const line of wrap(countsOf(table.source, found))) say(line);
  for (const notice of [...notices, ...found.notices]) for (const line of wrap(`notice: ${notice}`)) say(line);
}

/** How many rows there are, how many of them twice, and how many lack a cell. */
function countsOf(source: string, { rows, duplicates, incomplete }: DescribedTable): string {
  const are = duplicates === 1 ? "is" : "are";
  const twice = duplicates > 0 ? `, ${duplicates} of which ${are} there before` : ", none twice";
  const lack = incomplete === 1 ? "lacks" : "lack";
  const lacking = incomplete > 0 ? `; ${incomplete} ${lack} a cell (--missing drop leaves out such rows)` : "";
  return `${source}: ${count(rows, "row")}${twice}${lacking}`;
}

const rangeOf = ({ low, high, texts }: Described): string =>
  texts ? texts.slice(0, 3).join(", ") + (texts.length > 3 ? ", …" : "") : `${digits(low)} … ${digits(high)}`;

/** As many digits as tell values apart, and no more than fit. */
const digits = (v: number): string => (Number.isInteger(v) && Math.abs(v) < 1e15 ? String(v) : show6(v));
const show6 = (v: number): string => (Number.isFinite(v) ? String(Number(v.toPrecision(6))) : show(v));
