/** Every objective of the registry: its facts, purity, groups, gradients, carry, determinism and compilations. */

import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { grad } from "../../src/autodiff/grad.js";
import { resolveConfig } from "../../src/config/config.js";
import { buildIteration, buildModel } from "../../src/config/prepare.js";
import type { Expr } from "../../src/ir/expr.js";
import * as members from "../../src/objectives/members.js";
import {
  factsOf,
  type Group,
  groupsOf,
  type Iteration,
  type Model,
  type Objective,
  objective,
} from "../../src/objectives/objective.js";
import { walk, walkNoise } from "../../src/objectives/parts/negatives.js";
import type { TrainingMetric } from "../../src/objectives/training-metric.js";
import { add, mul, neg, sub } from "../../src/ops/arithmetic.js";
import { stopGradient } from "../../src/ops/leaf.js";
import { mean } from "../../src/ops/special.js";
import { adam } from "../../src/optim/adam.js";
import { sgd } from "../../src/optim/sgd.js";
import { fold, makeKey } from "../../src/random/key.js";
import { drawNoise } from "../../src/random/noise.js";
import type { Tensors } from "../../src/runtime/engine.js";
import { compile } from "../../src/runtime/program.js";
import { countCompilations } from "../../src/runtime/session-cache.js";
import { compileTrainer, type Trainer, type TrainState } from "../../src/train/trainer.js";
import { InputError } from "../../src/util/errors.js";
import { listOptions } from "../../src/util/options.js";
import { mapValues, underPrefix, withPrefix } from "../../src/util/records.js";
import { type Tensor, tensor } from "../../src/util/tensor.js";
import { hostIteration, inputsOf, traced } from "../support/host-iteration.js";
import { bits, ROWS, real, type Setting, settingsOf, watched, withOwnGroups } from "../support/objective-settings.js";
import { numbers, worstDifference } from "../support/tensors.js";

// What a member's options are no longer matters to who reads them from its declaration.
const objectives = Object.values(members) as unknown as readonly Objective[];
const key = makeKey(11);
const CHAINS = 16;

/** Small values for the options an objective has. */
function smallOptions({ options }: Objective): Record<string, unknown> {
  const small: Record<string, unknown> = { chains: CHAINS, localSteps: 3, stepSize: 0.05 };
  const has = listOptions(options).map((o) => o.name);
  return Object.fromEntries(Object.entries(small).filter(([name]) => has.includes(name)));
}

interface Schema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
}

const valuesOf = ({ enum: values, anyOf = [] }: Schema): readonly unknown[] => values ?? anyOf.flatMap(valuesOf);

/** Every option that is a choice, set to what it is not by default, as far as a model has what it needs. */
const choicesOf = (member: Objective, model: Model): Record<string, unknown>[] =>
  listOptions(member.options)
    .flatMap(({ name, default: usual, schema }) => {
      const values = typeof usual === "boolean" ? [!usual] : valuesOf(schema as Schema);
      return values.filter((v) => v !== usual).map((v) => ({ [name]: v }));
    })
    .filter((choice) => {
      const { needs } = factsOf(member, member.options.parse({ ...smallOptions(member), ...choice }));
      return (!needs?.includes("flow") || model.flow) && suits(() => build(member, model, choice));
    });

/** Whether the kernel that is chosen moves the points there are. */
function suits(make: () => unknown): boolean {
  try {
    make();
    return true;
  } catch (error) {
    if (error instanceof InputError && /^sampler [a-z-]+: needs/.test(error.message)) return false;
    throw error;
  }
}

const build = (o: Objective, of: Model, more = {}): Iteration => o(of, ROWS, { ...smallOptions(o), ...more });

const trainerOf = ({ model }: Setting, iteration: Iteration, learningRate?: number): Promise<Trainer> => {
  const own = learningRate === undefined ? adam.make({ learningRate: 1e-2 }) : sgd.make({ learningRate });
  const optimizers = Object.fromEntries(iteration.groups.map((group) => [group, own]));
  return compileTrainer({ model, iteration, optimizers, batch: ROWS, average: 0.9 });
};

async function train(own: Setting, trainer: Trainer, steps: number, from = key): Promise<TrainState> {
  const { rows, vectors, batch, labels } = own;
  let state = trainer.start(from, rows, vectors);
  for (let i = 0; i < steps; i++) state = (await trainer.step(state, batch, fold(from, i), labels)).state;
  return state;
}

/** A group that a model does not have has no input. */
const nonEmpty = (params: Setting["params"]): Tensors =>
  Object.fromEntries(Object.entries(params).filter(([, t]) => t.data.length > 0));

const copyOf = (tensors: Tensors) => mapValues(tensors, (t) => [t.dtype, ...t.shape, ...numbers(t)]);
const sizeOfGradient = (t: Tensor): number => Math.hypot(...numbers(t));

it("has members with names of their own", () => {
  expect(objectives.length).toBeGreaterThan(3);
  expect(new Set(objectives.map((o) => o.name)).size).toBe(objectives.length);
});

/** Every number that is 0 by default, as a term of a loss is that is left out, above it, moves that are left out likewise; every member that is named. */
const termsOf = (member: Objective, model: Model): Record<string, unknown>[] =>
  listOptions(member.options)
    .flatMap(({ name, default: usual, schema }) => {
      const named = ((schema as Schema).oneOf ?? []).flatMap(({ properties = {} }) =>
        Object.entries(properties).flatMap(([key, own]) =>
          valuesOf(own).map((v) => ({ name: properties.name?.const, [key]: v })),
        ),
      );
      return [...(usual === 0 ? [(schema as Schema).type === "integer" ? 1 : 0.5] : []), ...named].map((value) => ({
        [name]: value,
      }));
    })
    .filter((choice) => suits(() => build(member, model, choice)));

const presets = objectives.flatMap(({ name, presets = {} }) =>
  Object.entries(presets).map(([preset, { about, config }]) => [name, preset, about, "data" in config] as const),
);
it.each(presets)("%s has a preset %s that makes a training", (name, preset, about, ofImages) => {
  expect(about).toMatch(/^[A-Z].*\.$/);
  const data = ofImages ? { file: "images", image: [3, 8, 8] } : { dataset: "two-modes" };
  const config = resolveConfig({ data, objective: { name, preset } });
  expect(config.objective).toMatchObject({ name });
  expect(() => buildIteration(config, buildModel(config, ofImages ? [192] : [2]))).not.toThrow();
  // It is there to be another training than the usual one.
  expect(config).not.toEqual(resolveConfig({ data, objective: { name } }));
});

it.each(objectives.map((o) => [o.name, o] as const))("%s reports what it declares, somewhere", (_, member) => {
  const reported = settingsOf(member).flatMap(([, { model }]) =>
    [{}, ...choicesOf(member, model), ...termsOf(member, model)].flatMap((choice) =>
      Object.keys(traced(model, build(member, model, choice), ROWS).output.metrics),
    ),
  );
  expect(Object.keys(member.metrics).filter((name) => !reported.includes(name))).toEqual([]);
});

it.each(objectives.map((o) => [o.name, o] as const))(
  "%s has a page, and says what is expected of it",
  (name, member) => {
    const page = `docs/objectives/${name}.md`;
    expect(existsSync(page), `${page} is missing: write what it does, when it is right and when it fails`).toBe(true);
    expect(readFileSync(page, "utf8").startsWith(`# \`${name}\`\n`), `${page} begins with its name`).toBe(true);
    const { trains, needs = [], support = "real", expected = [] } = member;
    // Of a network on points of separated modes; that has neither classes nor log Z.
    const compared =
      trains.includes("energy") && support !== "discrete" && !needs.includes("classes") && !needs.includes("logZ");
    expect(expected.length > 0, `${name}: expected, in its declaration`).toBe(compared);
    for (const { why } of expected) expect(why).toMatch(/^[A-Z].*\.$/);
  },
);

it("gives a metric one meaning, whoever reports it", () => {
  const known: Record<string, TrainingMetric> = {};
  for (const { name, metrics } of objectives)
    for (const [metric, facts] of Object.entries(metrics)) {
      known[metric] ??= facts;
      expect(facts, `${metric} of ${name}`).toBe(known[metric]);
      expect(facts.about, metric).toMatch(/^[A-Z01εslη].*\.$/);
      expect(facts.label, metric).not.toBe("");
      expect(metric).not.toMatch(/^gradientNorm/);
    }
});

const cases = objectives.flatMap((o) =>
  settingsOf(o).map(([name, own]) => [o.name, name, o, withOwnGroups(own, build(o, own.model))] as const),
);

describe.each(cases)("objective %s on %s", (_, __, member, own) => {
  const { model, rows, batch, params, labels } = own;
  const given = { params, batch, ...(labels ? { labels } : {}) };

  it("says of itself what the set asks for", () => {
    const { name, about, cite, trains, needs = [], options } = member;
    const needsFlow = needs.includes("flow");
    expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(about).toMatch(/^[A-Z].*\.$/);
    expect(cite).toMatch(/\(\d{4}\)/);
    expect(trains.length).toBeGreaterThan(0);
    for (const option of listOptions(options)) expect(option.about, option.name).not.toBe("");
    const { flow: _flow, ...flowless } = model;
    if (needsFlow) expect(() => build(member, flowless)).toThrow(`objective ${name}: needs a flow`);
    else expect(() => build(member, flowless)).not.toThrow();
    if (needs.includes("noiseLevels"))
      expect(() => build(member, real.model)).toThrow(`objective ${name}: needs an energy that knows noise levels`);
    if (needs.includes("logZ"))
      expect(() => build(member, real.model)).toThrow(`objective ${name}: needs an energy whose log Z is known`);
    expect(trains.includes("flow") && !needsFlow).toBe(false);
    const { support = "real" } = member;
    if (support === "real")
      expect(() => build(member, { ...real.model, ...bits.model })).toThrow(`objective ${name}: needs real points`);
    if (support === "discrete")
      expect(() => build(member, real.model)).toThrow(`objective ${name}: needs binary or categorical points`);
  });

  it("names an option it does not know, and one that is out of bounds", () => {
    expect(() => build(member, model, { stepSise: 1 })).toThrow(`objective ${member.name}: unknown option stepSise`);
    for (const { name } of listOptions(member.options)) {
      expect(() => build(member, model, { [name]: "much" }), name).toThrow(InputError);
      expect(() => build(member, model, { [name]: "much" }), name).toThrow(`objective ${member.name}: option ${name}`);
    }
  });

  it("declares its groups, and has a loss for each of them and no other", () => {
    const { output, ...inputs } = traced(model, build(member, model), ROWS);
    expect(Object.keys(output.losses).sort()).toEqual([...member.trains].sort());
    expect([...build(member, model).groups].sort()).toEqual([...member.trains].sort());
    for (const e of [...Object.values(output.losses), ...Object.values(output.metrics)]) expect(e.shape).toEqual([]);
    expect(Object.keys(output.metrics)).not.toContain("loss");
    expect(Object.keys(output.carry).sort()).toEqual(Object.keys(inputs.carry).sort());
  });

  it("declares every metric that it reports, under one meaning each", () => {
    for (const choice of [{}, ...choicesOf(member, model), ...termsOf(member, model)]) {
      const reported = Object.keys(traced(model, build(member, model, choice), ROWS).output.metrics);
      for (const name of reported) expect(Object.keys(member.metrics), JSON.stringify(choice)).toContain(name);
      const meanings = reported.flatMap((name) => member.metrics[name]!.healthAs ?? []);
      expect(new Set(meanings).size, JSON.stringify(choice)).toBe(meanings.length);
    }
  });

  it("has the groups of its own that it declares, beside those of the model", () => {
    const { ownGroups = {} } = build(member, model);
    const { ownGroups: declared = {}, trains } = member;
    expect(Object.keys(ownGroups)).toEqual(Object.keys(declared));
    for (const [group, { layout, init }] of Object.entries(ownGroups)) {
      expect(["energy", "flow"]).not.toContain(group);
      expect(trains).toContain(group);
      expect(declared[group]!.about).not.toBe("");
      expect(init(key, rows).length).toBe(layout.size);
      expect(init(key, rows)).toEqual(init(key, rows));
    }
  });

  it("has the groups that its facts say for the options, and needs a flow only where they say so", () => {
    const { flow: _flow, ...flowless } = model;
    for (const choice of choicesOf(member, model)) {
      const options = member.options.parse({ ...smallOptions(member), ...choice });
      const { trains, needs } = factsOf(member, options);
      const { losses } = traced(model, build(member, model, choice), ROWS).output;
      expect(Object.keys(losses).sort(), JSON.stringify(choice)).toEqual([...trains].sort());
      if (needs?.includes("flow"))
        expect(() => build(member, flowless, choice)).toThrow(`objective ${member.name}: needs a flow`);
      else expect(() => build(member, flowless, choice)).not.toThrow();
    }
  });

  it("is pure: the same arguments give the same bits, whatever ran between, and stay as they were", async () => {
    const iteration = build(member, model);
    const [one, two] = [
      await hostIteration(model, iteration, ROWS),
      await hostIteration(model, build(member, model), ROWS),
    ];
    const carry = iteration.start(key, rows);
    const before = copyOf({ ...carry, batch, ...(params as Tensors) });
    const first = await one.step({ ...given, carry, key });
    await one.step({ ...given, carry, key: fold(key, "other") });
    for (const host of [one, two]) {
      const again = await host.step({ ...given, carry, key });
      for (const part of ["losses", "gradients", "carry", "metrics"] as const)
        expect(copyOf(again[part]), part).toEqual(copyOf(first[part]));
    }
    expect(copyOf({ ...carry, batch, ...(params as Tensors) })).toEqual(before);
  });

  it("reaches every parameter of its groups", async () => {
    const iteration = build(member, model);
    const host = await hostIteration(model, iteration, ROWS);
    // Counts of bits may agree once, not every time.
    const steps = [1, 2, 3, 4].map((k) =>
      host.step({ ...given, carry: iteration.start(key, rows), key: fold(key, k) }),
    );
    const found = (await Promise.all(steps)).map(({ gradients }) => gradients);
    for (const group of member.trains) {
      const all = found.map((gradients) => numbers(gradients[`${group}.${group}`]!));
      const unreached = all[0]!.filter((_, i) => all.every((own) => !(Math.abs(own[i]!) > 0))).length;
      expect(unreached, `${group}: parameters without a derivative`).toBe(0);
    }
  });

  it("lets nothing flow through the points its densities are evaluated at, whatever is chosen, unless it says so", async () => {
    for (const choice of [{}, ...choicesOf(member, model)])
      for (const [group, worst] of Object.entries(await leaks(own, (m) => build(member, m, choice)))) {
        const told = `${group} with ${JSON.stringify(choice)}`;
        if (member.throughPoints?.includes(group)) expect(worst, told).toBeGreaterThan(0.01);
        else expect(worst, told).toBeLessThan(1e-5);
      }
  });

  it("moves each group by the derivative of its own loss, and leaves the others where they were", async () => {
    await expectOwnDerivative(own, build(member, model));
  });

  it("keeps the shapes of its carry, and starts it from the data", async () => {
    const iteration = build(member, model);
    const host = await hostIteration(model, iteration, ROWS);
    let carry: Tensors = iteration.start(key, rows);
    const declared = mapValues(iteration.carry, ({ dtype, shape }) => [dtype, ...shape]);
    for (let i = 0; i < 3; i++) {
      expect(mapValues(carry, (t) => [t.dtype, ...t.shape])).toEqual(declared);
      expect(Object.values(carry).every((t) => numbers(t).every(Number.isFinite))).toBe(true);
      carry = (await host.step({ ...given, carry, key: fold(key, i) })).carry;
    }
    expect(copyOf(iteration.start(key, rows))).toEqual(copyOf(iteration.start(key, rows)));
  });

  it("gives the same bits for the same key, others for another, and compiles nothing after its first step", async () => {
    const trainer = await trainerOf(own, build(member, model));
    const third = await train(own, trainer, 3);
    const compiled = countCompilations();
    const sixth = await train(own, trainer, 6);
    expect(copyOf(await train(own, await trainerOf(own, build(member, model)), 6))).toEqual(copyOf(sixth));
    expect(countCompilations()).toBe(compiled);
    expect(copyOf(third)).not.toEqual(copyOf(sixth));
    // Without noise there is nothing a key could change.
    const other = copyOf(await train(own, trainer, 6, makeKey(12)));
    if (Object.keys(build(member, model).noise).length > 0) expect(other).not.toEqual(copyOf(sixth));
    else expect(other).toEqual(copyOf(sixth));
  });
});

/**
 * How far the derivative of each loss by its own parameters is from the one with all points constant, as a part of its
 * length: what is independent in a derivative passes nothing on to what it was made of.
 */
async function leaks(own: Setting, iterate: (model: Model) => Iteration): Promise<Record<string, number>> {
  const { setting, points } = watched(own);
  const iteration = iterate(setting.model);
  // What was asked while declaring is not part of the step.
  points.length = 0;
  const { output, ...given } = traced(setting.model, iteration, ROWS);
  const { params } = withOwnGroups(own, iteration);
  const both = Object.entries(output.losses).flatMap(([name, loss]) => {
    const theta = given.params[name]!;
    const fixed = grad(loss, [theta, ...points])[0]!;
    return [[`${name}.all`, grad(loss, [theta])[0]] as const, [`${name}.fixed`, fixed] as const];
  });
  const program = await compile(inputsOf(given), Object.fromEntries(both));
  const found = await program.run({
    ...withPrefix("params.", nonEmpty(params)),
    ...withPrefix("carry.", iteration.start(key, own.rows)),
    batch: own.batch,
    ...(own.labels ? { labels: own.labels } : {}),
    ...withPrefix("noise.", drawNoise(key, iteration.noise)),
  });
  return mapValues(output.losses, (_, name) => {
    const [all, fixed] = [numbers(found[`${name}.all`]!), numbers(found[`${name}.fixed`]!)];
    const length = Math.hypot(...fixed);
    expect(length, `${name}: a derivative to compare`).toBeGreaterThan(1e-3);
    return Math.hypot(...all.map((v, i) => v - fixed[i]!)) / length;
  });
}

async function expectOwnDerivative(own: Setting, iteration: Iteration): Promise<void> {
  const RATE = 0.5;
  const { model, rows, batch, params, vectors, labels } = withOwnGroups(own, iteration);
  const trainer = await trainerOf(own, iteration, RATE);
  const host = await hostIteration(model, iteration, ROWS);
  const state = trainer.start(key, rows, vectors);
  const carry = underPrefix("carry.", state);
  const { gradients } = await host.step({ params, carry, batch, ...(labels ? { labels } : {}), key });
  const moved = await trainer.step(state, batch, key, labels);
  for (const group of Object.keys(groupsOf(model, iteration))) {
    if (vectors[group]!.length === 0) continue;
    const after = moved.state[`params.${group}`]!;
    const own = iteration.groups.includes(group) ? numbers(gradients[`${group}.${group}`]!) : null;
    const expected = vectors[group]!.map((v, i) => v - RATE * (own?.[i] ?? 0));
    expect(worstDifference(after, tensor(expected)), group).toBeLessThan(own ? 2e-6 : 1e-30);
    if (own) {
      const norm = Math.hypot(...own);
      // Five places, or of long derivatives what single precision has.
      const off = Math.abs(moved.metrics[`gradientNorm.${group}`]! - norm);
      expect(off, group).toBeLessThan(Math.max(5e-6, norm * 2 ** -22));
    } else expect(moved.metrics).not.toHaveProperty(`gradientNorm.${group}`);
  }
}

const local = { local: "ula", localSteps: 3, stepSize: 0.05 } as const;

/** An objective with a fault, made of the parts of the sound ones. */
const planted = (name: string, trains: readonly Group[], step: (m: Model) => Iteration["step"]): Objective =>
  objective({
    name,
    about: "A fault.",
    metrics: {},
    trains,
    options: z.object({}),
    iteration: (m) => ({
      groups: trains,
      noise: { ...withPrefix("walk.", walkNoise(m, ROWS, local)), ...withPrefix("flow.", m.flow!.noise(ROWS)) },
      carry: {},
      start: () => ({}),
      step: step(m),
    }),
  }) as unknown as Objective;

/** Negatives that are walked to from the data, stopped or not. */
const contrasted = (name: string, pass: (x: Expr) => Expr): Objective =>
  planted(name, ["energy"], (m) => ({ params: p, batch: x, noise }) => {
    const { x: walked } = walk(m, p.energy, x, underPrefix("walk.", noise), local);
    return {
      losses: { energy: sub(mean(m.energy(x, p.energy)), mean(m.energy(pass(walked), p.energy))) },
      carry: {},
      metrics: {},
    };
  });

/** A flow fitted to its own draws, stopped or not. */
const selfFitted = (name: string, pass: (x: Expr) => Expr): Objective =>
  planted(name, ["flow"], (m) => ({ params: p, noise }) => {
    const { x } = m.flow!.sample(underPrefix("flow.", noise), p.flow);
    return { losses: { flow: neg(mean(m.flow!.logProb(pass(x), p.flow))) }, carry: {}, metrics: {} };
  });

/** Losses that depend on the parameters of both groups. */
const entangled = planted("entangled", ["energy", "flow"], (m) => ({ params: p, batch: x }) => {
  const [e, q] = [mean(m.energy(x, p.energy)), mean(m.flow!.logProb(x, p.flow))];
  return { losses: { energy: mul(e, q), flow: add(e, mul(q, e)) }, carry: {}, metrics: {} };
});

describe("the suite", () => {
  it.each([contrasted("stopped", stopGradient), selfFitted("stopped", stopGradient)])(
    "passes negatives that are stopped",
    async (sound) => {
      for (const worst of Object.values(await leaks(real, (m) => build(sound, m)))) expect(worst).toBeLessThan(1e-5);
    },
  );

  it.each([contrasted("leaky", (x) => x), selfFitted("leaky", (x) => x)])(
    "finds negatives that carry a gradient",
    async (leaky) => {
      for (const worst of Object.values(await leaks(real, (m) => build(leaky, m)))) expect(worst).toBeGreaterThan(0.01);
    },
  );

  it("keeps the derivatives of entangled losses apart", async () => {
    const { model, params, batch } = real;
    const iteration = build(entangled, model);
    const host = await hostIteration(model, iteration, ROWS);
    const { gradients } = await host.step({ params, carry: {}, batch, key });
    for (const cross of ["energy.flow", "flow.energy"]) expect(sizeOfGradient(gradients[cross]!)).toBeGreaterThan(0.1);
    await expectOwnDerivative(real, iteration);
  });
});
