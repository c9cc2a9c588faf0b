/** `ebbflow denoise` */

import { type Command, Option } from "commander";
import { writeCsv } from "../../data/write-csv.js";
import type { Denoised } from "../../inference/denoise.js";
import type { Trained } from "../../model/trained.js";
import { normal } from "../../random/draw.js";
import { fold, type Key, makeKey } from "../../random/key.js";
import { writeAtomic } from "../../store/atomic.js";
import { InputError } from "../../util/errors.js";
import { mean } from "../../util/moments.js";
import { suggest } from "../../util/suggest.js";
import { type FloatTensor, tensor } from "../../util/tensor.js";
import { textTable } from "../../util/text-table.js";
import { count } from "../../util/words.js";
import { expectFree } from "../expect-free.js";
import { expectPictures, levelsOf, loadRows, rowsArgument } from "../image-rows.js";
import { openFor } from "../open-model.js";
import { writePictures } from "../pictures.js";
import {
  countsOf,
  largestRhat,
  noticeDisagreement,
  noticeExtrapolation,
  type RowChainOptions,
  withProgress,
  withRowChains,
} from "../row-chains.js";
import { printJson, printTable, say } from "../terminal.js";

interface CommandOptions extends RowChainOptions {
  readonly sigma: string;
  readonly method: "posterior" | "gradient";
  readonly addNoise?: boolean;
  readonly clean?: string;
}

const help = `
Every row is a true row plus normal noise of known standard deviation, independent in every column; what is written is
the mean of the true row given the noisy one, with the density of the run as the prior. The noise is given in the units
of the file: one number for all columns, or one a column by name.

posterior draws from the law of the true row, with an error on every mean. gradient is one step along the gradient of
the energy: exact where the energy knows itself smoothed (noise-conditioned), an approximation for small noise elsewhere.

The noise of images is in levels, and noisy pixels may be any numbers. --add-noise takes the file for clean and adds such
noise to it first; --clean gives the clean rows of a file that is noisy already. Either way what is left of the noise is
told: the root mean square error before and after and, of images, the peak signal-to-noise ratio.

Examples:
  ebbflow denoise runs/mine noisy.csv --sigma 0.5 --out clean.csv
  ebbflow denoise runs/digits digits --most 8 --sigma 4 --add-noise --pictures denoised.png
  ebbflow denoise runs/mine noisy.csv --sigma length=0.5,mass=80 --draws 2000`;

/** Declares the command. */
export function declare(command: Command): void {
  withRowChains(
    command
      .argument("<model>", "folder of the run, or a saved model")
      .argument("<file>", `${rowsArgument}; only these are written`)
      .requiredOption("--sigma <numbers>", "standard deviation of the noise: 0.5, or length=0.5,mass=80")
      .addOption(new Option("--method <name>", "how").choices(["posterior", "gradient"]).default("posterior"))
      .option("--add-noise", "the file is clean: add the noise to it first")
      .option("--clean <file>", "the same rows without noise, to compare with"),
  )
    .addHelpText("after", help)
    .action(runDenoise);
}

/** The rows to denoise, and what they are without noise, where that is known. */
async function noisyRows(
  model: Trained,
  file: string,
  options: CommandOptions,
  sigma: Float64Array,
  key: Key,
): Promise<{ readonly noisy: FloatTensor; readonly clean: FloatTensor | null }> {
  const { addNoise = false, clean: cleanFile } = options;
  if (addNoise && cleanFile !== undefined)
    throw new InputError("--add-noise takes the file itself for clean; leave out --clean");
  const { rows } = await loadRows(model, file, options, { anyLevels: true });
  if (addNoise) {
    const noise = normal(key, rows.shape, "float64").data;
    return {
      noisy: tensor(
        noise.map((v, i) => rows.data[i]! + sigma[i % sigma.length]! * v),
        rows.shape,
      ),
      clean: rows,
    };
  }
  if (cleanFile === undefined) return { noisy: rows, clean: null };
  const clean = (await loadRows(model, cleanFile, options, { anyLevels: true })).rows;
  if (clean.shape[0] !== rows.shape[0])
    throw new InputError(
      `--clean ${cleanFile} has ${count(clean.shape[0]!, "row")}, and ${file} ${rows.shape[0]}; give the same rows`,
    );
  return { noisy: rows, clean };
}

/** Images in a picture, at most, and in one of its rows. */
const [SHOWN, ABREAST] = [16, 8];

async function runDenoise(path: string, file: string, options: CommandOptions): Promise<void> {
  const { out, force = false, seed, method, last, json, pictures } = options;
  if (out !== undefined) expectFree(out, force);
  const model = await openFor(path, { last });
  expectPictures(options, force, model);
  const { columns } = model;
  const sigma = sigmaOf(options.sigma, columns);
  const key = fold(makeKey(seed), "denoise");
  const { noisy, clean } = await noisyRows(model, file, options, sigma, fold(key, "noise"));
  const how = { sigma, method, ...countsOf(options, model.config.data.image !== undefined), key };
  const done = await withProgress(json, (progress) => model.denoise(noisy, { ...how, progress }));
  const csv = writeCsv({ columns, rows: done.x, written: model.data.coordinates.written });
  if (out !== undefined) writeAtomic(out, csv);
  if (pictures !== undefined) {
    const some = (rows: FloatTensor): FloatTensor => firstRows(rows, SHOWN);
    const groups = [
      ...(clean ? [{ name: "clean", rows: some(clean) }] : []),
      { name: "noisy", rows: some(noisy) },
      { name: "denoised", rows: some(done.x) },
    ];
    await writePictures(pictures, model, { title: "Denoised images", columns: ABREAST, groups });
  }
  const moved = movedBy(noisy, done, columns);
  const left = clean && leftOf(clean, noisy, done.x);
  if (json) {
    const { worst = null, exact = null, outside } = done;
    const result = out ? { file: out } : { columns, rows: rowsOf(done.x), standardErrors: rowsOf(done.standardError) };
    return printJson({ run: path, step: model.step, method, exact, worst, outside, moved, left, ...result });
  }
  if (out === undefined && pictures === undefined) await printTable(csv);
  for (const line of tellMoved(model, moved)) say(line);
  say(`${count(noisy.shape[0]!, "row")} denoised${out === undefined ? "" : `, in ${out}`}`);
  if (left) say(tellLeft(model, left));
  const { image } = model.config.data;
  const limit = image ? largestRhat(noisy.data.length, how.chains, how.draws) : undefined;
  noticeDisagreement(done.worst, limit);
  noticeExtrapolation(done.outside, model, noisy.shape[0]!);
  if (done.exact === false)
    say("notice: this energy does not know itself smoothed, so that the step is right for small noise only");
}

const firstRows = ({ data, shape: [n = 0, d = 0] }: FloatTensor, most: number): FloatTensor => {
  const kept = Math.min(n, most);
  return tensor(Float64Array.from(data.subarray(0, kept * d)), [kept, d]);
};

/** Root mean square errors against clean rows, before and after, in units of the file. */
interface Left {
  readonly noisy: number;
  readonly denoised: number;
}

function leftOf(clean: FloatTensor, noisy: FloatTensor, denoised: FloatTensor): Left {
  const error = ({ data }: FloatTensor): number =>
    Math.sqrt(mean(Float64Array.from(data, (v, i) => (v - clean.data[i]!) ** 2)));
  return { noisy: error(noisy), denoised: error(denoised) };
}

/** Of images also as the peak signal-to-noise ratio, `20 log₁₀(largest level / error)` dB. */
function tellLeft(model: Trained, { noisy, denoised }: Left): string {
  const said = `root mean square error: ${noisy.toPrecision(3)} noisy, ${denoised.toPrecision(3)} denoised`;
  if (!model.config.data.image) return said;
  const ratio = (error: number): string => (20 * Math.log10((levelsOf(model) - 1) / error)).toFixed(1);
  return `${said}, in levels; peak signal-to-noise ratio: ${ratio(noisy)} dB noisy, ${ratio(denoised)} dB denoised`;
}

/** How far rows were moved, column by column; of images in one line. */
function tellMoved({ config }: Trained, moved: ReturnType<typeof movedBy>): string[] {
  if (config.data.image) {
    const away = Math.sqrt(moved.reduce((s, m) => s + m.moved ** 2, 0) / moved.length);
    const error = Math.max(...moved.map((m) => m.standardError ?? Number.NaN));
    const known = Number.isNaN(error) ? "" : `; largest Monte Carlo error of a pixel ${error.toPrecision(2)}`;
    return [`moved by ${away.toPrecision(3)} levels (root mean square)${known}`];
  }
  const lines = moved.map((m) => [m.column, m.moved.toPrecision(3), m.standardError?.toPrecision(2) ?? "–"]);
  return [textTable([["column", "moved by (root mean square)", "largest Monte Carlo error"], ...lines])];
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
