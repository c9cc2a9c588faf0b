/** What is usual where a configuration is silent: it depends on what the rest of it is about. */

import type { ObjectiveFacts } from "../objectives/objective.js";
import { declaredAs, registries } from "./registries.js";

/** Members where nothing is said, by the kind of points. */
export const usual = {
  real: { energy: "tilted", objective: "balanced" },
  // Parameters that are logits have further to go than the weights of a network.
  discrete: { energy: "rbm", objective: "pcd", optimizer: { learningRate: 0.01 } },
  labelled: { energy: "classifier", objective: "jem" },
  noisy: { energy: "noise-conditioned" },
  // A sum over 4096 states of the hidden layer at every step.
  knownLogZ: { energy: { name: "rbm", hiddenUnits: 12 } },
} as const;

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};

/** The declaration of an objective that a user wrote, if its name is one. */
export const declared = (objective: unknown): ObjectiveFacts | undefined =>
  registries.objectives.find(({ name }) => name === record(objective).name);

/** A member that a user wrote, with what is usual where it is silent, unless it has a name already. */
const filled = (given: unknown, usually: Readonly<Record<string, unknown>> & { readonly name?: string }): unknown =>
  // What is no record is an error that the schema names.
  (given !== undefined && record(given) !== given) || Object.hasOwn(record(given), "name")
    ? given
    : { ...usually, ...record(given) };

/** Names of the parameter groups that the objective a user wrote has of its own. */
export const ownGroupsOf = (raw: unknown): string[] => Object.keys(declared(record(raw).objective)?.ownGroups ?? {});

/** Optimizers that suit the objective's own groups, where no others are named. */
function withGroups(raw: unknown): unknown {
  const { objective, optimizer } = record(raw);
  const groups = Object.entries(declared(objective)?.ownGroups ?? {});
  // What is no record is an error that the schema names.
  if (groups.length === 0 || (optimizer !== undefined && record(optimizer) !== optimizer)) return raw;
  const own = groups.map(([group, { optimizer: suits }]) => {
    const given = record(optimizer)[group];
    return [group, record(given).name === suits.name ? { ...suits, ...record(given) } : filled(given, suits)];
  });
  return { ...record(raw), optimizer: { ...record(optimizer), ...Object.fromEntries(own) } };
}

/** An energy that knows noise levels, where the objective needs them and no other is named. */
function withLevels(raw: unknown): unknown {
  const { energy, objective } = record(raw);
  if (!declared(objective)?.needsNoiseLevels) return raw;
  return { ...record(raw), energy: filled(energy, { name: usual.noisy.energy }) };
}

/** Members for rows with labels, where the energy, or else the objective, is not one that leaves them aside. */
function withLabels(raw: unknown): unknown {
  const { data, energy, objective } = record(raw);
  const [named, by] = [record(energy).name, record(objective).name];
  const wants = declared(objective);
  const about = named === undefined ? by === undefined || wants?.needsLabels : named === usual.labelled.energy;
  if (record(data).label === undefined || !about) return withLevels(raw);
  return {
    ...record(raw),
    energy: filled(energy, { name: usual.labelled.energy }),
    objective: filled(objective, { name: usual.labelled.objective }),
  };
}

/**
 * What a user wrote, with the members that are usual for discrete points, rows with labels, or noise levels, where it is
 * about those.
 * Of an objective that needs log Z nothing more is known; it gets a machine of bits, and rows of others say so.
 */
export const withUsual = (raw: unknown): unknown => withGroups(withMembers(raw));

function withMembers(raw: unknown): unknown {
  const { data, energy, objective, optimizer, ...others } = record(raw);
  const named = record(energy).name;
  const needsLogZ = declared(objective)?.needsLogZ;
  const kinds =
    named === undefined
      ? [
          needsLogZ ? "discrete" : declaredAs("objectives", record(objective).name),
          declaredAs("datasets", record(data).dataset),
        ]
      : [declaredAs("energies", named)];
  if (!kinds.includes("discrete")) return withLabels(raw);
  return {
    flow: null,
    ...others,
    ...(data === undefined ? {} : { data }),
    energy: filled(energy, needsLogZ ? usual.knownLogZ.energy : { name: usual.discrete.energy }),
    objective: filled(objective, { name: usual.discrete.objective }),
    optimizer:
      optimizer === undefined || record(optimizer) === optimizer
        ? { ...record(optimizer), energy: filled(record(optimizer).energy, usual.discrete.optimizer) }
        : optimizer,
  };
}
