/** What is usual where a configuration is silent: it depends on what the rest of it is about. */

import type { Situation } from "../energies/energy.js";
import type { Capability } from "../energies/needs.js";
import { InputError } from "../util/errors.js";
import type { Declaration } from "../util/options.js";
import { suggest } from "../util/suggest.js";
import { declared, declaredAs, registries } from "./registries.js";

/**
 * Parameters that are logits have further to go than the weights of a network. Without momentum: chains that go on while
 * the parameters move keep up with their gradient, not with the sum of those of before.
 */
export const discreteOptimizer = { learningRate: 0.04, beta1: 0, schedule: "cosine" };

/** Options of the optimizer that are usual for an energy of discrete points. */
export const optimizerFor = (energy: unknown): Written => declared("energies", energy)?.optimizer ?? discreteOptimizer;

type Written = Readonly<Record<string, unknown>>;

/** The energy that is meant in a situation, with its options. @throws Error unless one says so of itself. */
export function usualEnergy(situation: Situation): { readonly name: string } & Written {
  const found = registries.energies.find(({ usual }) => usual?.[situation]);
  if (!found) throw new Error(`no energy is the usual one for ${situation}`);
  return { name: found.name, ...found.usual![situation] };
}

/** The objective that is meant in a situation, with its options. @throws Error unless one says so of itself. */
export function usualObjective(situation: Situation): { readonly name: string } & Written {
  const found = registries.objectives.find(({ usual }) => usual?.[situation]);
  if (!found) throw new Error(`no objective is the usual one for ${situation}`);
  return { name: found.name, ...found.usual![situation] };
}

/** The flow that is meant in a situation. @throws Error unless one says so of itself. */
export function usualFlow(situation: Situation): { readonly name: string } {
  const found = registries.flows.find(({ usual }) => usual?.includes(situation));
  if (!found) throw new Error(`no flow is the usual one for ${situation}`);
  return { name: found.name };
}

/** That of an energy of discrete points: another where its conditional laws are always known. */
export const discreteObjective = (energy: unknown): { readonly name: string } & Written =>
  usualObjective(declared("energies", energy)?.knows?.blocks === "" ? "blocks" : "discrete");

const record = (value: unknown): Written =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Written) : {};

/** A member that a user wrote, with what is usual where it is silent, unless it has a name already. */
const filled = (given: unknown, usually: Written & { readonly name?: string }): unknown =>
  // What is no record is an error that the schema names.
  (given !== undefined && record(given) !== given) || Object.hasOwn(record(given), "name")
    ? given
    : { ...usually, ...record(given) };

/** Names of the parameter groups that the objective a user wrote has of its own. */
export const ownGroupsOf = (raw: unknown): string[] =>
  Object.keys(declared("objectives", record(raw).objective)?.ownGroups ?? {});

/** Optimizers that suit the objective's own groups, where no others are named. */
function withGroups(raw: unknown): unknown {
  const { objective, optimizer } = record(raw);
  const groups = Object.entries(declared("objectives", objective)?.ownGroups ?? {});
  // What is no record is an error that the schema names.
  if (groups.length === 0 || (optimizer !== undefined && record(optimizer) !== optimizer)) return raw;
  const own = groups.map(([group, { optimizer: suits }]) => {
    const given = record(optimizer)[group];
    return [group, record(given).name === suits.name ? { ...suits, ...record(given) } : filled(given, suits)];
  });
  return { ...record(raw), optimizer: { ...record(optimizer), ...Object.fromEntries(own) } };
}

/** What the objective needs of an energy, and one is usual for. */
const asksFor = (objective: unknown): Capability | undefined =>
  declared("objectives", objective)?.needs?.find((need) => registries.energies.some(({ usual }) => usual?.[need]));

/** Members for rows with labels, where the energy, or else the objective, is not one that leaves them aside. */
function withLabels(raw: unknown): unknown {
  const { data, energy, objective } = record(raw);
  const asked = asksFor(objective);
  const named = declared("energies", energy);
  const silent = record(energy).name === undefined;
  const about = silent ? record(objective).name === undefined || asked === "classes" : named?.needs?.includes("labels");
  if (record(data).label !== undefined && about)
    return {
      ...record(raw),
      energy: filled(energy, usualEnergy("classes")),
      objective: filled(objective, usualObjective("classes")),
    };
  return asked === undefined || asked === "classes"
    ? raw
    : { ...record(raw), energy: filled(energy, usualEnergy(asked)) };
}

/** Looks without a better one after which the training of a table ends: it starts as a fit, and few rows are soon over-fitted. */
export const tablePatience = 4;

/** Steps of the training of a table: the rate falls within them, and a few hundred are what its energy learns by. */
export const tableSteps = 600;

/** How the energy of a table is held to what it tilts: weights that are not asked for go to 0, and E with them. */
export const tableOptimizer = { name: "adamw", weightDecay: 3 };

/** Whether a user named no member, and all options he wrote are ones of the one that is usual. */
const isSilent = (given: unknown, { options }: Declaration): boolean =>
  given !== null &&
  record(given).name === undefined &&
  Object.keys(record(given)).every((option) => option in options.shape);

/**
 * Members for a table of rows without labels, where neither energy nor flow is named, options of the flow are none of
 * another, and the objective leaves a flow as it is fitted. An option that only the objective of other rows has asks for
 * that.
 */
function withTable(raw: unknown): unknown {
  const { data, energy, flow, objective, optimizer, patience, select, steps } = record(raw);
  const usually = usualObjective("table");
  const own = isSilent(objective, declared("objectives", usually)!);
  const { name = own ? usually.name : usualObjective("real").name } = record(objective);
  const found = declared("objectives", { name });
  const follows = found?.usual?.real !== undefined || (found && !found.trains.includes("flow"));
  const silent = record(energy).name === undefined && isSilent(flow, declared("flows", usualFlow("table"))!);
  if (record(data).file === undefined || record(data).label !== undefined || !silent || !follows) return raw;
  const chooses = select !== "last" && record(data).validation !== 0;
  return {
    ...record(raw),
    energy: filled(energy, usualEnergy("table")),
    flow: filled(flow, usualFlow("table")),
    ...(own ? { objective: filled(objective, usually) } : {}),
    // What is no record is an error that the schema names.
    ...(optimizer === undefined || record(optimizer) === optimizer
      ? { optimizer: { ...record(optimizer), energy: filled(record(optimizer).energy, tableOptimizer) } }
      : {}),
    ...(steps === undefined && own ? { steps: tableSteps } : {}),
    ...(patience === undefined && chooses ? { patience: tablePatience } : {}),
  };
}

/** Over others, a record by its keys; a member of another name than theirs takes none of their options. */
function over(given: unknown, others: unknown): unknown {
  if (given === undefined) return others;
  const [own, under] = [record(given), record(others)];
  if (own !== given || under !== others || (own.name ?? under.name) !== under.name) return given;
  const keys = [...new Set([...Object.keys(under), ...Object.keys(own)])];
  return Object.fromEntries(keys.map((key) => [key, over(own[key], under[key])]));
}

/** The settings that a preset of the objective stands for, where what a user wrote is silent. */
function withPreset(raw: unknown): unknown {
  const objective = record(record(raw).objective);
  if (!Object.hasOwn(objective, "preset")) return raw;
  const { preset, ...written } = objective;
  const without = { ...record(raw), objective: written };
  const name = written.name ?? usualObjective("real").name;
  const found = declared("objectives", { name });
  // What no objective is called is an error that the resolution names.
  if (!found || preset === undefined || preset === null) return without;
  const { presets = {} } = found;
  const names = Object.keys(presets);
  if (typeof preset !== "string" || !Object.hasOwn(presets, preset)) {
    const some =
      names.length > 0 ? `${suggest(String(preset), names)}; expected ${names.join(" or ")}` : "; it has none";
    const path = ["objective", "preset"];
    throw new InputError(`objective ${name}: unknown preset ${JSON.stringify(preset)}${some}`, path);
  }
  const { config } = presets[preset]!;
  const others = { ...config, objective: { name, ...record(config.objective) } };
  return over(without, others);
}

/**
 * What a user wrote, with the settings of a preset if he names one, and the members that are usual for discrete points,
 * rows with labels, or what the objective needs of an energy, where it is about those. An energy that is usual for a need
 * brings its kind of points along.
 */
export const withUsual = (raw: unknown): unknown => withGroups(withMembers(withPreset(raw)));

function withMembers(raw: unknown): unknown {
  const { data, energy, objective, optimizer, ...others } = record(raw);
  const asked = asksFor(objective);
  const kinds =
    record(energy).name === undefined
      ? [
          asked === undefined
            ? declaredAs("objectives", record(objective).name)
            : declaredAs("energies", usualEnergy(asked).name),
          declaredAs("datasets", record(data).dataset),
        ]
      : [declaredAs("energies", record(energy).name)];
  if (!kinds.includes("discrete")) return withTable(withLabels(raw));
  const meant = filled(energy, usualEnergy(asked ?? "discrete"));
  return {
    flow: null,
    ...others,
    ...(data === undefined ? {} : { data }),
    energy: meant,
    objective: filled(objective, discreteObjective(meant)),
    optimizer:
      optimizer === undefined || record(optimizer) === optimizer
        ? { ...record(optimizer), energy: filled(record(optimizer).energy, optimizerFor(meant)) }
        : optimizer,
  };
}
