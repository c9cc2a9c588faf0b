/**
 * Makes the small tables of `examples/` that the commands of README.md read, from rows of `examples/penguins.csv`:
 * `node scripts/examples.mjs [folder]` after a build. The same each time.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readCsv } from "ebbflow/data";
import { fold, makeKey, normal, uniform } from "ebbflow/random";
import { root } from "./run-command.mjs";

/** Standard deviation of the noise of each column, in its unit. */
const sigma = { bill_length_mm: 3, bill_depth_mm: 1, flipper_length_mm: 7, body_mass_g: 400 };

/** Share of the cells that are taken out of the table with holes. */
const HOLES = 0.15;

/** The tables by file name, from the text of penguins.csv. */
function exampleTables(text) {
  const { columns, rows } = readCsv(text);
  const d = columns.length;
  const table = Array.from({ length: rows.shape[0] }, (_, i) => [...rows.data.subarray(i * d, (i + 1) * d)]);
  const every = (step, from) => table.filter((_, i) => i % step === from);
  const key = makeKey(342);
  const write = (lines) => `${[columns, ...lines].map((cells) => cells.join(",")).join("\n")}\n`;

  // Two of the birds once more, with the length and the depth of the bill in each other's column.
  const known = every(36, 7);
  const swapped = [known[1], known[8]].map(([length, depth, ...rest]) => [depth, length, ...rest]);

  const holed = every(30, 11);
  const u = uniform(fold(key, "holes"), [holed.length, d]).data;
  const withHoles = holed.map((row, i) => row.map((v, j) => (u[i * d + j] < HOLES ? "" : v)));

  const measured = every(30, 17);
  const z = normal(fold(key, "noise"), [measured.length, d]).data;
  const noisy = measured.map((row, i) =>
    row.map((v, j) => Number((v + Object.values(sigma)[j] * z[i * d + j]).toFixed(1))),
  );
  return {
    "new-penguins.csv": write([...known, ...swapped]),
    "penguins-with-holes.csv": write(withHoles),
    "noisy-penguins.csv": write(noisy),
  };
}

const examples = join(root, "examples");
const tables = exampleTables(readFileSync(join(examples, "penguins.csv"), "utf8"));
for (const [name, text] of Object.entries(tables)) writeFileSync(join(process.argv[2] ?? examples, name), text);
