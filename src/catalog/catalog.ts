/** The open sets as plain data: every member with its source, its options and its facts. */

import { z } from "zod";
import { configSchema } from "../config/config.js";
import * as columns from "../data/columns/members.js";
import * as datasets from "../data/members.js";
import * as checks from "../doctor/members.js";
import * as energies from "../energies/members.js";
import * as estimators from "../estimators/members.js";
import * as experiments from "../experiments/members.js";
import * as families from "../families/members.js";
import * as flows from "../flows/members.js";
import * as metrics from "../metrics/members.js";
import * as networks from "../nn/image-networks/members.js";
import * as objectives from "../objectives/members.js";
import * as optimizers from "../optim/members.js";
import * as samplers from "../samplers/members.js";
import { type Declaration, listOptions, type OptionInfo } from "../util/options.js";

export const sets = [
  "checks",
  "columns",
  "config",
  "datasets",
  "energies",
  "estimators",
  "experiments",
  "families",
  "flows",
  "metrics",
  "networks",
  "objectives",
  "optimizers",
  "samplers",
] as const;

export type SetName = (typeof sets)[number];

export interface CatalogOption extends OptionInfo {
  /** Whether it has no default. */
  readonly required: boolean;
}

/** What JSON can hold. */
export type Plain = null | boolean | number | string | readonly Plain[] | { readonly [name: string]: Plain };

export interface CatalogEntry {
  readonly name: string;
  readonly about: string;
  readonly cite: string | null;
  readonly options: readonly CatalogOption[];
  /** All else its declaration says, where that is data: what it needs, which points it is for, what it reports. */
  readonly facts: { readonly [name: string]: Plain };
}

const members: Readonly<Record<Exclude<SetName, "config">, object>> = {
  ...{
    checks,
    columns,
    datasets,
    energies,
    estimators,
    experiments,
    families,
    flows,
    metrics,
    networks,
    objectives,
    optimizers,
    samplers,
  },
};

/** Options one by one: one that is required must not hide the defaults of the others. */
function optionsOf(options: z.ZodObject): CatalogOption[] {
  return listOptions(options).map((option) => {
    const schema = options.shape[option.name] as z.ZodType;
    const empty = schema.safeParse(undefined);
    return { ...option, default: empty.success ? (empty.data ?? null) : null, required: !empty.success };
  });
}

const isPlainObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** A value without what JSON cannot hold, such as functions; `undefined` where nothing of it is data. */
function plain(value: unknown): Plain | undefined {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (Array.isArray(value)) return value.flatMap((inner) => plain(inner) ?? []);
  return isPlainObject(value) ? plainEntries(value) : undefined;
}

const plainEntries = (value: object): { [name: string]: Plain } =>
  Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => {
      const kept = plain(inner);
      return kept === undefined ? [] : [[name, kept] as const];
    }),
  );

/** A declaration as plain data. */
export function catalogEntry({
  name,
  about,
  cite,
  options,
  ...facts
}: Omit<Declaration, "options"> & { readonly options?: z.ZodObject }): CatalogEntry {
  return { name, about, cite: cite ?? null, options: options ? optionsOf(options) : [], facts: plainEntries(facts) };
}

function listConfig(): CatalogEntry[] {
  const { data, ...others } = configSchema.shape;
  const options = [
    ...optionsOf(z.object(data.shape)).map((option) => ({ ...option, name: `data.${option.name}` })),
    ...optionsOf(z.object(others)),
  ];
  const about = "The configuration of a run: a YAML file for --config, or --set key=value.";
  return [{ name: "run", about, cite: null, options, facts: {} }];
}

/** The members of a set, by name. */
export function listSet(set: SetName): CatalogEntry[] {
  if (set === "config") return listConfig();
  const listed = Object.values(members[set]) as Declaration[];
  return listed.map(catalogEntry).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Every set with its members. */
export const catalog = (): Record<SetName, CatalogEntry[]> =>
  Object.fromEntries(sets.map((set) => [set, listSet(set)])) as Record<SetName, CatalogEntry[]>;
