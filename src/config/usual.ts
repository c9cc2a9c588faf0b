/** What is usual where a configuration is silent: it depends on what the rest of it is about. */

import type { Situation, Usual } from "../energies/energy.js";
import type { Capability } from "../energies/needs.js";
import { InputError } from "../util/errors.js";
import type { Declaration } from "../util/options.js";
import { suggest } from "../util/suggest.js";
import type { ImageShape } from "../util/tensor.js";
import { declared, declaredAs, registries } from "./registries.js";

/**
 * Parameters that are logits have further to go than the weights of a network. Without momentum: chains that go on while
 * the parameters move keep up with their gradient, not with the sum of those of before.
 */
export const discreteOptimizer = { learningRate: 0.04, beta1: 0, schedule: "cosine" };

/** Options of the optimizer that are usual for an energy of discrete points. */
export const optimizerFor = (energy: unknown): Written => declared("energies", energy)?.optimizer ?? discreteOptimizer;

type Written = Readonly<Record<string, unknown>>;

type Chosen = { readonly name: string } & Written;

/** A situation, and of images their shape. */
type Where = readonly [situation: Exclude<Situation, "images">] | readonly ["images", image: ImageShape];

/** The member of a set that is meant somewhere, with its options. @throws Error unless one says so of itself. */
function meant(
  what: string,
  members: readonly { readonly name: string; readonly usual?: Usual }[],
  where: Where,
): Chosen {
  const [situation] = where;
  const found = members.find(({ usual }) => usual?.[situation]);
  if (!found) throw new Error(`no ${what} is the usual one for ${situation}`);
  const { name, usual = {} } = found;
  return { name, ...(where[0] === "images" ? usual.images?.(where[1]) : usual[where[0]]) };
}

/** The energy that is meant in a situation, with its options. @throws Error unless one says so of itself. */
export const usualEnergy = (...where: Where): Chosen => meant("energy", registries.energies, where);

/** The objective that is meant in a situation, with its options. @throws Error unless one says so of itself. */
export const usualObjective = (...where: Where): Chosen => meant("objective", registries.objectives, where);

/** The flow that is meant in a situation, with its options. @throws Error unless one says so of itself. */
export const usualFlow = (...where: Where): Chosen => meant("flow", registries.flows, where);

/** That of an energy of discrete points: another where its conditional laws are always known. */
export const discreteObjective = (energy: unknown): Chosen =>
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

/** What is usual of the training of rows about which nothing is said. */
interface UsualTraining {
  /** Looks without a better one after which it ends: it starts as a fit, and few rows are soon over-fitted. */
  readonly patience: number;
  /** How the energy is held to what it tilts: weights that are not asked for go to 0, and E with them. */
  readonly optimizer: Chosen;
  /** The rate falls within them, and a few hundred are what an energy learns by that starts as a fit. */
  readonly steps: number;
  /** Other keys of a configuration. */
  readonly others?: Written;
}

const gently = { patience: 4, optimizer: { name: "adamw", weightDecay: 3 } };

export const usualTraining: Readonly<Record<"table" | "images", UsualTraining>> = {
  table: { ...gently, steps: 600 },
  // A flow of images is fitted first, by a rate that falls soon enough not to over-fit a few hundred of them.
  images: { ...gently, steps: 400, others: { pretrain: 500, batch: 64, evaluateEvery: 100, draws: 2000 } },
};

/** Whether a user named no member, and all options he wrote are ones of the one that is usual. */
const isSilent = (given: unknown, { options }: Declaration): boolean =>
  given !== null &&
  record(given).name === undefined &&
  Object.keys(record(given)).every((option) => option in options.shape);

/** Over others, a record by its keys; a member of another name than theirs takes none of their options. */
function over(given: unknown, others: unknown): unknown {
  if (given === undefined) return others;
  const [own, under] = [record(given), record(others)];
  if (own !== given || under !== others || (own.name ?? under.name) !== under.name) return given;
  const keys = [...new Set([...Object.keys(under), ...Object.keys(own)])];
  return Object.fromEntries(keys.map((key) => [key, over(own[key], under[key])]));
}

/** The shape of the images that rows are told to be. */
function imageOf(data: unknown): ImageShape | undefined {
  const { image } = record(data);
  // What is no shape is an error that the schema names.
  return Array.isArray(image) && image.length === 3 && image.every((n) => Number.isSafeInteger(n) && n > 0)
    ? (image as unknown as ImageShape)
    : undefined;
}

/**
 * Members for rows of a file, or images, without labels, where neither energy nor flow is named, options of the flow are
 * none of another, and the objective leaves a flow as it is fitted. An option that only the objective of other rows has
 * asks for that.
 */
function withRows(raw: unknown): unknown {
  const { data, energy, flow, objective, optimizer, patience, select, steps } = record(raw);
  const image = imageOf(data);
  const where = image ? (["images", image] as const) : (["table"] as const);
  const usually = usualObjective(...where);
  const own = isSilent(objective, declared("objectives", usually)!);
  const { name = own ? usually.name : usualObjective("real").name } = record(objective);
  const found = declared("objectives", { name });
  const follows = found?.usual?.real !== undefined || (found && !found.trains.includes("flow"));
  const silent = record(energy).name === undefined && isSilent(flow, declared("flows", usualFlow(...where))!);
  if (record(data).file === undefined || record(data).label !== undefined || !silent || !follows) return raw;
  const chooses = select !== "last" && record(data).validation !== 0;
  const training = usualTraining[where[0]];
  return {
    ...training.others,
    ...record(raw),
    energy: over(energy, usualEnergy(...where)),
    flow: over(flow, usualFlow(...where)),
    ...(own ? { objective: filled(objective, usually) } : {}),
    // What is no record is an error that the schema names.
    ...(optimizer === undefined || record(optimizer) === optimizer
      ? { optimizer: { ...record(optimizer), energy: filled(record(optimizer).energy, training.optimizer) } }
      : {}),
    ...(steps === undefined && own ? { steps: training.steps } : {}),
    ...(patience === undefined && chooses ? { patience: training.patience } : {}),
  };
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
  if (!kinds.includes("discrete")) return withRows(withLabels(raw));
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

/** A name and the options it stands with: `rbm of hiddenUnits 12`. */
export const showMember = ({ name, ...options }: Chosen): string =>
  [name, ...Object.entries(options).map(([key, value]) => `${key} ${value}`)].join(" of ");
