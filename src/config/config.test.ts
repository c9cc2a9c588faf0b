import { describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { InputError } from "../util/errors.js";
import { resolveConfig } from "./config.js";
import { registries } from "./registries.js";

const data = { dataset: "two-modes" };
const config = (more: object = {}) => ({ data, ...more });

describe("what is left out", () => {
  it("is filled in, down to the options of every member", () => {
    const resolved = resolveConfig(config());
    expect(resolved).toMatchObject({
      data: { dataset: "two-modes", options: { dimension: 2, preset: "unit" } },
      energy: { name: "tilted", base: "gaussian" },
      flow: { name: "realnvp", layers: 8 },
      objective: { name: "balanced", chains: 256, jumps: true },
      optimizer: { energy: { name: "adam", schedule: "step" }, flow: { name: "adam", schedule: "step" } },
      pretrain: 0,
      steps: 2000,
      seed: 0,
      select: "best",
    });
    expect(resolveConfig({ data: { file: "points.csv" } }).data).toMatchObject({ file: "points.csv", options: {} });
  });

  it("does not disturb what is given", () => {
    const given = {
      data: { dataset: "two-modes", points: 500, options: { offset: 2 } },
      energy: { name: "neural", hidden: [16] },
      flow: null,
      objective: { name: "pcd", replay: 1000 },
      optimizer: { energy: { name: "sgd", momentum: 0.5 } },
      steps: 7,
      seed: 3,
      average: 0,
    };
    const resolved = resolveConfig(given);
    expect(resolved).toMatchObject(given);
    expect(resolved.data.options).toMatchObject({ dimension: 2 });
    expect(resolved.optimizer.flow?.name).toBe("adam");
  });
});

describe("a preset of the objective", () => {
  const preset = (more: object = {}, objective: object = {}) =>
    resolveConfig(config({ objective: { preset: "paper", ...objective }, ...more }));

  it("stands for settings of the objective and of all around it", () => {
    const resolved = preset();
    expect(resolved).toMatchObject({
      energy: { name: "tilted", hidden: [32, 64, 64, 64], activation: "leaky-relu" },
      flow: { name: "realnvp", layers: 4, hidden: [16, 16, 16] },
      objective: { name: "balanced", jump: "isir", proposals: 64, dataShare: 0, replay: 8192, start: "noise" },
      optimizer: { energy: { learningRate: 0.001, schedule: "step" } },
    });
    expect(resolved.objective).not.toHaveProperty("preset");
    expect(preset({}, { name: "balanced" })).toEqual(resolved);
    for (const none of [undefined, null]) expect(preset({}, { preset: none })).toEqual(resolveConfig(config({})));
  });

  it("gives way to what is written, down to single options", () => {
    const resolved = preset(
      { energy: { hidden: [8] }, optimizer: { flow: { learningRate: 1 } }, batch: 7 },
      { proposals: 3, thin: null },
    );
    expect(resolved).toMatchObject({
      energy: { name: "tilted", hidden: [8], activation: "leaky-relu" },
      objective: { proposals: 3, thin: null, localStepsAfter: 63 },
      optimizer: { energy: { learningRate: 0.001 }, flow: { name: "adam", learningRate: 1 } },
      batch: 7,
    });
  });

  it("gives no options to members of other names", () => {
    const resolved = preset({ flow: { name: "maf" }, optimizer: { energy: { name: "sgd" } } });
    expect(resolved.flow).toEqual(resolveConfig(config({ flow: { name: "maf" } })).flow);
    expect(resolved.optimizer.energy).toEqual(
      resolveConfig(config({ optimizer: { energy: { name: "sgd" } } })).optimizer.energy,
    );
    expect(caught(() => preset({ flow: null }))).toBeInstanceOf(InputError);
  });
});

describe("resolving again", () => {
  const each = <T>(set: readonly { readonly name: string }[], make: (name: string) => T): T[] =>
    set.map(({ name }) => make(name));
  const { datasets, energies, flows, objectives, optimizers } = registries;
  it.each([
    config(),
    config({ flow: null, objective: { name: "cd" } }),
    config({ energy: { name: "tilted", base: "flow", hidden: [4] }, pretrain: 3 }),
    { data: { file: "points.csv", columns: ["a", "b"] } },
    ...each(datasets, (name) => ({ data: { dataset: name } })),
    ...each(energies, (name) => config({ energy: { name } })),
    ...each(flows, (name) => config({ flow: { name } })),
    ...objectives.map(({ name, ...facts }) => ({
      data: facts.needs?.includes("classes") ? { file: "points.csv", label: "species" } : { dataset: "two-modes" },
      objective: { name },
    })),
    { data: { file: "points.csv", label: "species", classes: 3 } },
    ...each(optimizers, (name) => config({ optimizer: { energy: { name }, flow: { name } } })),
  ])("changes nothing, also after a file: %j", (given) => {
    const once = resolveConfig(given);
    expect(resolveConfig(once)).toEqual(once);
    expect(resolveConfig(parse(stringify(once)))).toEqual(once);
  });
});

it("takes an energy that knows noise levels where the objective needs one and none is named", () => {
  const energyOf = (more: object) =>
    resolveConfig({ data, objective: { name: "multi-scale-denoising" }, ...more }).energy;
  expect(energyOf({}).name).toBe("noise-conditioned");
  expect(energyOf({ energy: { hidden: [8], sigmaMax: 5 } })).toMatchObject({ hidden: [8], sigmaMax: 5 });
  expect(energyOf({ energy: { name: "tilted" } }).name).toBe("tilted");
  expect(energyOf({ objective: { name: "nce" } }).name).toBe("tilted");
});

describe("rows with labels", () => {
  const labelled = (more: object = {}) => {
    const { energy, objective } = resolveConfig({ data: { file: "points.csv", label: "species" }, ...more });
    return [energy.name, objective.name];
  };

  it("have a classifier trained by jem, unless the energy or the objective is one that leaves them aside", () => {
    expect(labelled()).toEqual(["classifier", "jem"]);
    expect(labelled({ energy: { hidden: [8] } })).toEqual(["classifier", "jem"]);
    expect(labelled({ objective: { name: "jem", weight: 0 }, flow: null })).toEqual(["classifier", "jem"]);
    expect(labelled({ energy: { name: "classifier" }, objective: { name: "pcd" } })).toEqual(["classifier", "pcd"]);
    expect(labelled({ energy: { name: "tilted" } })).toEqual(["tilted", "balanced"]);
    expect(labelled({ objective: { name: "nce" } })).toEqual(["tilted", "nce"]);
    expect(labelled({ energy: { name: "rbm" } })).toEqual(["rbm", "tempered-pcd"]);
  });
});

describe("what is wrong is refused by its path", () => {
  it.each<[given: unknown, path: string, says: RegExp]>([
    [null, "", /object/],
    [[], "", /object/],
    [{}, "data", /object/],
    [{ data: 5 }, "data", /object/],
    [{ data: {} }, "data", /either a file or a dataset/],
    [{ data: { file: "points.csv", dataset: "two-modes" } }, "data", /either a file or a dataset/],
    [config({ stepz: 3 }), "stepz", /unknown option stepz, did you mean "steps"/],
    [config({ zzzzzzzzz: 3 }), "zzzzzzzzz", /unknown option zzzzzzzzz$/],
    [config({ steps: 0 }), "steps", /1/],
    [config({ steps: 1.5 }), "steps", /int/],
    [config({ steps: "10" }), "steps", /number/],
    [config({ seed: -1 }), "seed", /0/],
    [config({ average: 1 }), "average", /1/],
    [config({ select: "worst" }), "select", /"best"\|"last"/],
    [config({ batch: Number.POSITIVE_INFINITY }), "batch", /number/],
    [{ data: { dataset: 3 } }, "data.dataset", /string/],
    [
      { data: { dataset: "two-mode" } },
      "data.dataset",
      /unknown dataset "two-mode", did you mean "two-modes".*spirals/,
    ],
    [{ data: { ...data, option: {} } }, "data.option", /unknown option option, did you mean "options"/],
    [{ data: { ...data, points: 3 } }, "data.points", /10/],
    [{ data: { ...data, validation: 1 } }, "data.validation", /1/],
    [{ data: { ...data, validation: 0.6, test: 0.5 } }, "data", /validation 0.6 and test 0.5 leave no rows/],
    [{ data: { ...data, columns: ["x"] } }, "data.columns", /columns are of a file/],
    [{ data: { file: "points.csv", options: { offset: 1 } } }, "data.options", /options are of a dataset/],
    [
      { data: { ...data, options: { offsett: 2 } } },
      "data.options.offsett",
      /dataset two-modes: .*did you mean "offset"/,
    ],
    [{ data: { ...data, options: { offset: -2 } } }, "data.options.offset", /dataset two-modes: option offset/],
    [{ data: { ...data, label: "species" } }, "data.label", /label is a column of a file/],
    [{ data: { file: "p.csv", label: "a", columns: ["a", "b"] } }, "data.columns", /column a is the label/],
    [{ data: { file: "p.csv", classes: 3 } }, "data.classes", /name their column with label/],
    [{ data: { file: "p.csv", label: "a", classes: 1 } }, "data.classes", />=2/],
    [config({ objective: { name: "jem" } }), "objective", /objective jem needs rows with labels; .*data\.label/],
    [
      { data: { file: "p.csv", label: "a" }, objective: { name: "jem", likelihood: { name: "pcd", chians: 2 } } },
      "objective.likelihood.chians",
      /objective jem: unknown option likelihood\.chians/,
    ],
    [{ data: { file: "p.csv", label: "a" }, flow: null }, "flow", /objective jem needs a flow/],
    [config({ energy: "tilted" }), "energy", /object/],
    [config({ energy: null }), "energy", /object/],
    [config({ energy: { name: 3 } }), "energy.name", /string/],
    [config({ energy: { name: "tiltd" } }), "energy.name", /unknown energy "tiltd", did you mean "tilted"/],
    [config({ energy: { name: "tilted", hiden: [3] } }), "energy.hiden", /energy tilted: .*did you mean "hidden"/],
    [config({ energy: { name: "tilted", hidden: [8, 0] } }), "energy.hidden.1", /energy tilted: option hidden\.1/],
    [config({ flow: { name: "realnvpp" } }), "flow.name", /unknown flow "realnvpp", did you mean "realnvp"/],
    [config({ flow: { name: "realnvp", layers: 0 } }), "flow.layers", /flow realnvp: option layers/],
    [
      config({ objective: { name: "balance" } }),
      "objective.name",
      /unknown objective "balance", did you mean "balanced"/,
    ],
    [config({ objective: { name: "balanced", chain: 3 } }), "objective.chain", /objective balanced: .*"chains"/],
    [
      config({ objective: { name: "pcd", local: "underdamped-langevin" } }),
      "objective.local",
      /option local: expected one of .*, mala, .*; got "underdamped-langevin"/,
    ],
    [config({ optimizer: { energi: {} } }), "optimizer.energi", /unknown option energi, did you mean "energy"/],
    [config({ optimizer: { energy: { name: "adma" } } }), "optimizer.energy.name", /unknown optimizer "adma".*"adam"/],
    [config({ optimizer: { flow: { name: "sgd", momentum: 1 } } }), "optimizer.flow.momentum", /optimizer sgd/],
    [
      config({ optimizer: { flow: { name: "adam", learningrate: 1 } } }),
      "optimizer.flow.learningrate",
      /"learningRate"/,
    ],
    [config({ flow: null }), "flow", /objective balanced needs a flow/],
    [
      config({ energy: { name: "tilted", base: "flow" } }),
      "energy.base",
      /energy tilted needs a flow as its base; .*pretrain/,
    ],
    [
      config({ energy: { name: "tilted", base: "flow" }, flow: null, objective: { name: "cd" }, pretrain: 1 }),
      "energy.base",
      /flow/,
    ],
    [{ data: { ...data, validation: 0 } }, "select", /validation rows/],
    [
      config({ energy: { name: "tilted", base: "flow" }, pretrain: 9, pretrainBy: "reverse-kl" }),
      "energy.base",
      /flow-likelihood/,
    ],
    [config({ pretrainBy: "balanced" }), "pretrainBy", /flow-likelihood.*reverse-kl/],
    [
      config({ objective: { name: "balanced", preset: "papr" } }),
      "objective.preset",
      /unknown preset "papr", did you mean "paper"\?; expected paper/,
    ],
    [config({ objective: { name: "cd", preset: "paper" } }), "objective.preset", /objective cd: .*it has none/],
    [config({ objective: { name: "balancd", preset: "paper" } }), "objective.name", /did you mean "balanced"/],
    [config({ objective: { name: 5, preset: "paper" } }), "objective.name", /expected string/],
  ])("%j", (given, path, says) => {
    const error = caught(() => resolveConfig(given));
    expect(error).toBeInstanceOf(InputError);
    expect((error as InputError).path.join(".")).toBe(path);
    expect((error as InputError).message).toMatch(says);
    expect((error as InputError).message).not.toMatch(/\n/);
  });

  it("and what is allowed beside it is not", () => {
    expect(() => resolveConfig({ data: { ...data, validation: 0 }, select: "last" })).not.toThrow();
    expect(() => resolveConfig({ data: { ...data, validation: 0.5, test: 0.4 } })).not.toThrow();
    expect(() => resolveConfig(config({ flow: null, objective: { name: "pcd" } }))).not.toThrow();
  });
});

function caught(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}
