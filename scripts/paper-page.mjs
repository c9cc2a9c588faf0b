/**
 * Fills docs/the-paper.md with what was found: `node scripts/paper-page.mjs <folder of ebbflow reproduce> …`.
 *
 * Between `<!-- claims of NAME -->`, or `table of`, and `<!-- end -->` stand the claims or the table of that experiment, from
 * the first folder that has its results; a picture `paper/NAME.FIGURE.svg` is its figure of that name.
 */

import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isMain } from "./run-command.mjs";

const cell = (value) => String(value).replaceAll("|", "\\|").replaceAll("*", "\\*").replaceAll("\n", " ");
const row = (cells) => `| ${cells.join(" | ")} |`;
const table = (columns, rows) =>
  [row(columns.map(cell)), `|${columns.map(() => "---|").join("")}`, ...rows.map(row)].join("\n");

/** JSON has null for what is no finite number. */
const number = (v) =>
  v === null ? "not finite" : Math.abs(v) >= 1e-3 || v === 0 ? String(Number(v.toPrecision(3))) : v.toExponential(2);
const measured = ({ value, count, interval }) =>
  count
    ? `${count[0]} of ${count[1]}`
    : interval
      ? `${number(value)} [${number(interval[0])} to ${number(interval[1])}]`
      : number(value);

const parts = {
  claims: ({ claims }) =>
    table(
      ["claim", "found", "expected", ""],
      claims.map((claim) => [
        cell(claim.name),
        measured(claim),
        cell(claim.expected),
        claim.passed ? "came out" : "**failed**",
      ]),
    ),
  table: ({ table: { columns, rows } }) =>
    table(
      columns,
      rows.map((cells) => cells.map(cell)),
    ),
};

const command = ({ experiment, budget, seeds, seed }) =>
  `\`ebbflow reproduce ${experiment} --budget ${budget} --seeds ${seeds} --seed ${seed}\``;

/**
 * A page with its parts written anew.
 * @param resultsOf the results of an experiment by its name, as in results.json; undefined leaves its parts as they are.
 */
export const fillPage = (page, resultsOf) =>
  page.replace(/<!-- (claims|table) of ([a-z-]+) -->[\s\S]*?<!-- end -->/g, (before, part, name) => {
    const results = resultsOf(name);
    if (!results) return before;
    return `<!-- ${part} of ${name} -->\n${parts[part](results)}\n\n${command(results)}\n<!-- end -->`;
  });

/** Experiments and figures of the pictures that a page shows. */
export const picturesOf = (page) =>
  [...page.matchAll(/\(paper\/([a-z-]+)\.([a-z0-9-]+)\.svg\)/g)].map(([, name, figure]) => ({ name, figure }));

/** The folder with an experiment's results, of its own or of several. */
const folderOf = (folders, name) =>
  folders
    .flatMap((folder) => [join(folder, name), folder])
    .find((folder) => {
      const file = join(folder, "results.json");
      return existsSync(file) && JSON.parse(readFileSync(file, "utf8")).experiment === name;
    });

function main(folders) {
  if (folders.length === 0) {
    console.error("usage: node scripts/paper-page.mjs <folder of ebbflow reproduce> …");
    return 2;
  }
  const page = new URL("../docs/the-paper.md", import.meta.url);
  const missing = new Set();
  const filled = fillPage(readFileSync(page, "utf8"), (name) => {
    const folder = folderOf(folders, name);
    if (!folder) missing.add(name);
    return folder && JSON.parse(readFileSync(join(folder, "results.json"), "utf8"));
  });
  writeFileSync(page, filled);
  mkdirSync(new URL("paper/", page), { recursive: true });
  for (const { name, figure } of picturesOf(filled)) {
    const folder = folderOf(folders, name);
    const drawn = folder && join(folder, "figures", `${figure}.svg`);
    if (drawn && existsSync(drawn)) copyFileSync(drawn, new URL(`paper/${name}.${figure}.svg`, page));
    else missing.add(`the figure ${figure} of ${name}`);
  }
  for (const what of missing) console.error(`no results of ${what}`);
  return missing.size > 0 ? 1 : 0;
}

if (isMain(import.meta.url)) process.exitCode = main(process.argv.slice(2));
