/** `ebbflow denoise` */

import { type Command, Option } from "commander";
import { loadCsv } from "../../data/load-csv.js";
import { writeCsv } from "../../data/write-csv.js";
import type { Denoised } from "../../inference/denoise.js";
import { fold, makeKey } from "../../random/key.js";
import { writeAtomic } from "../../store/atomic.js";
import { InputError } from "../../util/errors.js";
import { suggest } from "../../util/suggest.js";
import type { FloatTensor } from "../../util/tensor.js";
import { textTable } from "../../util/text-table.js";
import { count } from "../../util/words.js";
import { expectFree } from "../expect-free.js";
import { openFor } from "../open-model.js";
import { noticeDisagreement, noticeExtrapolation, type RowChainOptions, withRowChains } from "../row-chains.js";
import { tellCommas } from "../tell-commas.js";
import { printJson, say } from "../terminal.js";

interface CommandOptions extends RowChainOptions {
  readonly sigma: string;
  readonly method: "posterior" | "gradient";
}

const help = `
Every row is a true row plus normal noise of known standard deviation, independent in every column; what is written is
the mean of the true row given the noisy one, with the density of the run as the prior. The noise is given in the units
of the file: one number for all columns, or one a column by name.

posterior draws from the law of the true row, with an error on every mean. gradient is one step along the gradient of
the energy: exact where the energy knows itself smoothed (noise-conditioned), an approximation for small noise elsewhere.

Examples:
  ebbflow denoise runs/mine noisy.csv --sigma 0.5 --out clean.csv
  ebbflow denoise runs/mine noisy.csv --sigma length=0.5,mass=80 --draws 2000`;

/** Declares the command. */
export function declare(command: Command): void {
  withRowChains(
    command
      .argument("<model>", "folder of the run, or a saved model")
      .argument(
        "<file>",
        "table (CSV, JSON lines, .npy, .npz, Parquet), or - for stdin, with the columns the run was trained on; only these are written",
      )
      .requiredOption("--sigma <numbers>", "standard deviation of the noise: 0.5, or length=0.5,mass=80")
      .addOption(new Option("--method <name>", "how").choices(["posterior", "gradient"]).default("posterior")),
  )
    .addHelpText("after", help)
    .action(runDenoise);
}

async function runDenoise(path: string, file: string, options: CommandOptions): Promise<void> {
  const { out, force = false, seed, method, chains, warmup, draws, last, json } = options;
  if (out !== undefined) expectFree(out, force);
  const model = await openFor(path, { last });
  const { columns } = model;
  const sigma = sigmaOf(options.sigma, columns);
  const table = await loadCsv(file, {
    ...{ array: options.array, columns, real: columns, fit: false, written: model.data.coordinates.written },
  });
  tellCommas(table.decimalCommas);
  const how = { sigma, method, chains, warmup, draws, key: fold(makeKey(seed), "denoise") };
  const done = await model.denoise(table.rows, how);
  const csv = writeCsv({ columns, rows: done.x, written: model.data.coordinates.written });
  if (out !== undefined) writeAtomic(out, csv);
  const moved = movedBy(table.rows, done, columns);
  if (json) {
    const { worst = null, exact = null, outside } = done;
    const result = out ? { file: out } : { columns, rows: rowsOf(done.x), standardErrors: rowsOf(done.standardError) };
    return printJson({ run: path, step: model.step, method, exact, worst, outside, moved, ...result });
  }
  if (out === undefined) process.stdout.write(csv);
  const lines = moved.map((m) => [m.column, m.moved.toPrecision(3), m.standardError?.toPrecision(2) ?? "–"]);
  say(textTable([["column", "moved by (root mean square)", "largest Monte Carlo error"], ...lines]));
  say(`${count(table.rows.shape[0]!, "row")} denoised${out === undefined ? "" : `, in ${out}`}`);
  noticeDisagreement(done.worst);
  noticeExtrapolation(done.outside, model, table.rows.shape[0]!);
  if (done.exact === false)
    say("notice: this energy does not know itself smoothed, so that the step is right for small noise only");
}

/** Rows as arrays; null where there are none. */
const rowsOf = (x: FloatTensor | undefined): number[][] | null =>
  x ? Array.from({ length: x.shape[0]! }, (_, i) => [...x.data.slice(i * x.shape[1]!, (i + 1) * x.shape[1]!)]) : null;

/** How far the rows were moved, column by column. */
function movedBy(noisy: FloatTensor, { x, standardError }: Denoised, columns: readonly string[]) {
  const [n, d] = [noisy.shape[0]!, columns.length];
  const cells = (j: number) => Array.from({ length: n }, (_, i) => i * d + j);
  return columns.map((column, j) => ({
    column,
    moved: Math.sqrt(cells(j).reduce((s, at) => s + (x.data[at]! - noisy.data[at]!) ** 2, 0) / n),
    standardError: standardError ? cells(j).reduce((most, at) => Math.max(most, standardError.data[at]!), 0) : null,
  }));
}

/** One number a column from `0.5` or `a=0.5,b=80`. */
function sigmaOf(text: string, columns: readonly string[]): Float64Array {
  if (!text.includes("=")) return new Float64Array(columns.length).fill(positive(text, "--sigma"));
  const given = new Map<string, number>();
  for (const part of text.split(",")) {
    const at = part.lastIndexOf("=");
    const name = part.slice(0, Math.max(at, 0)).trim();
    if (!columns.includes(name))
      throw new InputError(`--sigma: no column ${name}${suggest(name, columns)}; there are: ${columns.join(", ")}`);
    if (given.has(name)) throw new InputError(`--sigma: column ${name} is named twice`);
    given.set(name, positive(part.slice(at + 1), `--sigma ${name}`));
  }
  const missing = columns.filter((name) => !given.has(name));
  if (missing.length > 0)
    throw new InputError(`--sigma: no number for ${missing.join(", ")}; a column without noise has a very small one`);
  return Float64Array.from(columns, (name) => given.get(name)!);
}

function positive(text: string, what: string): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (!(value > 0 && value < Number.POSITIVE_INFINITY))
    throw new InputError(`${what}: ${JSON.stringify(text)} is not a positive number`);
  return value;
}
