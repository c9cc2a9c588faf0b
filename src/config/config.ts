/** The configuration of a run: every key declared once, every member's options resolved, nothing unknown accepted. */

import { z } from "zod";
import { type Capability, capabilities } from "../energies/needs.js";
import { type Group, modelGroups } from "../objectives/objective.js";
import { InputError, under } from "../util/errors.js";
import {
  type Declaration,
  describeIssue,
  essential,
  findMember,
  issuePath,
  listOptions,
  parseOptions,
} from "../util/options.js";
import { mapValues } from "../util/records.js";
import { checkData, dataSchema } from "./data-schema.js";
import { declaredAs, isDiscrete, needsOf, registries, startsFitted } from "./registries.js";
import {
  discreteOptimizer,
  ownGroupsOf,
  showMember,
  usualEnergy,
  usualFlow,
  usualObjective,
  usualTraining,
  withUsual,
} from "./usual.js";

/** A member of a set with options of its own beside its name; left out, the name is `fallback`. */
const member = (fallback: string, about: string, defaults: z.ZodRawShape = {}) =>
  z
    .looseObject({ ...defaults, name: z.string().default(fallback) })
    .prefault({})
    .describe(about);

export type Member = { readonly name: string } & Readonly<Record<string, unknown>>;

/** A run knows its length, so its learning rates fall unless told otherwise. */
const falling = { schedule: z.string().default("step") };

const count = (least: number) => z.number().int().min(least);

const optimizerOf = (group: Group) => member("adam", `of the ${group}`, falling);

const own = registries.objectives.flatMap(({ name, ownGroups = {} }) =>
  Object.keys(ownGroups).map((group) => `${group} of ${name}`),
);

const discrete = Object.entries(discreteOptimizer).map((entry) => entry.join(" is "));

/** @param groups that the objective has of its own. */
const optimizersWith = (groups: readonly Group[]) => {
  const keys = [...Object.keys(modelGroups), ...groups].map((group) => [group, optimizerOf(group)] as const);
  return z
    .strictObject(Object.fromEntries(keys))
    .prefault({})
    .describe(
      `optimizer of each parameter group, also of those that an objective has of its own (${own.join(", ")}); for an energy of discrete points ${discrete.join(", ")} unless it says otherwise, that of a file without labels, where neither energy nor flow is named, ${showMember(usualTraining.table.optimizer)}`,
    );
};

/** Objectives that train the flow and nothing else: they can come before another. */
const flowObjectives = registries.objectives
  .filter(({ trains }) => trains.length === 1 && trains[0] === "flow")
  .map(({ name }) => name);

/** What a key usually is of images, and what is usual whatever their size. */
const ofImages = (key: string): string => `; ${usualTraining.images.others?.[key]} for such images`;
const anyImage = ["images", [1, 8, 8]] as const;

/** Every key of a configuration; an objective with parameter groups of its own has keys of `optimizer` for them. */
export const configSchema = z.strictObject({
  data: dataSchema.describe("what is learned"),
  energy: member(
    usualEnergy("real").name,
    `the energy, by name, with its options; ${usualEnergy("discrete").name} where data set or objective are of discrete points, ${showMember(usualEnergy("logZ"))} where the objective needs log Z, ${usualEnergy("classes").name} where rows have labels, ${usualEnergy("noiseLevels").name} where the objective needs noise levels, ${showMember(usualEnergy("table"))} for a file without labels where neither it nor the flow is named, with a network of images that fits their size where its rows are images`,
  ),
  flow: member("realnvp", "")
    .nullable()
    .describe(
      `the flow, by name, with its options; ${usualFlow("table").name} for a file without labels where neither it nor the energy is named, ${usualFlow(...anyImage).name} where its rows are images; null for none, as for every energy of discrete points`,
    ),
  objective: member(
    usualObjective("real").name,
    `how they are trained, by name, with its options, or a preset of them; for an energy of discrete points ${showMember(usualObjective("blocks"))} where it knows conditional laws and ${usualObjective("discrete").name} where not, ${usualObjective("classes").name} for a ${usualEnergy("classes").name}, ${showMember(usualObjective("table"))} for a file without labels where neither energy nor flow is named, of images with negatives ${usualObjective(...anyImage).negatives}`,
  ),
  optimizer: optimizersWith([]),
  pretrain: count(0)
    .default(0)
    .describe(
      `steps that fit the flow first, as pretrainBy says; a flow base needs some${ofImages("pretrain")} as above`,
    )
    .meta(essential),
  pretrainBy: z
    .enum(flowObjectives)
    .default("flow-likelihood")
    .describe("how those steps fit it: to the data by likelihood, or to the energy as it starts by reverse KL"),
  steps: count(1)
    .default(2000)
    .describe(
      `training steps; ${usualTraining.table.steps} for a file as above, ${usualTraining.images.steps} of images, unless another objective is named`,
    )
    .meta(essential),
  closing: count(0)
    .nullable()
    .default(null)
    .describe(
      "steps that close the training: the energy follows the likelihood, and the flow the energy, by 2048 rows and 2048 weighted draws a step, of the flow and around the modes, so that rare modes get their weight; null: a tenth of the steps and at most 100 for an objective that closes so, none of fewer than 10, nor of images",
    ),
  batch: count(1)
    .default(256)
    .describe(`rows a minibatch${ofImages("batch")}`)
    .meta(essential),
  seed: z.number().int().min(0).default(0).describe("all randomness of the run comes from it").meta(essential),
  average: z
    .number()
    .min(0)
    .lt(1)
    .default(0.999)
    .describe("decay of the moving average of parameters used to evaluate")
    .meta(essential),
  select: z
    .enum(["best", "last"])
    .default("best")
    .describe("which parameters are kept: best on validation rows, or last"),
  onDivergence: z
    .enum(["stop", "rollback"])
    .default("stop")
    .describe("when training diverges: stop, or roll back to a checkpoint and go on at half the learning rate"),
  logEvery: count(1).default(10).describe("steps between records in the journal"),
  evaluateEvery: count(1)
    .default(250)
    .describe(
      `steps between evaluations on validation rows; the first are sooner, at 10, 20, 40 and so on${ofImages("evaluateEvery")}`,
    ),
  patience: count(1)
    .nullable()
    .default(null)
    .describe(
      `evaluations in a row without a new best, after which training ends before its last step, clearly worse ones counting for two; ${usualTraining.table.patience} for a file as above; null: never`,
    ),
  checkpointEvery: count(1).default(250).describe("steps between checkpoints"),
  keepEvery: count(1)
    .nullable()
    .default(null)
    .describe(
      "steps between parameters that stay in the folder of the run (history), with the chains of then: what the studio goes back through; of checkpoints only the last few stay; null: none",
    ),
  draws: count(100)
    .default(10_000)
    .describe(`flow draws of an importance estimate of log Z${ofImages("draws")}`),
});

export type RunConfig = z.output<typeof configSchema>;

/** A member of a set with every option resolved. */
function resolveMember(set: string, members: readonly Declaration[], { name, ...options }: Member): Member {
  const found = under("name", () => findMember(set, members, name));
  return { name, ...parseOptions(`${set} ${name}`, found.options, options) };
}

/**
 * A complete configuration from what a user wrote: defaults filled in, members found and their options checked.
 * @throws InputError with the path of the key that is wrong.
 */
export function resolveConfig(raw: unknown): RunConfig {
  const usually = withUsual(raw);
  const full = configSchema.extend({ optimizer: optimizersWith(ownGroupsOf(usually)) });
  const parsed = full.safeParse(usually);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    const inner = issue.path.reduce<unknown>((s, key) => shapeOf(s)?.[String(key)], full);
    const schema = unwrap(inner);
    const key = issue.path.length > 0 ? `${issue.path.map(String).join(".")}: ` : "";
    throw new InputError(`${key}${describeIssue({ ...issue, path: [] }, schema)}`, issuePath(issue));
  }
  const config = parsed.data;
  const { data } = config;
  checkData(data);
  const dataset = data.dataset;
  const options =
    dataset === undefined
      ? data.options
      : under("data", () => {
          const found = under("dataset", () => findMember("dataset", registries.datasets, dataset));
          return under("options", () => parseOptions(`dataset ${dataset}`, found.options, data.options));
        });
  const pick = (key: string, set: string, members: readonly Declaration[], given: Member): Member =>
    under(key, () => resolveMember(set, members, given));
  const resolved = {
    ...config,
    data: { ...data, options, ...(data.as ? { as: under("data", () => under("as", () => kindsOf(data.as!))) } : {}) },
    energy: pick("energy", "energy", registries.energies, config.energy),
    flow: config.flow && pick("flow", "flow", registries.flows, config.flow),
    objective: pick("objective", "objective", registries.objectives, config.objective),
    optimizer: under("optimizer", () =>
      mapValues(config.optimizer, (given, group) => pick(group, "optimizer", registries.optimizers, given)),
    ),
  };
  checkPoints(resolved as RunConfig);
  checkTogether(resolved as RunConfig);
  return resolved as RunConfig;
}

/** Kinds of columns with their options checked. */
const kindsOf = (as: NonNullable<RunConfig["data"]["as"]>): Record<string, string | Member> =>
  mapValues(as, (given, column) =>
    under(column, () =>
      typeof given === "string"
        ? findMember("column kind", registries.columns, given).name
        : resolveMember("column kind", registries.columns, given as Member),
    ),
  );

/** That the energy, the flow and the objective are of points of one kind. */
function checkPoints({ data, energy, flow, objective, closing }: RunConfig): void {
  const points = isDiscrete({ energy }) ? "discrete" : "real";
  const wanted = declaredAs("objectives", objective.name);
  if (wanted !== points && wanted !== "any") {
    const others = registries.energies.filter(({ name }) => declaredAs("energies", name) === wanted);
    throw new InputError(
      `objective ${objective.name} needs ${wanted} points, and those of energy ${energy.name} are ${points}; choose another objective, or of the energies one of ${others.map(({ name }) => name).join(", ")}`,
      ["objective"],
    );
  }
  if (points === "discrete" && data.as !== undefined)
    throw new InputError(
      `kinds of columns are of real points, and those of energy ${energy.name} are discrete; leave them out`,
      ["data", "as"],
    );
  if (points === "discrete" && closing)
    throw new InputError(`closing is of real points, and those of energy ${energy.name} are discrete; leave it out`, [
      "closing",
    ]);
  if (points === "discrete" && flow !== null)
    throw new InputError(
      `flow ${flow.name} is of real points, and those of energy ${energy.name} are discrete; set flow to null`,
      ["flow"],
    );
}

/** What a configuration says of capabilities, and what it lacks where they are not there. */
const told: Readonly<
  Partial<
    Record<Capability, { readonly path?: readonly string[]; readonly lack: string; has(run: RunConfig): boolean }>
  >
> = {
  flow: { path: ["flow"], lack: "a flow, but flow is null", has: ({ flow }) => flow !== null },
  base: {
    lack: "a flow as its base; give a flow, and pretrain of at least 1 step by flow-likelihood to fit it first, unless it starts so",
    has: (run) => startsFitted(run) || (run.flow !== null && run.pretrain > 0 && run.pretrainBy === "flow-likelihood"),
  },
  classes: { lack: capabilities.labels.words, has: ({ data }) => data.label !== undefined },
};

/** The option without whose value the member would not need it, if there is one. */
function optionBehind(set: "energies" | "objectives", given: Member, need: Capability): string[] {
  const options = listOptions(findMember<Declaration>(set, registries[set], given.name).options);
  const behind = options.find((o) => !needsOf(set, { ...given, [o.name]: o.default }).includes(need));
  return behind ? [behind.name] : [];
}

/** That the run has what a member needs of it, as far as a configuration can tell. */
function checkNeeds(key: "energy" | "objective", set: "energies" | "objectives", run: RunConfig): void {
  for (const need of needsOf(set, run[key])) {
    const { has, lack, path = [key, ...optionBehind(set, run[key], need)] } = told[need] ?? {};
    if (has && !has(run)) throw new InputError(`${key} ${run[key].name} needs ${lack}`, [...path]);
  }
}

/** What only holds between keys. */
function checkTogether(run: RunConfig): void {
  const { data, select, patience } = run;
  checkNeeds("objective", "objectives", run);
  checkNeeds("energy", "energies", run);
  if (select === "best" && data.validation === 0)
    throw new InputError("select: best needs validation rows; raise data.validation or choose select: last", [
      "select",
    ]);
  if (patience !== null && data.validation === 0)
    throw new InputError("patience needs validation rows; raise data.validation or leave patience at null", [
      "patience",
    ]);
}

const unwrap = (schema: unknown): z.ZodObject | undefined => {
  let s = schema;
  while (
    s instanceof z.ZodDefault ||
    s instanceof z.ZodNullable ||
    s instanceof z.ZodPrefault ||
    s instanceof z.ZodOptional
  )
    s = s.unwrap();
  return s instanceof z.ZodObject ? s : undefined;
};

const shapeOf = (schema: unknown): Readonly<Record<string, unknown>> | undefined => unwrap(schema)?.shape;
