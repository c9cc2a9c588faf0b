import { expect, test } from "vitest";
import { z } from "zod";
import type { Dataset } from "../data/dataset.js";
import * as datasets from "../data/members.js";
import * as objectives from "../objectives/members.js";
import * as samplers from "../samplers/members.js";
import { catalog, catalogEntry, listSet, sets } from "./catalog.js";

test("the catalogue is plain data: JSON gives it back equal", () => {
  const all = catalog();
  expect(Object.keys(all)).toEqual([...sets]);
  expect(JSON.parse(JSON.stringify(all))).toEqual(all);
});

test("every set has members with a meaning for each option, and defaults where they are not required", () => {
  for (const set of sets) {
    const members = listSet(set);
    expect(members.length, set).toBeGreaterThan(0);
    expect(new Set(members.map(({ name }) => name)).size, set).toBe(members.length);
    for (const { name, options } of members)
      for (const option of options) {
        const where = `${set} ${name} ${option.name}`;
        expect(option.about, where).not.toBe("");
        if (option.required) expect(option.default, where).toBe(null);
      }
  }
  const required = listSet("metrics").flatMap(({ options }) => options.filter((o) => o.required).map((o) => o.name));
  expect(new Set(required)).toEqual(new Set(["modes", "superchains"]));
});

test("options say of themselves which are shown first, and their schemas do not", () => {
  const { options } = listSet("objectives").find(({ name }) => name === "balanced")!;
  const first = options.filter(({ essential }) => essential).map(({ name }) => name);
  expect(first).toEqual(expect.arrayContaining(["chains", "local", "localSteps", "stepSize"]));
  expect(first.length).toBeLessThan(options.length / 2);
  for (const { schema } of options) expect(schema).not.toHaveProperty("essential");
});

test("it has every member with the facts of its declaration", () => {
  const { objectives: listed, samplers: kernels } = catalog();
  expect(listed.map(({ name }) => name)).toEqual(
    Object.values(objectives)
      .map(({ name }) => name)
      .sort(),
  );
  for (const { name, trains } of Object.values(objectives))
    expect(listed.find((o) => o.name === name)?.facts.trains, name).toEqual(trains);
  for (const { name, exact, tuning } of Object.values(samplers)) {
    const { facts } = kernels.find((s) => s.name === name)!;
    expect(facts.exact, name).toBe(exact);
    expect(facts.tuning, name).toEqual(tuning);
  }
});

test("a data set says which option takes the weights of its modes, in their order", () => {
  let found = 0;
  for (const member of Object.values(datasets) as unknown as readonly Dataset[]) {
    const { modeWeights } = member;
    if (!modeWeights) continue;
    found++;
    const { option, key } = modeWeights;
    const usual = listSet("datasets")
      .find(({ name }) => name === member.name)!
      .options.find(({ name }) => name === option)!;
    const weights = member().modes!.weights.map((_, k) => k + 1);
    const value = key ? weights.map((weight, k) => ({ ...(usual.default as object[])[k], [key]: weight })) : weights;
    const total = weights.reduce((sum, w) => sum + w, 0);
    const modes = member({ [option]: value }).modes!;
    for (const [k, weight] of modes.weights.entries()) expect(weight, member.name).toBeCloseTo(weights[k]! / total, 12);
    expect(modes.centers, member.name).toEqual(member().modes!.centers);
  }
  expect(found).toBeGreaterThan(3);
});

test("a fact passes whatever its name is, and what is no data stays behind", () => {
  const options = z.object({ a: z.number().describe("a number"), b: z.number().default(3).describe("another") });
  const entry = catalogEntry({
    ...{ name: "planted", about: "A member.", options },
    ...{ reports: { gap: { unit: "nats", draw: () => 1 } }, modes: [1, () => 2, "x"], most: Infinity, at: new Map() },
    ...{ run: () => 3, missing: undefined, nothing: null },
  });
  expect(entry.cite).toBeNull();
  expect(entry.facts).toEqual({ reports: { gap: { unit: "nats" } }, modes: [1, "x"], nothing: null });
  expect(entry.options).toMatchObject([
    { name: "a", required: true, default: null, about: "a number", schema: { type: "number" } },
    { name: "b", required: false, default: 3 },
  ]);
});
