/**
 * The whole state of the studio in its address, after the `#`, so that it can be read, edited and sent, and no server
 * sees it: `#data.dataset=two-modes&objective.name=cd&seed=3&show=density&layers=data,chains`. What stands in the second
 * of two trainings side by side begins with `b.`. A key is one of the configuration, as `--set` of the command line takes
 * it, unless it is one of the names below.
 */

import type { Box, Table } from "../engine/messages.js";
import { type Config, flatten, nest } from "./dotted.js";
import { readRows, writeRows } from "./rows-text.js";

/** A training as the address has it. */
export interface RunState {
  readonly config: Config;
  /** Rows that were drawn by hand. Those of a file are too many for an address: it has their name alone. */
  readonly table?: Table;
}

/** What the colours of the landscape show. */
export const shown = ["density", "energy", "truth", "flow"] as const;
export type Shown = (typeof shown)[number];

export interface StudioState {
  readonly runs: readonly RunState[];
  readonly show: Shown;
  /** Names of layers over it. */
  readonly layers: readonly string[];
  /** The part of the plane that is shown; all of it unless said. */
  readonly box?: Box;
  /** A chapter of the tour. */
  readonly chapter?: string;
  /** Without panels, for a page of somebody else. */
  readonly embed?: boolean;
  /** Whether it plays as soon as it can. */
  readonly play?: boolean;
}

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
  ...(table ? [[`${prefix}rows`, writeRows(table)] as [string, string]] : []),
];

/** The state as the part of an address after the `#`. */
export function writeAddress(state: StudioState): string {
  const { runs, show, layers, box, chapter, embed, play } = state;
  const entries = [
    ...runs.flatMap((run, i) => runEntries(run, i === 0 ? "" : SECOND)),
    ["show", show],
    ["layers", layers.join(",")],
    ...(box
      ? [
          [
            "box",
            box
              .flat()
              .map((v) => Number(v.toPrecision(5)))
              .join(","),
          ],
        ]
      : []),
    ...(chapter ? [["chapter", chapter]] : []),
    ...(embed ? [["embed", "1"]] : []),
    ...(play ? [["play", "1"]] : []),
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
  const own = ["show", "layers", "box", "chapter", "embed", "play"];
  const keys = [...given.keys()].filter((key) => !own.includes(key));
  const run = (prefix: string, mine: readonly string[]): RunState => {
    const flat = mine.filter((key) => key !== `${prefix}rows`);
    const text = given.get(`${prefix}rows`);
    const table = text === null ? undefined : readRows(text);
    if (table === null) problems.push("The rows of the address are damaged; they were left out.");
    const config = nest(Object.fromEntries(flat.map((key) => [key.slice(prefix.length), readValue(given.get(key)!)])));
    return { config, ...(table ? { table } : {}) };
  };
  const second = keys.filter((key) => key.startsWith(SECOND));
  const first = keys.filter((key) => !second.includes(key));
  const show = given.get("show");
  if (show !== null && !(shown as readonly string[]).includes(show))
    problems.push(`show is ${show}; expected one of ${shown.join(", ")}.`);
  const box = readBox(given.get("box"));
  if (box === null) problems.push("box has to be four numbers, x from, x to, y from, y to; it was left out.");
  return {
    problems,
    state: {
      runs:
        first.length + second.length === 0
          ? usual.runs
          : [run("", first), ...(second.length > 0 ? [run(SECOND, second)] : [])],
      show: (shown as readonly string[]).includes(show ?? "") ? (show as Shown) : usual.show,
      layers: given.get("layers")?.split(",").filter(Boolean) ?? usual.layers,
      ...(box ? { box } : {}),
      ...(given.get("chapter") ? { chapter: given.get("chapter")! } : {}),
      ...(given.get("embed") === "1" ? { embed: true } : {}),
      ...(given.get("play") === "1" ? { play: true } : {}),
    },
  };
}

/** `null` where there is a text and it is no box. */
function readBox(text: string | null): Box | null | undefined {
  if (text === null) return undefined;
  const [x0, x1, y0, y1, ...rest] = text.split(",").map(Number);
  const good = rest.length === 0 && x0! < x1! && y0! < y1! && [x0, x1, y0, y1].every(Number.isFinite);
  return good
    ? [
        [x0!, x1!],
        [y0!, y1!],
      ]
    : null;
}
