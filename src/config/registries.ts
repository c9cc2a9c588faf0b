/** The sets a configuration names members of, and what their members declare of points. */

import * as columns from "../data/columns/members.js";
import * as datasets from "../data/members.js";
import type { EnergyFacts, Usual } from "../energies/energy.js";
import * as energies from "../energies/members.js";
import type { Capability } from "../energies/needs.js";
import type { PointKind, Support } from "../energies/support.js";
import * as flows from "../flows/members.js";
import * as objectives from "../objectives/members.js";
import type { ObjectiveFacts } from "../objectives/objective.js";
import * as optimizers from "../optim/members.js";
import type { Key } from "../random/key.js";
import type { Declaration } from "../util/options.js";
import type { FloatTensor } from "../util/tensor.js";

/** What is needed only with some options. */
interface GivenNeeds {
  given?(options: never): { readonly needs?: readonly Capability[] };
}

/** What a flow says of how it starts, by options of its own. */
interface FlowStart {
  readonly usual?: Usual;
  readonly fixed?: true;
  startsFitted?(options: never): boolean;
  settle?(options: never, rows: FloatTensor, key: Key): Readonly<Record<string, unknown>>;
}

/** The sets a configuration names members of. */
export const registries: {
  readonly [Set in "columns" | "datasets" | "optimizers"]: readonly Declaration[];
} & {
  readonly flows: readonly (Declaration & FlowStart)[];
  readonly energies: readonly (Declaration & EnergyFacts & GivenNeeds)[];
  readonly objectives: readonly (Declaration & ObjectiveFacts & GivenNeeds)[];
} = {
  columns: Object.values(columns) as unknown as readonly Declaration[],
  datasets: Object.values(datasets),
  energies: Object.values(energies),
  flows: Object.values(flows),
  objectives: Object.values(objectives),
  optimizers: Object.values(optimizers),
};

/** A member that a user wrote, if its name is one. */
export const declared = <Set extends "energies" | "flows" | "objectives">(
  set: Set,
  written: unknown,
): (typeof registries)[Set][number] | undefined =>
  registries[set].find(({ name }) => name === (written as { readonly name?: unknown } | null | undefined)?.name);

/** What a member needs with its options resolved. */
export function needsOf(
  set: "energies" | "objectives",
  options: { readonly name: string } & Readonly<Record<string, unknown>>,
): readonly Capability[] {
  const facts = declared(set, options);
  return facts?.given?.(options as never).needs ?? facts?.needs ?? [];
}

/** Whether the points of a configured energy are discrete. */
export const isDiscrete = ({ energy }: { readonly energy: { readonly name: string } }): boolean =>
  declaredAs("energies", energy.name) === "discrete";

/** Whether likelihoods are probabilities, of discrete points or levels of pixels: then they are told in bits per dimension as well. */
export const toldInBits = (config: {
  readonly energy: { readonly name: string };
  readonly data: { readonly image?: readonly number[] | undefined };
}): boolean => isDiscrete(config) || config.data.image !== undefined;

/** The kind of points a member is for, as it declares; `undefined` for an unknown name. */
export function declaredAs(set: "datasets" | "energies" | "objectives", name: unknown): PointKind | undefined {
  const found: (Declaration & { readonly support?: PointKind | Support["kind"] }) | undefined = registries[set].find(
    (m) => m.name === name,
  );
  if (!found) return undefined;
  const { support = "real" } = found;
  return support === "real" || support === "any" ? support : "discrete";
}

/** Whether the configured flow is a fit to the rows as it starts. */
export const startsFitted = ({
  flow,
}: {
  readonly flow: (Readonly<Record<string, unknown>> & { name: string }) | null;
}): boolean => declared("flows", flow)?.startsFitted?.(flow as never) ?? false;
