/** One figure of a run by its name. */

import { existsSync } from "node:fs";
import { trainedParameters } from "../config/what-is-trained.js";
import { chosenCheckpoint } from "../model/checkpoints.js";
import { folderAt } from "../model/files.node.js";
import { partsOf } from "../model/parts.js";
import { makeTrained } from "../model/trained.js";
import { newDocument } from "../report/document.node.js";
import { drawFigure } from "../report/figures/figure.js";
import { readJournal } from "../store/journal.js";
import { InputError } from "../util/errors.js";
import { findMember } from "../util/options.js";
import { suggest } from "../util/suggest.js";
import * as members from "./figures/members.js";
import type { RunFigure } from "./figures/run-figure.js";
import type { OpenRun } from "./open.js";
import { readSummary } from "./summarize.js";
import { viewOf } from "./view.js";

/** Every figure there is, by name. */
export const runFigures: readonly RunFigure[] = Object.values(members);

export interface DrawOptions {
  /** Columns to show, in place of those that the figure would choose. */
  readonly columns?: readonly string[];
  readonly notice?: (text: string) => void;
}

/**
 * The figure as SVG, as it was last evaluated, and what it shows in words.
 * @throws InputError for a name there is not, a run without this figure, a column it has not, or one that was not evaluated.
 */
export async function drawRun(
  run: OpenRun,
  name: string,
  { columns, notice }: DrawOptions = {},
): Promise<{ readonly svg: string; readonly caption: string }> {
  const figure = findMember("figure", runFigures, name);
  if (columns && !figure.ofColumns) {
    const taking = runFigures.filter((one) => one.ofColumns).map((one) => one.name);
    throw new InputError(`figure ${name} takes no columns; those that do: ${taking.join(", ")}`);
  }
  const { files, path } = run.directory;
  if (!existsSync(files.summary))
    throw new InputError(`${path} was not evaluated yet; do so with: ebbflow evaluate ${path}`);
  const summary = readSummary(run.directory);
  const select = summary.selected === summary.steps ? "last" : "best";
  const { config, model, data } = run;
  const { step, tensors } = await chosenCheckpoint(folderAt(path), select, { notice, known: summary });
  if (step !== summary.selected)
    notice?.(
      `${files.summary} is of step ${summary.selected} and the figure of step ${step}; to evaluate that: ebbflow evaluate ${path}`,
    );
  const params = trainedParameters(config, tensors);
  const { evaluation } = summary;
  const journal = existsSync(files.metrics) ? readJournal(files.metrics) : [];
  const trained = makeTrained(partsOf({ config, model, data, params, step, evaluation }));
  const view = viewOf({ run, trained, summary, journal }, columns && placesOf(run, columns));
  const obstacle = figure.whyNot(view);
  if (obstacle !== null) {
    const others = runFigures.filter((one) => one.whyNot(view) === null).map((one) => one.name);
    throw new InputError(`${path} has no figure ${name}: ${obstacle}; it has: ${others.join(", ")}`);
  }
  const { figure: drawn, caption } = await figure.draw(view);
  return { svg: drawFigure(drawn, newDocument()), caption };
}

function placesOf({ data }: OpenRun, names: readonly string[]): number[] {
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) throw new InputError(`column ${twice} is named twice`);
  return names.map((name) => {
    const at = data.columns.indexOf(name);
    if (at < 0)
      throw new InputError(
        `there is no column ${name}${suggest(name, data.columns)}; there are: ${data.columns.join(", ")}`,
      );
    const { kept, columns } = data.coordinates;
    if (!kept.includes(at) || columns[at]!.nominal)
      throw new InputError(
        `column ${name} is ${columns[at]!.nominal ? "of categories" : "constant"} and has no place on an axis`,
      );
    return at;
  });
}
