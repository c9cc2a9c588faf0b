/** `ebbflow sample` */

import type { Command } from "commander";
import type { Coordinates } from "../../data/columns/coordinates.js";
import { takeRows } from "../../data/take-rows.js";
import { writeCsv } from "../../data/write-csv.js";
import type { DrawOptions } from "../../inference/draw-points.js";
import { type ChainVerdict, judgeChains } from "../../metrics/chains/verdict.js";
import type { Estimate } from "../../metrics/metric.js";
import { roundRows } from "../../model/round-rows.js";
import type { Trained } from "../../model/trained.js";
import { fold, makeKey } from "../../random/key.js";
import { formatEstimate } from "../../report/format.js";
import type { Samples } from "../../samplers/driver/samples.js";
import type { Sampler } from "../../samplers/sampler.js";
import { writeAtomic } from "../../store/atomic.js";
import { InputError } from "../../util/errors.js";
import { findMember, parseOptions } from "../../util/options.js";
import { expectRoom } from "../../util/room.js";
import type { FloatTensor } from "../../util/tensor.js";
import { textTable } from "../../util/text-table.js";
import { count } from "../../util/words.js";
import { parseSetting } from "../compose-config.js";
import { expectFree } from "../expect-free.js";
import { expectPictures, type PicturesOption, withPictures } from "../image-rows.js";
import { liveLine } from "../live-line.js";
import { openFor } from "../open-model.js";
import { writePictures } from "../pictures.js";
import { printJson, printTable, say } from "../terminal.js";
import { wholeNumber } from "../whole-number.js";

interface SampleOptions extends PicturesOption {
  readonly number: number;
  readonly out?: string;
  readonly force?: boolean;
  readonly seed: number;
  readonly chains?: number;
  readonly thin?: number;
  readonly warmup?: number;
  readonly sampler?: string;
  readonly class?: string;
  readonly where?: string;
  readonly set: readonly string[];
  readonly workers?: number;
  readonly last?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

const help = `
Rows come from Markov chains on the trained energy, in the units of the training file. What the chains say of themselves
(acceptance, split R-hat, effective sample sizes) goes to stderr with a verdict.

Examples:
  ebbflow sample runs/mine -n 5000 --out new.csv
  ebbflow sample runs/mine -n 100 --seed 7 | head
  ebbflow sample runs/mine -n 4000 --sampler nuts --warmup 500 --out local.csv
  ebbflow sample runs/penguins --class Gentoo -n 500 --out gentoo.csv
  ebbflow sample runs/mine --where "bill_length_mm=45, body_mass_g>5000" -n 500 --out heavy.csv
  ebbflow sample runs/digits -n 64 --chains 64 --pictures digits.png
  ebbflow sample runs/mine -n 20000 --chains 50 --thin 20 --out fine.csv --force`;

/** Declares the command. */
export function declare(command: Command): void {
  withPictures(command)
    .argument("<model>", "folder of the run, or a saved model")
    .option("-n, --number <n>", "rows to draw", wholeNumber(1), 1000)
    .option("-o, --out <file>", "CSV file to write; stdout unless given")
    .option("-f, --force", "overwrite the file if it exists")
    .option("--seed <n>", "all randomness comes from it", wholeNumber(0), 0)
    .option("--chains <n>", "chains in parallel (default: one for every 100 rows, 4 to 256)", wholeNumber(1))
    .option(
      "--thin <n>",
      "steps between kept draws of a chain (default: 5; 1 where a sampler draws afresh)",
      wholeNumber(1),
    )
    .option(
      "--warmup <n>",
      "steps before the first draw (default: 200; 0 where a sampler draws afresh)",
      wholeNumber(0),
    )
    .option("--where <conditions>", "rows that meet all of them: columns with = < <= > >= and a value, commas between")
    .option("--class <name>", "rows of one class, of a run trained with --label")
    .option("--sampler <name>", "another sampler than the default (ebbflow list samplers)")
    .option("--set <key=value>", "an option of the sampler, such as stepSize=0.1; may be repeated", collect, [])
    .option(
      "--workers <n>",
      "threads for the chains (default: one a processor where runs are long); changes no row",
      wholeNumber(1),
    )
    .option("--last", "the newest parameters, not the best on validation rows")
    .option("--json", "print rows and diagnostics as one JSON document")
    .option("-q, --quiet", "no diagnostics")
    .addHelpText("after", help)
    .action(runSample);
}

async function runSample(path: string, options: SampleOptions): Promise<void> {
  const { number: n, out, force = false, json, quiet, pictures } = options;
  if (out !== undefined) expectFree(out, force);
  const model = await openFor(path, options);
  expectPictures(options, force, model);
  expectRoom("-n", n, PER_NUMBER * model.data.columns.length);
  const line = liveLine(process.stderr, quiet ?? false);
  const progress = (done: number, total: number): void => line.show(`step ${done} of ${total} of the chains`);
  const draw = options.where === undefined ? drawn : drawnWhere;
  const { points, report, by, notes, share } = await draw(model, options, progress).finally(() => line.end());
  const { columns, coordinates } = model.data;
  const rows = roundRows(model, points);
  const csv = writeCsv({ columns, rows, written: coordinates.written });
  if (out !== undefined) writeAtomic(out, csv);
  if (pictures !== undefined) {
    const shown = takeRows(rows, [...Array(Math.min(n, SHOWN)).keys()]);
    const groups = [{ name: `of ${path}, step ${model.step}`, rows: shown }];
    await writePictures(pictures, model, { title: "Draws of the model", columns: 8, groups });
  }
  if (json) {
    const where = out === undefined ? { columns, rows: toRows(rows, coordinates) } : { columns, file: out };
    const told = { ...(share ? { share } : {}), ...(notes.length > 0 ? { notes } : {}) };
    return printJson({ run: path, step: model.step, sampler: by.name, n, ...where, ...told, diagnostics: report });
  }
  if (out === undefined && pictures === undefined) await printTable(csv);
  if (!quiet) tell(report, by, model);
  if (!quiet && share) say(`The model meets the conditions in a share of ${formatEstimate(share)}.`);
  for (const note of notes) say(`notice: ${note}`);
  if (out !== undefined && !quiet) say(`${count(n, "row")} in ${out}`);
}

/** Bytes that a number takes on its way from a chain to a file: as it is drawn, twice as it is kept, and as text. */
const PER_NUMBER = 48;

/** Images in a picture, at most. */
const SHOWN = 128;

type Progress = (done: number, total: number) => void;

/** Rows with what is said of them. */
interface Drawn {
  readonly points: FloatTensor;
  readonly report: Diagnostics;
  readonly by: { readonly name: string; readonly crosses?: boolean | undefined };
  readonly notes: readonly string[];
  readonly share: Estimate | null;
}

async function drawn(model: Trained, options: SampleOptions, progress: Progress): Promise<Drawn> {
  const { number: n, seed, thin, warmup } = options;
  const { points, chains, sampler } = await model.draws({
    n,
    chains: options.chains ?? Math.min(256, Math.max(4, Math.floor(n / 100))),
    key: fold(makeKey(seed), "sample"),
    progress,
    ...(thin === undefined ? {} : { thin }),
    ...(options.class === undefined ? {} : { class: options.class }),
    ...(warmup === undefined ? {} : { warmup }),
    workers: options.workers,
    ...(await chosenSampler(options)),
  });
  return { points, report: judge(chains, model.data.coordinates.names), by: sampler, notes: [], share: null };
}

/** On conditions, by the chains that suit them. */
async function drawnWhere(model: Trained, options: SampleOptions, progress: Progress): Promise<Drawn> {
  const { number: n, seed, where = "", sampler, set, chains, warmup, thin, workers } = options;
  if (sampler !== undefined || set.length > 0 || workers !== undefined)
    throw new InputError("--where has chains of its own: leave out --sampler, --set and --workers");
  const key = fold(makeKey(seed), "where");
  const { points, verdict, jumps, share, note } = await model.drawsWhere({
    ...{ n, where, key, chains, warmup, thin, class: options.class, progress },
  });
  const { coordinates, ...rest } = verdict;
  const acceptance = jumps === null ? {} : { jumps };
  return {
    ...{ points, share, notes: note === null ? [] : [note] },
    report: { columns: coordinates, ...rest, acceptance },
    by: { name: jumps === null ? "nuts" : "nuts with jumps", crosses: jumps !== null },
  };
}

/** `--set` may be given again and again. */
const collect = (value: string, earlier: readonly string[]): readonly string[] => [...earlier, value];

/** The sampler of `--sampler` with the options of `--set`. @throws InputError for a name or an option there is not. */
async function chosenSampler({ sampler: name, set }: SampleOptions): Promise<Partial<DrawOptions>> {
  if (name === undefined) {
    if (set.length > 0) throw new InputError("--set gives options to a sampler: name it with --sampler");
    return {};
  }
  const members = Object.values(await import("../../samplers/members.js")) as unknown as readonly Sampler[];
  const sampler = findMember("sampler", members, name);
  const settings = set.map((text) => parseSetting(text));
  const options = Object.fromEntries(settings.map(({ path, value }) => [path.join("."), value]));
  parseOptions(`sampler ${name}`, sampler.options, options);
  return { sampler, options };
}

function toRows({ data, shape }: FloatTensor, { columns }: Coordinates): (number | string)[][] {
  const [n = 0, d = 0] = shape;
  const cellOf = (v: number, j: number): number | string => columns[j]!.text?.write(v) ?? v;
  return Array.from({ length: n }, (_, i) => Array.from(data.subarray(i * d, (i + 1) * d)).map(cellOf));
}

interface Diagnostics extends Omit<ChainVerdict, "coordinates"> {
  readonly columns: ChainVerdict["coordinates"];
}

/** The verdict on the chains, by the columns of the file. */
function judge(chains: Samples, names: readonly string[]): Diagnostics {
  const { coordinates, ...verdict } = judgeChains({ ...chains, names });
  return { columns: coordinates, ...verdict };
}

/** Pixels that are told of images: those of the largest R-hat. */
const TOLD = 5;

function tell(
  { columns: all, acceptance, mixed, verdict }: Diagnostics,
  sampler: Drawn["by"],
  { step, config }: Trained,
): void {
  const columns = config.data.image ? [...all].sort((a, b) => b.rhat - a.rhat).slice(0, TOLD) : all;
  const accepted = Object.entries(acceptance).map(([name, share]) => `${name} ${share.toFixed(2)}`);
  say([`sampler ${sampler.name}, parameters of step ${step}`, ...accepted].join(", "));
  // Of one draw a chain there is nothing to tell but the verdict.
  const known = columns.filter(({ rhat, essBulk }) => !Number.isNaN(rhat) || !Number.isNaN(essBulk));
  const rows = config.data.image ? known : columns;
  if (rows.length > 0)
    say(
      ...textTable(
        [
          [config.data.image ? "worst pixels" : "column", "split R-hat", "bulk ESS", "tail ESS"],
          ...rows.map((c) => [c.name, c.rhat.toFixed(3), c.essBulk.toFixed(0), c.essTail.toFixed(0)]),
        ],
        "  ",
      ).split("\n"),
    );
  say(verdict);
  if (mixed === false) say("Raise --warmup and --thin, or train longer.");
  if (!sampler.crosses)
    say(
      "These chains are local: they do not jump between modes, whose weights are those of the rows they started from.",
    );
}
