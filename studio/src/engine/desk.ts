/** What a page asks before there is a training: what there is to choose, what a configuration makes, what a file holds. */

import { config as configs } from "ebbflow";
import { listSet } from "ebbflow/catalog";
import { type CsvTable, type Dataset, readTable } from "ebbflow/data";
import type { TrainingMetrics } from "ebbflow/objectives";
import { makeKey } from "ebbflow/random";
import { trainingMetrics } from "ebbflow/train";
import { boxOf } from "./box.js";
import type { Box, Setup, Table } from "./messages.js";

type Config = Setup["config"];

/** A data set of the plane as a small picture shows it. */
export interface Thumbnail {
  readonly name: string;
  readonly about: string;
  /** `(n, 2)`. */
  readonly rows: Float32Array;
  readonly box: Box;
}

/** What a configuration makes. */
export interface Look {
  /** With everything in it; `null` where it makes no training. */
  readonly resolved: Config | null;
  /** The same members with their usual options; `null` where they make no training. */
  readonly usual: Config | null;
  /** What is wrong, in the words of the library, and the dotted key it lies under: empty where it is not known. */
  readonly problem: { readonly message: string; readonly key: string } | null;
  /** Shares of the modes and a point of each, where the law behind the rows is known. */
  readonly modes: { readonly weights: readonly number[]; readonly centers: readonly (readonly number[])[] } | null;
}

/** Why members do not fit a configuration, by set and name. */
export type Misfits = Readonly<Record<"energies" | "flows" | "objectives", Readonly<Record<string, string>>>>;

/** A file as it is chosen from. */
export interface FileLook {
  /** Columns of numbers, by name. */
  readonly numbers: readonly string[];
  /** Those that are text, which the plane has no place for. */
  readonly texts: readonly string[];
  /** Those of numbers that nothing can be learned of as they are, and why. */
  readonly unfit: Readonly<Record<string, string>>;
  readonly rows: number;
}

const PICTURE = 220;
/** Rows by which members are tried. */
const TRIED = 60;

/** Every data set of two real coordinates with some of its rows, all by the same seed. */
export function thumbnails(): Thumbnail[] {
  const declared = configs.registries.datasets as unknown as readonly Dataset[];
  return declared.flatMap((member) => {
    const law = member();
    if (law.support || law.event.length !== 1 || law.event[0] !== 2) return [];
    const rows = law.draw(makeKey(0), PICTURE);
    return [{ name: member.name, about: member.about, rows: Float32Array.from(rows.data), box: boxOf(rows, law) }];
  });
}

const sets = { energies: "energy", flows: "flow", objectives: "objective" } as const;

/** A configuration of the same members, with what is usual of them. */
function bare(config: Config): Config {
  const { data, energy, flow, objective, optimizer } = config as Readonly<Record<string, Config | null | undefined>>;
  const named = (given: Config | null | undefined): object | undefined =>
    given && typeof given === "object" ? { ...("name" in given ? { name: given.name } : {}) } : undefined;
  const from = Object.entries(data ?? {}).filter(([key]) => key === "dataset" || key === "file" || key === "columns");
  const preset = objective && "preset" in objective ? { preset: objective.preset } : {};
  const parts = {
    data: Object.fromEntries(from),
    energy: named(energy),
    flow: flow === null ? null : named(flow),
    objective: objective && { ...named(objective), ...preset },
    optimizer:
      optimizer && Object.fromEntries(Object.entries(optimizer).map(([g, v]) => [g, named(v as Config) ?? {}])),
  };
  return Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined));
}

const tableOf = (table: Table | undefined, most = Number.POSITIVE_INFINITY): CsvTable | undefined => {
  if (!table) return undefined;
  const { source, columns, data } = table;
  const n = Math.min(most, data.length / columns.length);
  return {
    ...{ source, columns },
    rows: { dtype: "float64", shape: [n, columns.length], data: data.subarray(0, n * columns.length) },
  };
};

/** Build all but the programs of a training. @throws InputError where it is none, or not one of the plane. */
function tryOut(given: Config, table: CsvTable | undefined, prepare: typeof configs.prepareRun) {
  const raw = configs.resolveConfig(given);
  const { name } = raw.energy;
  const { support = "real" } = configs.registries.energies.find((energy) => energy.name === name)!;
  if (!/^(real|any)$/.test(support))
    throw new Error(`energy ${name} is of ${support} points, and those of the plane are real numbers`);
  const { config, data } = prepare(raw, table);
  const { train } = data;
  if (train.shape[1] !== 2)
    throw new Error(`The studio shows points of two coordinates, and these have ${train.shape[1]}.`);
  const model = configs.buildModel(config, [2], configs.classCount(data));
  configs.buildIteration(config, model);
  return config;
}

/** What the rows decide of a configuration is left open: a few of them decide nothing. */
const unsettled: typeof configs.prepareRun = (config, table) => ({ config, data: configs.prepareData(config, table) });

/** The problem of an error, whatever threw it. */
const problemOf = (error: unknown): NonNullable<Look["problem"]> => {
  const { message, path = [] } = error as Error & { readonly path?: readonly string[] };
  return { message, key: path.join(".") };
};

function attempt<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}

/** What a setup makes, without starting it. */
export function look({ config, table }: Setup): Look {
  const rows = tableOf(table);
  const usual = attempt(() => configs.resolveConfig(bare(config)));
  const plain = (value: unknown): Config => JSON.parse(JSON.stringify(value)) as Config;
  try {
    const resolved = tryOut(config, rows, configs.prepareRun);
    const modes = configs.distributionOf(resolved)?.modes;
    return {
      ...{ resolved: plain(resolved), usual: usual && plain(usual), problem: null },
      modes: modes ? { weights: modes.weights, centers: modes.centers } : null,
    };
  } catch (error) {
    return { resolved: null, usual: usual && plain(usual), problem: problemOf(error), modes: null };
  }
}

/** Why each member that would not do in place of the one a good setup has would not, in the words of the library. */
export function misfits({ config, table }: Setup): Misfits {
  const rows = tableOf(table, TRIED);
  const data = { ...(config.data as object), ...(table ? {} : { points: TRIED }) };
  const found = Object.entries(sets).map(([set, key]) => {
    const reasons = listSet(set as keyof typeof sets).flatMap(({ name, facts }): [string, string][] => {
      if (!["real", "any", undefined].includes(facts.support as string | undefined))
        return [[name, `its points are ${facts.support}, and those of the plane are real numbers`]];
      try {
        tryOut({ ...config, data, [key]: { name } }, rows, unsettled);
        return [];
      } catch (error) {
        return [[name, problemOf(error).message]];
      }
    });
    return [set, Object.fromEntries(reasons)];
  });
  return Object.fromEntries(found) as unknown as Misfits;
}

/** What columns a file has. @throws Error for one that is no table, in a line. */
export async function lookAtFile(bytes: Uint8Array, source: string): Promise<FileLook> {
  const found = { text: [], numbers: [], told: () => {} };
  const table = await inPage(readTable(bytes, { source, fit: false, allowMissing: true, find: found }));
  const texts = Object.keys(table.texts ?? {});
  const unfit = table.columns.flatMap((name, j): [string, string][] => {
    const why = texts.includes(name) ? null : whyUnfit(table, j);
    return why === null ? [] : [[name, why]];
  });
  const known = new Set([...texts, ...unfit.map(([name]) => name)]);
  return {
    numbers: table.columns.filter((name) => !known.has(name)),
    ...{ texts, unfit: Object.fromEntries(unfit), rows: table.rows.shape[0]! },
  };
}

/** Why a column of numbers is none that can be learned; `null` where it is one. */
function whyUnfit({ columns, rows: { data } }: CsvTable, j: number): string | null {
  const cells = data.filter((_, i) => i % columns.length === j);
  const missing = cells.findIndex(Number.isNaN);
  if (missing >= 0) return `cell ${missing + 1} is missing`;
  return cells.every((cell) => cell === cells[0]) ? `${cells[0]} in every row` : null;
}

/** Two columns of a file, every cell of which has to be a number. @throws Error for those that are not, in a line. */
export async function readFile(bytes: Uint8Array, source: string, columns: readonly string[]): Promise<Table> {
  const { rows } = await inPage(readTable(bytes, { source, columns }));
  return { source, columns, data: rows.data };
}

/** What is wrong with a file, without what the command line would be told to do about it. */
async function inPage<T>(read: Promise<T>): Promise<T> {
  try {
    return await read;
  } catch (error) {
    const clauses = (error as Error).message.split("; ");
    const kept = clauses.filter((clause) => !/--|\boption\b/.test(clause));
    if (kept.length === clauses.length) throw error;
    throw new Error([...kept, "mend that in the file, or take another one"].join("; "));
  }
}

/** What the numbers mean that trainings report, by name. */
export const metrics = (): TrainingMetrics => trainingMetrics;
