/** The open sets, as they are listed: every member with its options. */

import { z } from "zod";
import type { ObjectiveFacts } from "../objectives/objective.js";
import type { TrainingMetric } from "../objectives/training-metric.js";
import { type Declaration, listOptions, type OptionInfo } from "../util/options.js";

export const sets = [
  "checks",
  "config",
  "datasets",
  "energies",
  "estimators",
  "experiments",
  "families",
  "flows",
  "metrics",
  "objectives",
  "optimizers",
  "samplers",
] as const;

export type SetName = (typeof sets)[number];

export interface ListedOption extends OptionInfo {
  /** Whether it has no default. */
  readonly required: boolean;
}

/** A parameter group that an objective has of its own. */
export interface ListedGroup {
  readonly name: string;
  readonly about: string;
  readonly optimizer: Readonly<Record<string, unknown>>;
}

export interface Listed {
  readonly name: string;
  readonly about: string;
  readonly cite: string | null;
  readonly options: readonly ListedOption[];
  readonly groups?: readonly ListedGroup[];
  /** What an objective reports while training. */
  readonly metrics?: readonly ({ readonly name: string } & Pick<TrainingMetric, "about" | "unit">)[];
}

type Facts = Pick<Declaration, "name" | "about" | "cite"> &
  Partial<Pick<ObjectiveFacts, "ownGroups" | "metrics">> & { readonly options?: z.ZodObject };

const loaders: Readonly<Record<Exclude<SetName, "config">, () => Promise<object>>> = {
  checks: () => import("../doctor/members.js"),
  datasets: () => import("../data/members.js"),
  energies: () => import("../energies/members.js"),
  estimators: () => import("../estimators/members.js"),
  experiments: () => import("../experiments/members.js"),
  families: () => import("../families/members.js"),
  flows: () => import("../flows/members.js"),
  metrics: () => import("../metrics/members.js"),
  objectives: () => import("../objectives/members.js"),
  optimizers: () => import("../optim/members.js"),
  samplers: () => import("../samplers/members.js"),
};

/** Options one by one: one that is required must not hide the defaults of the others. */
function optionsOf(options: z.ZodObject | undefined): ListedOption[] {
  if (!options) return [];
  return listOptions(options).map((option) => {
    const schema = options.shape[option.name] as z.ZodType;
    const empty = schema.safeParse(undefined);
    return { ...option, default: empty.success ? (empty.data ?? null) : null, required: !empty.success };
  });
}

async function listConfig(): Promise<Listed[]> {
  const { configSchema } = await import("../config/config.js");
  const { data, ...others } = configSchema.shape;
  const options = [
    ...optionsOf(z.object(data.shape)).map((option) => ({ ...option, name: `data.${option.name}` })),
    ...optionsOf(z.object(others)),
  ];
  return [
    {
      name: "run",
      about: "The configuration of a run: a YAML file for --config, or --set key=value.",
      cite: null,
      options,
    },
  ];
}

/** The members of a set, by name. */
export async function listSet(set: SetName): Promise<Listed[]> {
  if (set === "config") return listConfig();
  const members = Object.values(await loaders[set]()) as Facts[];
  return members
    .map(({ name, about, cite, options, ownGroups, metrics }) => ({
      ...{ name, about, cite: cite ?? null, options: optionsOf(options) },
      ...(ownGroups ? { groups: Object.entries(ownGroups).map(([group, own]) => ({ name: group, ...own })) } : {}),
      ...(metrics
        ? { metrics: Object.entries(metrics).map(([own, m]) => ({ name: own, about: m.about, unit: m.unit })) }
        : {}),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
