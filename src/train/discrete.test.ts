/** Runs of discrete points: what is chosen for them, what their rows may be, and what is true of what they learn. */

import { describe, expect, it } from "vitest";
import { assemble } from "../../test/support/assembled.js";
import { numbers } from "../../test/support/tensors.js";
import { type RunConfig, resolveConfig } from "../config/config.js";
import { buildModel, prepareData } from "../config/prepare.js";
import { isDiscrete, registries } from "../config/registries.js";
import { barsAndStripes } from "../data/bars-and-stripes.js";
import { readCsv } from "../data/csv.js";
import { type Energy, makeEnergy } from "../energies/energy.js";
import { rbm } from "../energies/rbm.js";
import { rbmLogZ } from "../energies/rbm-exact.js";
import { statesOf } from "../energies/states.js";
import { evaluateModel } from "../evaluation/evaluate.js";

import { drawPoints } from "../inference/draw-points.js";
import { learned } from "../inference/learned.js";

import { normal } from "../random/draw.js";
import { fold, makeKey } from "../random/key.js";
import { InputError } from "../util/errors.js";
import { mean } from "../util/moments.js";
import { listOptions } from "../util/options.js";
import { type FloatTensor, tensor } from "../util/tensor.js";
// A name that no runner takes for one of its own.
import { fit as fitted } from "./fit.js";
import { trainLoop } from "./loop.js";

const key = makeKey(29);
const bits = { dataset: "bars-and-stripes" };
const file = { file: "bits.csv" };

describe("what is left out", () => {
  const { energy: usual, flow, objective, optimizer } = resolveConfig({ data: bits });

  it("is a machine of bits, tempered PCD without momentum and no flow where data set, energy or objective are discrete", () => {
    expect([usual.name, flow, objective.name]).toEqual(["rbm", null, "tempered-pcd"]);
    expect(objective).toMatchObject({ levels: 5, localSteps: 2 });
    expect(optimizer.energy).toMatchObject({ name: "adam", learningRate: 0.04, beta1: 0, schedule: "cosine" });
    const others = [
      { data: file, energy: { name: "rbm" } },
      { data: file, objective: { name: "pseudo-likelihood" } },
    ].map(resolveConfig);
    for (const config of others) {
      expect(isDiscrete(config)).toBe(true);
      expect([config.energy.name, config.flow]).toEqual(["rbm", null]);
      expect(config.optimizer).toEqual(optimizer);
    }
    expect(others.map((config) => config.objective.name)).toEqual(["tempered-pcd", "pseudo-likelihood"]);
    expect(usual.hiddenUnits).toBe(64);
    // Small enough to be summed over, where log Z must be known.
    for (const data of [bits, file]) {
      const exact = (energy: object) => resolveConfig({ data, energy, objective: { name: "likelihood" } });
      expect(exact({}).energy).toMatchObject({ name: "rbm", hiddenUnits: 12 });
      expect(exact({ hiddenUnits: 10 }).energy).toMatchObject({ name: "rbm", hiddenUnits: 10 });
      expect(exact({}).optimizer).toEqual(optimizer);
    }
    const named = (name: string) => resolveConfig({ data: file, energy: { name }, objective: { name: "likelihood" } });
    expect(named("rbm").energy).toMatchObject({ name: "rbm", hiddenUnits: 64 });
    expect(isDiscrete(named("gaussian-rbm"))).toBe(false);
    expect(isDiscrete(resolveConfig({ data: file }))).toBe(false);
    expect(resolveConfig({ data: file }).optimizer.energy!.learningRate).not.toBe(0.04);
    // A network of bits has weights and no logits, and no conditional laws to temper.
    const network = resolveConfig({ data: file, energy: { name: "neural-bits" } });
    expect(network).toMatchObject({ flow: null, objective: { name: "pcd" } });
    expect(network.optimizer.energy).toMatchObject({ learningRate: 0.003, beta1: 0.9, schedule: "step" });
  });

  it("does not disturb what is given, and resolved again it is the same", () => {
    const given = {
      data: bits,
      energy: { hiddenUnits: 5 },
      objective: { chains: 32 },
      optimizer: { energy: { name: "sgd" }, flow: { learningRate: 0.5 } },
      steps: 3,
    };
    const config = resolveConfig(given);
    expect(config).toMatchObject({
      ...given,
      energy: { name: "rbm", hiddenUnits: 5 },
      objective: { name: "tempered-pcd" },
    });
    expect(config.optimizer.energy!.learningRate).not.toBe(0.04);
    const slower = resolveConfig({ data: bits, optimizer: { energy: { learningRate: 0.2 } } });
    expect(slower.optimizer.energy).toMatchObject({ name: "adam", learningRate: 0.2 });
    expect(resolveConfig(config)).toEqual(config);
  });

  it("is no excuse for what fits nothing", () => {
    const wrong: [object, string][] = [
      [
        { data: bits, flow: { name: "realnvp" } },
        "flow realnvp is of real points, and those of energy rbm are discrete",
      ],
      [
        { data: bits, objective: { name: "balanced" } },
        "objective balanced needs real points, and those of energy rbm",
      ],
      [
        { data: file, energy: { name: "tilted" }, objective: { name: "ratio-matching" } },
        "objective ratio-matching needs discrete points, and those of energy tilted are real; choose another objective, or of the energies one of ising, neural-bits, potts, rbm",
      ],
      [{ data: bits, energy: "rbm" }, "energy: "],
      [{ data: bits, optimizer: "adam" }, "optimizer: "],
      [{ data: bits, optimizer: { energy: 3 } }, "optimizer.energy: "],
      [{ data: bits, energy: { hidden: [3] } }, "energy rbm: unknown option hidden"],
    ];
    for (const [given, message] of wrong) {
      expect(() => resolveConfig(given), message).toThrow(InputError);
      expect(() => resolveConfig(given)).toThrow(message);
    }
  });
});

describe("the rows", () => {
  const machine = resolveConfig({ data: file, energy: { name: "rbm" } });
  const csv = (lines: readonly string[]) => readCsv(["a,b,c", ...lines].join("\n"), { source: "bits.csv", fit: false });
  const lines = Array.from({ length: 20 }, (_, i) => `${i % 2},${i % 3 === 0 ? 1 : 0},0`);

  it("stay what they are, also where a column never changes", () => {
    const { train, test, validation, coordinates } = prepareData(machine, csv(lines));
    const { mean, scale } = coordinates.affine!;
    expect([...mean, ...scale]).toEqual([0, 0, 0, 1, 1, 1]);
    const all = [train, validation, test].flatMap(({ data }) =>
      Array.from({ length: data.length / 3 }, (_, i) => [...data.subarray(3 * i, 3 * i + 3)].join()),
    );
    expect(all.sort()).toEqual([...lines].sort());
  });

  it("are refused with row, column and value where one is no state; rows are counted as in the file", () => {
    const with_ = (line: string) => () =>
      prepareData(machine, csv([...lines.slice(0, 7), "# a remark", line, ...lines]));
    expect(with_("0,2,1")).toThrow(
      "bits.csv: row 10, column b: 2 is neither 0 nor 1, and points of energy rbm are; correct it, or choose an energy of real points",
    );
    expect(with_("0.5,1,1")).toThrow("row 10, column a: 0.5 is neither");
    expect(with_("0,1,-1")).toThrow(InputError);
    const real = resolveConfig({ data: { dataset: "two-modes", points: 50 }, energy: { name: "rbm" } });
    expect(() => prepareData(real, undefined)).toThrow(
      /dataset two-modes: row 1, column x1: -?\d.* is neither 0 nor 1/,
    );
  });

  it("of a discrete data set are refused to an energy of real points", () => {
    const config = resolveConfig({ data: bits, energy: { name: "tilted" } });
    expect(() => prepareData(config, undefined)).toThrow(
      "dataset bars-and-stripes has binary (0 or 1) points, and those of energy tilted are real",
    );
  });

  it("are refused to energies of categorical points, and of lattices, for what they are", () => {
    for (const [name, message] of [
      ["potts", "energy potts: its points are categorical, and columns of a run are real or binary"],
      ["ising", "energy ising: points are rows of 9 numbers; set option width"],
    ] as const)
      expect(() => prepareData(resolveConfig({ data: bits, energy: { name } }), undefined)).toThrow(message);
  });
});

/** An objective with the smallest sizes it knows. */
const tiny = (name: string): { readonly name: string } => {
  const { options } = registries.objectives.find((o) => o.name === name)!;
  const has = listOptions(options).map((o) => o.name);
  const sizes = { chains: 8, buffer: 16, localSteps: 1, levels: 3 };
  return { name, ...Object.fromEntries(Object.entries(sizes).filter(([size]) => has.includes(size))) };
};

describe.each(registries.objectives.map(({ name }) => name))("objective %s", (name) => {
  const given = { data: { ...bits, points: 60 }, energy: { name: "rbm", hiddenUnits: 3 }, objective: tiny(name) };
  const { support = "real" } = registries.objectives.find((o) => o.name === name) as { support?: string };

  it("trains a machine of bits, whose chains stay bits, or says that its points are real", async () => {
    if (support === "real") return expect(() => resolveConfig(given)).toThrow(`objective ${name} needs real points`);
    const { spec } = await assemble({ ...given, steps: 3, batch: 8 });
    const { state } = await trainLoop(spec);
    expect(numbers(state["params.energy"]!)).not.toEqual(numbers(spec.state["params.energy"]!));
    for (const [part, t] of Object.entries(state)) expect(numbers(t).every(Number.isFinite), part).toBe(true);
    for (const part of ["carry.chains", "carry.buffer", "carry.replicas"])
      if (state[part])
        expect(
          numbers(state[part]).every((v) => v === 0 || v === 1),
          part,
        ).toBe(true);
  });
});

describe("what is learned", () => {
  it("is on its way to the law of bars and stripes after a short training; every number of the evaluation is that of the sum over states", async () => {
    const { config, spec, model, data } = await assemble({
      data: { ...bits, points: 2000 },
      objective: { chains: 64 },
      steps: 600,
      batch: 128,
      average: 0.9,
    });
    const { state } = await trainLoop(spec);
    const parameters = { energy: learned(state, "energy"), flow: undefined };
    const law = barsAndStripes();
    const options = { key, draws: 1000, distribution: law };
    const before = await evaluateModel(
      model,
      { energy: learned(spec.state, "energy"), flow: undefined },
      data,
      options,
    );
    const found = await evaluateModel(model, parameters, data, { ...options, estimators: true });
    const theta = numbers(parameters.energy!);
    const logZ = rbmLogZ(theta, { visible: 9, hidden: 64 });
    expect(found.logZ).toMatchObject({ proposal: "enumeration", draws: 512, note: null });
    // Every state once: off by rounding alone, which its error is.
    const { value, standardError } = found.logZ.logZ;
    expect(standardError).toBeLessThan(1e-5);
    expect(Math.abs(value - logZ)).toBeLessThan(2 * standardError!);
    const exact = found.estimates!.rows.find((row) => row.name === "exact")!;
    expect(exact.logZ).toMatchObject({ value: logZ, standardError: 0 });
    expect(found.estimates!.rows.map((row) => row.name)).toContain("ais");
    expect(found.estimates!.agreement.agree).toBe(true);
    // KL and total variation over all states, in double precision.
    const states = statesOf(model.energy.support, [9], 0, 512);
    const logP = law.logDensity(states);
    const logQ = Array.from(
      { length: 512 },
      (_, s) => logProbability(theta, states.data.subarray(9 * s, 9 * s + 9), 64) - logZ,
    );
    const kl = logP.reduce((sum, p, s) => (p > -99 ? sum + Math.exp(p) * (p - logQ[s]!) : sum), 0);
    const tv = logP.reduce((sum, p, s) => sum + Math.abs(Math.exp(p) - Math.exp(logQ[s]!)) / 2, 0);
    expect(found.truth!.grid).toBeNull();
    expect(found.truth!.modeWeights).toBeNull();
    expect(found.truth!.states!.count).toBe(512);
    expect(found.truth!.states!.kl).toBeCloseTo(kl, 4);
    expect(found.truth!.states!.totalVariation).toBeCloseTo(tv, 4);
    // 600 steps of the 2000 that are usual: more than half of the way.
    expect(kl).toBeLessThan(before.truth!.states!.kl / 2);
    // The baseline: every column by itself, with half a row more of either value.
    const high = Array.from({ length: 9 }, (_, j) => {
      const n = data.train.shape[0]!;
      return (Array.from({ length: n }, (_, i) => data.train.data[9 * i + j]!).reduce((a, b) => a + b) + 0.5) / (n + 1);
    });
    const baseline = mean(
      Array.from({ length: data.test.shape[0]! }, (_, i) =>
        high.reduce((sum, p, j) => sum + Math.log(data.test.data[9 * i + j] === 1 ? p : 1 - p), 0),
      ),
    );
    expect(found.gaussian).toBeNull();
    expect(found.independent!.mean.value).toBeCloseTo(baseline, 9);
    expect(found.gain.value).toBeCloseTo(found.model.mean.value - baseline, 6);
    expect(found.verdict).toMatch(/^The model explains held-out rows better than a law of independent columns, by \d/);
    expect(before.verdict).not.toMatch(/Gaussian/);
    const { points, sampler } = await drawPoints(model, parameters, data, {
      n: 60,
      key: fold(key, "draw"),
      warmup: 20,
    });
    expect(sampler.name).toBe("gibbs");
    expect(points.shape).toEqual([60, 9]);
    expect(points.data.every((v) => v === 0 || v === 1)).toBe(true);
    expect(config.objective.name).toBe("tempered-pcd");
  }, 30_000);

  it("is summed over a layer where states are many, or weighed by annealing: log Z within its error of that sum", async () => {
    const energy = rbm({ hiddenUnits: 6 }, { event: [24] });
    const params = tensor(normal(fold(key, "machine"), [energy.layout.size]).data.map((v) => 0.5 * v));
    const rows = tensor(new Float32Array(24 * 30), [30, 24]);
    const data = prepareData(resolveConfig({ data: file, energy: { name: "rbm", hiddenUnits: 6 } }), {
      ...{ source: "bits.csv", columns: Array.from({ length: 24 }, (_, i) => `x${i}`) },
      rows: tensor(Float64Array.from(rows.data), rows.shape),
    });
    const evaluated = (own: Energy) =>
      evaluateModel({ event: [24], energy: own }, { energy: params, flow: undefined }, data, { key, draws: 2000 });
    const exact = rbmLogZ(params.data, { visible: 24, hidden: 6 });
    expect((await evaluated(energy)).logZ).toMatchObject({ proposal: "layer", logZ: { value: exact }, note: null });
    // The same machine, of which no sum is known.
    const { layout, support, blocks } = energy;
    const found = await evaluated(
      makeEnergy({ event: [24], layout, support, blocks: blocks!, energy: (x, theta) => energy(x, theta) }),
    );
    expect(found.logZ).toMatchObject({ proposal: "annealing", draws: 100 });
    const { value, standardError } = found.logZ.logZ;
    expect(standardError).toBeLessThan(0.2);
    // 4 standard errors: false alarms once in 1.5e4 runs, were the seed not fixed.
    expect(Math.abs(value - exact)).toBeLessThan(4 * standardError!);
  });
});

/** `b·v + Σ softplus(c + v W)`. */
function logProbability(theta: ArrayLike<number>, v: ArrayLike<number>, m: number): number {
  const n = v.length;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += v[i]! * theta[n * m + i]!;
  for (let j = 0; j < m; j++) {
    let field = theta[n * m + n + j]!;
    for (let i = 0; i < n; i++) field += v[i]! * theta[i * m + j]!;
    sum += Math.max(field, 0) + Math.log1p(Math.exp(-Math.abs(field)));
  }
  return sum;
}

it("takes rows of spins as a lattice of a width: training and evaluation are those of the lattice", async () => {
  const rows = barsAndStripes({ side: 2 }).draw(key, 300);
  const spins = tensor(
    rows.data.map((v) => 2 * v - 1),
    rows.shape,
  );
  const energy = { name: "ising", width: 2, boundary: "free", learn: true };
  const { evaluation, config, sample } = await fitted(spins, { energy, steps: 40, batch: 32, evaluateEvery: 20 });
  expect([config.objective.name, config.flow]).toEqual(["tempered-pcd", null]);
  expect(evaluation.logZ).toMatchObject({ proposal: "enumeration", draws: 16 });
  expect((await sample(10, { warmup: 5 })).data.every((v) => v === -1 || v === 1)).toBe(true);
  await expect(fitted(rows, { energy, steps: 1 })).rejects.toThrow("is neither -1 nor 1");
  await expect(fitted(spins, { energy: { ...energy, width: 3 } })).rejects.toThrow(
    "rows of 4 numbers; set option width",
  );
});

describe("fit", () => {
  const rows: FloatTensor = barsAndStripes({ side: 2 }).draw(key, 400);
  const small = { energy: { name: "rbm", hiddenUnits: 4 }, steps: 60, batch: 32, evaluateEvery: 30 };

  it("takes rows of bits for an energy of bits, gives log-probabilities that sum to 1, and draws bits", async () => {
    const model = await fitted(rows, small);
    const config: RunConfig = model.config;
    expect([config.flow, config.objective.name]).toEqual([null, "tempered-pcd"]);
    const logP = await model.logDensity(statesOf({ kind: "binary", values: [0, 1] }, [4], 0, 16));
    expect(logP.reduce((sum, v) => sum + Math.exp(v), 0)).toBeCloseTo(1, 5);
    const drawn = await model.sample(20, { warmup: 10 });
    expect(drawn.data.every((v) => v === 0 || v === 1)).toBe(true);
    expect(buildModel(config, [4]).energy.support.kind).toBe("binary");
  });

  it("names the row and the column that hold no bit", async () => {
    const wrong = tensor(
      Float64Array.from(rows.data, (v, i) => (i === 4 * 30 + 2 ? 7 : v)),
      rows.shape,
    );
    await expect(fitted(wrong, small)).rejects.toThrow("rows in memory: row 31, column x3: 7 is neither 0 nor 1");
  });
});
