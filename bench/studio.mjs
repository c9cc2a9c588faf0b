/** Trainings in the studio's page in headless Chromium, beside those of the command line. */

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { compare, middle } from "./rounds.mjs";
import { columns, digits } from "./table.mjs";

const script = fileURLToPath(new URL("../studio/scripts/rate.mjs", import.meta.url));

/** A table of trainings: steps a second of each, and their ratio. */
export async function inStudio({ rounds, quick }) {
  const args = [script, String(quick ? 1 : rounds), quick ? "3" : "8"];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 2 ** 24 });
  const found = JSON.parse(stdout);
  if (found.missing) return found.missing;
  const rows = found.map(({ name, studio, cli }) => {
    const { ratio, low, high } = compare(cli, studio);
    return [name, digits(middle(studio)), digits(middle(cli)), `${digits(ratio)} (${digits(low)}-${digits(high)})`];
  });
  const head = ["training", "studio steps/s", "command line steps/s", "studio / command line"];
  return `steps a second: the studio in Chromium, drawing and judging, and ebbflow train: medians\n${columns([head, ...rows], 1)}`;
}
