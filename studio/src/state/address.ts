/**
 * The whole state of the studio in its address, after the `#`, so that it can be read, edited and sent, and no server
 * sees it: `#data.dataset=two-modes&objective.name=cd&seed=3&show=density&layers=data,chains`. What stands in the second
 * of two trainings side by side begins with `b.`. A key is one of the configuration, as `--set` of the command line takes
 * it, unless it is one of the names below.
 */

import type { Box, Line, Table } from "../engine/messages.js";
import { type Config, flatten, nest, valueAt, withUsual } from "./dotted.js";
import { DRAWN, readRows, writeRows } from "./rows-text.js";
import {
  box,
  count,
  drops,
  escaped,
  flag,
  line,
  list,
  type Plot,
  pair,
  plot,
  size,
  text,
  texts,
  type Word,
  whole,
} from "./words.js";

/** A training as the address has it. */
export interface RunState {
  readonly config: Config;
  /** Rows that no built-in data set has. Those of a file are too many for an address: it has their name alone. */
  readonly table?: Table;
}

export type { Plot } from "./words.js";

/** What the colours of the landscape show. */
export const shown = ["density", "energy", "truth", "flow", "latent"] as const;
export type Shown = (typeof shown)[number];

export interface StudioState {
  readonly runs: readonly RunState[];
  readonly show: Shown;
  /** Names of layers over it. */
  readonly layers: readonly string[];
  /** The part of the plane that is shown; all of it unless said. */
  readonly box?: Box;
  /** Whether the law behind the rows is shown in a second picture. */
  readonly beside?: boolean;
  /** Where the landscape is cut. */
  readonly line?: Line;
  /** Where chains were dropped, `x, y, x, y, …`; by which kernel they walk, the objective's own unless said, and its steps. */
  readonly drops?: readonly number[];
  readonly kernel?: string;
  readonly stepSize?: number;
  /** Names of the panels that are open; the usual ones unless said. */
  readonly panels?: readonly string[];
  /** Metrics that are drawn over the steps; the usual ones unless said. */
  readonly curves?: readonly string[];
  readonly plot?: Plot;
  /** A chapter of the tour. */
  readonly chapter?: string;
  /** Without panels, for a page of somebody else. */
  readonly embed?: boolean;
  /** Whether it plays as soon as it can. */
  readonly play?: boolean;
  /** Whether two trainings have data and a seed each: they share them unless said. */
  readonly unlinked?: boolean;
  /** Folders of runs that are looked at, in place of the trainings: the names of those that are compared. */
  readonly folders?: readonly string[];
  /** Which of those have no curves now, and whether curves are over time and configurations shown with all of their keys. */
  readonly hidden?: readonly string[];
  readonly overTime?: boolean;
  readonly allKeys?: boolean;
  /** The model that is asked, in place of the trainings: see `whereOf`. */
  readonly question?: string;
  /** The cells of the row that it is asked about, as texts, empty where one is missing; a usual row unless said. */
  readonly row?: readonly string[];
  /** The two columns of a plane, by name; the first two unless said. */
  readonly pair?: readonly string[];
  /** The step of the training at which a plane is shown, the model as it is open unless said; in colours of its own. */
  readonly at?: number;
  readonly ownScale?: boolean;
  /** How many rows were drawn, on which conditions, of which class, by which seed: 0 unless said. */
  readonly draws?: number;
  readonly where?: string;
  readonly ofClass?: string;
  readonly drawSeed?: number;
}

/** The state without the trainings, and what may change of it: what is `undefined` it no longer has. */
export type ViewState = Omit<StudioState, "runs">;
export type ViewChange = { readonly [Name in keyof ViewState]?: ViewState[Name] | undefined };

const SECOND = "b.";

const showValue = (value: unknown): string =>
  typeof value === "string" && !looksLikeJson(value) ? value : JSON.stringify(value);

/** Whether text would be read as something else than itself. */
function looksLikeJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return text === "";
  }
}

function readValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const runEntries = ({ config, table }: RunState, prefix: string): [string, string][] => [
  ...Object.entries(flatten(config)).map(([key, value]): [string, string] => [`${prefix}${key}`, showValue(value)]),
  ...(table?.drawn ? [[`${prefix}rows`, writeRows(table)] as [string, string]] : []),
];

type Extras = Omit<ViewState, "show" | "layers">;

/** What the address has beside the trainings and what is shown of them; left out where the state has none. */
const words: { readonly [Name in keyof Extras]-?: Word<NonNullable<Extras[Name]>> } = {
  box,
  beside: flag,
  line,
  drops,
  kernel: text,
  stepSize: size,
  panels: list,
  curves: list,
  plot,
  chapter: text,
  embed: flag,
  play: flag,
  unlinked: flag,
  folders: escaped,
  hidden: escaped,
  overTime: flag,
  allKeys: flag,
  question: text,
  row: texts,
  pair,
  at: whole,
  ownScale: flag,
  draws: count,
  where: text,
  ofClass: text,
  drawSeed: count,
};
type Name = keyof typeof words;
const names = Object.keys(words) as Name[];
/** Names that are no keys of a configuration. */
export const ownNames: readonly string[] = ["show", "layers", ...names];

/** The state as the part of an address after the `#`. */
export function writeAddress(state: StudioState): string {
  const entries = [
    ...state.runs.flatMap((run, i) =>
      i === 0
        ? runEntries(run, "")
        : runEntries(run.table === state.runs[0]!.table ? { config: run.config } : run, SECOND),
    ),
    ["show", state.show],
    ["layers", state.layers.join(",")],
    ...names.flatMap((name) => {
      const value = state[name];
      return value || value === 0 ? [[name, (words[name] as Word<typeof value>).write(value)]] : [];
    }),
  ] as [string, string][];
  // What may stand in a fragment as it is stays readable.
  return new URLSearchParams(entries).toString().replaceAll("%2C", ",").replaceAll("%5B", "[").replaceAll("%5D", "]");
}

/**
 * The state that an address has, what it leaves out from `usual`. What it cannot read it says in words, and leaves out.
 */
export function readAddress(
  hash: string,
  usual: StudioState,
): { readonly state: StudioState; readonly problems: readonly string[] } {
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  const problems: string[] = [];
  const keys = [...given.keys()].filter((key) => !ownNames.includes(key));
  const run = (prefix: string, mine: readonly string[]): RunState => {
    const flat = mine.filter((key) => key !== `${prefix}rows`);
    const text = given.get(`${prefix}rows`);
    const table = text === null ? undefined : readRows(text);
    if (table === null) problems.push("The rows of the address are damaged; they were left out.");
    const config = nest(Object.fromEntries(flat.map((key) => [key.slice(prefix.length), readValue(given.get(key)!)])));
    if (!table) return { config };
    const dataset = valueAt(config, "data.dataset");
    if (dataset !== undefined)
      problems.push(`The address has rows and names the data set ${dataset}: the rows were left out.`);
    // A hand that writes an address need not know what a configuration calls its rows.
    return dataset === undefined ? { config: withUsual(config, "data.file", DRAWN), table } : { config };
  };
  const second = keys.filter((key) => key.startsWith(SECOND));
  const first = keys.filter((key) => !second.includes(key));
  const show = given.get("show");
  if (show !== null && !(shown as readonly string[]).includes(show))
    problems.push(`show is ${show}; expected one of ${shown.join(", ")}.`);
  const extras: Record<string, unknown> = {};
  for (const name of names) {
    const found = given.get(name);
    if (found === null) continue;
    const value = words[name].read(found);
    if (value === null) problems.push(`${name} ${words[name].expects}; it was left out.`);
    else extras[name] = value;
  }
  return {
    problems,
    state: {
      runs:
        first.length + second.length === 0
          ? usual.runs
          : withRowsOfFirst([run("", first), ...(second.length > 0 ? [run(SECOND, second)] : [])]),
      show: (shown as readonly string[]).includes(show ?? "") ? (show as Shown) : usual.show,
      layers: given.get("layers")?.split(",").filter(Boolean) ?? usual.layers,
      ...(extras as Extras),
    },
  };
}

/** Rows stand once in an address: a second training of the same file without its own has those of the first. */
function withRowsOfFirst(runs: readonly RunState[]): readonly RunState[] {
  const table = runs[0]?.table;
  const fileOf = ({ config }: RunState): unknown => valueAt(config, "data.file");
  if (!table || fileOf(runs[0]!) === undefined) return runs;
  return runs.map((run) => (run.table || fileOf(run) !== fileOf(runs[0]!) ? run : { ...run, table }));
}
