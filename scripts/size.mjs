/** How big src and the studio are, folder by folder; fails when a file or a function is too long to be read at a glance. Tests do not count. */

import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { isSource, listFiles } from "./list-files.mjs";
import { readFunctions } from "./parse-source.mjs";
import { isMain, root } from "./run-command.mjs";

export const longestFile = 300;
export const longestFunction = 80;

/** A file's number of lines and its functions. */
export function measure(file, text) {
  const lines = text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
  return {
    file,
    folder: file.startsWith("studio/") ? "studio" : file.split("/").length > 2 ? file.split("/")[1] : ".",
    lines,
    functions: file.endsWith(".svelte") ? [] : readFunctions(file, text),
  };
}

/** A sentence for each file or function that is too long. */
export const tooLong = ({ file, lines, functions }) => [
  ...(lines > longestFile ? [`${file}: ${lines} lines, at most ${longestFile}: split it by concept`] : []),
  ...functions
    .filter((one) => one.lines > longestFunction)
    .map((one) => `${file}:${one.line}: ${one.name} has ${one.lines} lines, at most ${longestFunction}: split it`),
];

const largest = (items) => items.reduce((a, b) => (b.lines > a.lines ? b : a), { lines: 0 });

function row(name, files) {
  const biggest = largest(files);
  const longest = largest(files.flatMap((file) => file.functions));
  const show = (label, lines) => (lines ? `${label} ${lines}` : "");
  return [
    name,
    files.length,
    files.reduce((sum, file) => sum + file.lines, 0),
    show(biggest.file && basename(biggest.file), biggest.lines),
    show(longest.name, longest.lines),
  ].map(String);
}

/** Text columns; numbers to the right. */
function table(rows) {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((cells) => cells[i].length)));
  const cell = (text, i) => (i === 1 || i === 2 ? text.padStart(widths[i]) : text.padEnd(widths[i]));
  return rows.map((cells) => cells.map(cell).join("  ").trimEnd()).join("\n");
}

function main() {
  const isComponent = (name) => name.endsWith(".svelte");
  const listed = [
    ...listFiles(root, "src", isSource),
    ...listFiles(root, "studio/src", (name) => isSource(name) || isComponent(name)),
  ];
  const files = listed.map((file) => measure(file, readFileSync(join(root, file), "utf8")));
  const folders = [...new Set(files.map(({ folder }) => folder))].sort();
  const rows = folders.map((folder) =>
    row(
      folder,
      files.filter((file) => file.folder === folder),
    ),
  );
  console.log(table([["folder", "files", "lines", "biggest file", "longest function"], ...rows, row("all", files)]));
  const problems = files.flatMap(tooLong);
  for (const line of problems) console.log(line);
  return problems.length === 0 ? 0 : 1;
}

if (isMain(import.meta.url)) process.exitCode = main();
