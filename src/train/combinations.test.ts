/** Every energy, and every flow, with every objective: refused with a reason, or it trains. */

import { expect, it } from "vitest";
import { assemble } from "../../test/support/assembled.js";
import { numbers } from "../../test/support/tensors.js";
import { resolveConfig } from "../config/config.js";
import { declaredAs, needsOf, registries } from "../config/registries.js";
import type { Energy, EnergyDeclaration } from "../energies/energy.js";
import type { FlowDeclaration } from "../flows/declare-flow.js";
import * as objectives from "../objectives/members.js";
import type { Objective } from "../objectives/objective.js";
import { InputError } from "../util/errors.js";
import { listOptions } from "../util/options.js";
import { trainLoop } from "./loop.js";
import type { TrainState } from "./trainer.js";

/** A member with the smallest sizes it knows. */
function tiny(set: "energies" | "flows" | "objectives", name: string): { readonly name: string } {
  const { options } = registries[set].find((m) => m.name === name)!;
  const sizes: Record<string, unknown> = { hidden: [4], hiddenUnits: 3, layers: 1, chains: 8, localSteps: 1 };
  const has = listOptions(options).map((o) => o.name);
  return { name, ...Object.fromEntries(Object.entries(sizes).filter(([key]) => has.includes(key))) };
}

/** An energy of two coordinates, on no flow. */
const planar = ({ name, ...options }: { readonly name: string }): Energy =>
  (registries.energies.find((e) => e.name === name) as unknown as EnergyDeclaration)(options, { event: [2] });

/** Whether an energy has real points of two coordinates, as the data here. */
function fits({ name }: { readonly name: string }): boolean {
  try {
    return planar({ name }).support.kind === "real";
  } catch (error) {
    if (error instanceof InputError) return false;
    throw error;
  }
}

const unfit = registries.energies.filter((e) => !fits(e)).map((e) => e.name);

it("leaves most energies to train", () => {
  expect(registries.energies.length - unfit.length).toBeGreaterThan(unfit.length);
  // What is left out is of other points, or needs what these rows have not.
  for (const name of unfit) {
    const needs = needsOf("energies", { name });
    expect(declaredAs("energies", name) !== "real" || needs.length > 0, name).toBe(true);
  }
});

it.each(unfit)("refuses %s, which is not of rows of two real numbers without labels", async (name) => {
  const given = { data: { dataset: "two-modes", points: 60 }, energy: { name }, steps: 2, batch: 8 };
  await expect(assemble(given)).rejects.toThrow(InputError);
  await expect(assemble(given)).rejects.toThrow(`energy ${name}`);
});

const energies = [
  ...registries.energies.filter(fits).map((e) => tiny("energies", e.name)),
  { ...tiny("energies", "tilted"), base: "flow" },
];
// What needs labels is in classes.test.ts, and what is of discrete points alone in discrete.test.ts.
const unlabelled = (Object.values(objectives) as unknown as readonly Objective[]).filter(
  ({ needs, support }) => !needs?.includes("classes") && support !== "discrete",
);
// Rows are vectors.
const ofVectors = (registries.flows as unknown as readonly FlowDeclaration[]).filter(
  ({ eventKind }) => eventKind === "vector",
);
const flows = [null, ...ofVectors.map((f) => tiny("flows", f.name))];
// An energy and a flow know each other by their contracts alone: every flow meets the tilted energies, and every energy
// meets the default flow.
const flowsFor = (energy: { readonly name: string }) =>
  flows.filter((flow) => energy.name === "tilted" || flow === null || flow.name === "realnvp");

/** The refusal of an energy that does not know of itself what the objective needs. */
function unknownOf({ needs = [] }: Objective, energy: string): string | null {
  // What is tilted knows no more on a flow.
  const { logZ, noiseLevels } = planar(tiny("energies", energy));
  if (needs.includes("logZ") && !logZ) return "needs an energy whose log Z is known";
  if (needs.includes("noiseLevels") && !noiseLevels) return "needs an energy that knows noise levels";
  return null;
}

const all = energies.flatMap((energy) =>
  flowsFor(energy).flatMap((flow) =>
    unlabelled.map((objective) => {
      const members = { energy, flow, objective: tiny("objectives", objective.name) };
      const given = { data: { dataset: "two-modes", points: 60 }, ...members, pretrain: 1, batch: 8, steps: 2 };
      const onFlow = "base" in energy;
      const label = `${energy.name}${onFlow ? " on the flow" : ""}, ${flow?.name ?? "no flow"}, ${objective.name}`;
      const flowless = flow === null && (onFlow || objective.needs?.includes("flow") === true);
      return { label, given, flowless, unknown: unknownOf(objective, energy.name), objective, flow };
    }),
  ),
);

it.each(all.filter((c) => c.flowless))("refuses $label", ({ given }) => {
  expect(() => resolveConfig(given)).toThrow(InputError);
  expect(() => resolveConfig(given)).toThrow(/needs a flow/);
});

it.each(all.filter((c) => c.unknown !== null && !c.flowless))("refuses $label", async ({ given, unknown }) => {
  await expect(assemble(given)).rejects.toThrow(InputError);
  await expect(assemble(given)).rejects.toThrow(unknown!);
});

/** A flow that is given once it is fitted, and an objective that trains nothing else. */
const idle = ({ flow, objective }: (typeof all)[number]): boolean =>
  flow !== null && objective.trains.every((group) => group === "flow") && isGiven(flow);
const isGiven = ({ name }: { readonly name: string }): boolean =>
  (registries.flows.find((f) => f.name === name) as unknown as FlowDeclaration)({}, [2]).layout.leaves.every(
    ({ frozen }) => frozen,
  );

it.each(all.filter((c) => idle(c) && !c.flowless))("refuses $label", async ({ given }) => {
  await expect(assemble(given)).rejects.toThrow(InputError);
  await expect(assemble(given)).rejects.toThrow("has nothing to learn");
});

it.each(all.filter((c) => c.unknown === null && !c.flowless && !idle(c)))(
  "trains $label",
  async ({ given, objective, flow }) => {
    const { spec, model, iteration } = await assemble(given);
    expect(model.flow === undefined).toBe(flow === null);
    const metrics: Record<string, number>[] = [];
    const after = (_: number, found: Record<string, number>): undefined => {
      metrics.push(found);
    };
    const { state } = await trainLoop(spec, { after });
    expect(metrics).toHaveLength(2);
    for (const found of metrics) expect(Object.values(found).every(Number.isFinite)).toBe(true);
    for (const [name, t] of Object.entries(state)) expect(numbers(t).every(Number.isFinite), name).toBe(true);
    expect([...iteration.groups].sort()).toEqual([...objective.trains].sort());
    // What has parameters to learn and is trained moves, and nothing else does.
    for (const group of ["energy", "flow"] as const) {
      const [before, now] = [spec.state, state].map((s: TrainState) => s[`params.${group}`]);
      if (before) {
        const learns = objective.trains.includes(group) && model[group]!.layout.leaves.some(({ frozen }) => !frozen);
        expect(now).toSatisfy((t) => learns !== sameNumbers(t, before));
      } else expect(model[group]?.layout.size ?? 0).toBe(0);
    }
  },
);

const sameNumbers = (a: Parameters<typeof numbers>[0], b: Parameters<typeof numbers>[0]): boolean =>
  numbers(a).every((v, i) => v === numbers(b)[i]);
