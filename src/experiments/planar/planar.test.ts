import { beforeAll, describe, expect, it } from "vitest";
import { newDocument } from "../../report/document.node.js";
import { renderPage } from "../../report/page.js";
import { logZAgrees, mostRuns, sameOrder } from "./claims.js";
import type { Planar, PlanarResult, PlanarRun } from "./declaration.js";
import {
  errorOverDraws,
  modelAgainstTruth,
  negativesAgainstModel,
  startsAgainstModel,
  weightError,
} from "./measures.js";
import { planar } from "./planar.js";

const small = {
  energy: { name: "tilted", hidden: [8] },
  flow: { name: "realnvp", layers: 2, hidden: [8] },
  batch: 32,
};

const declared: Planar = {
  name: "small",
  title: "Small",
  about: "Two modes, for the test.",
  cite: "nobody",
  intro: "Small.",
  seeds: { quick: 1, full: 2 },
  data: { dataset: "two-modes", options: { preset: "paper" }, points: 400 },
  zones: ["bottom left", "top right"],
  methods: {
    balanced: {
      title: "balanced training",
      role: "ebm",
      config: { ...small, objective: { name: "balanced", chains: 16, replay: 48, localSteps: 2, jumps: false } },
      steps: { quick: 40, full: 40 },
    },
    nce: {
      title: "NCE",
      role: "data",
      config: { ...small, objective: { name: "nce" } },
      steps: { full: 40 },
      seeds: 1,
    },
    wild: {
      title: "wild",
      role: "failure",
      config: { ...small, objective: { name: "pcd" }, optimizer: { energy: { name: "sgd", learningRate: 1e30 } } },
      steps: { full: 40 },
      seeds: 1,
    },
  },
  line: { from: [-2.5, -2.5], to: [2.5, 2.5], title: "along the diagonal" },
  trace: { title: "Weight", label: "weight", of: (w) => w[1]!, truth: 2 / 3, truthName: "truth" },
  measures: [
    errorOverDraws,
    startsAgainstModel,
    negativesAgainstModel,
    { ...modelAgainstTruth, paper: { balanced: 4.29e-4 } },
    weightError,
  ],
  claims: () => [],
};

const experiment = planar(declared);
const full = { budget: "full", seeds: 2, seed: 7 } as const;

const noData = () => Promise.reject(new Error("needs none"));
const results = new Map<string, PlanarResult>();
beforeAll(async () => {
  for (const method of Object.keys(declared.methods))
    results.set(method, await experiment.run({ method, seed: 7, steps: 40 }, () => {}, noData));
});

describe("a unit in the plane", () => {
  it("is planned by budget, with as many seeds as its method has", () => {
    expect(experiment.plan({ budget: "quick", seeds: 1, seed: 3 })).toEqual([
      { method: "balanced", seed: 3, steps: 40 },
    ]);
    expect(experiment.plan(full).map(experiment.label)).toEqual([
      "balanced, seed 7",
      "nce, seed 7",
      "wild, seed 7",
      "balanced, seed 8",
    ]);
  });

  it("has the true weights of the zones, and follows those of model, chains and flow apart", () => {
    const { truth, curve, learnt } = results.get("balanced")!;
    expect(truth[0]).toBeCloseTo(1 / 3, 6);
    expect(truth[1]).toBeCloseTo(2 / 3, 6);
    expect(curve).toHaveLength(40);
    const { model, chains, flow, data } = learnt!.weights;
    for (const w of [model, chains!, flow!, data]) expect(w[0]! + w[1]!).toBeCloseTo(1, 6);
    expect(new Set([model[1], chains![1], flow![1], data[1]]).size).toBe(4);
    expect(learnt!.kl).toBeGreaterThan(0);
    expect(learnt!.logDensityError.draws).toBeGreaterThan(0);
  });

  it("looks into the method's own chains: as many negatives as it has, and paths that go on", () => {
    const { zones, pictures } = results.get("balanced")!.learnt!;
    expect(zones!.start[0]! + zones!.start[1]!).toBeCloseTo(1, 6);
    expect(pictures.negatives).toHaveLength(16);
    for (const paths of [pictures.paths!, pictures.latent!.paths]) {
      expect(paths).toHaveLength(5);
      expect(new Set(paths.map((path) => path.length))).toEqual(new Set([40]));
    }
    // Without jumps the next place of one and the same chain is near, wherever it waits among the others.
    const [first, second] = pictures.paths!;
    const lengths = first!.slice(1).map(([x, y], i) => Math.hypot(x - first![i]![0], y - first![i]![1]));
    expect(Math.max(...lengths)).toBeLessThan(1.5);
    expect(new Set(lengths).size).toBeGreaterThan(10);
    expect(second).not.toEqual(first);
  });

  it("has nothing of what its method has not", () => {
    const { learnt } = results.get("nce")!;
    expect(learnt).toMatchObject({ zones: null, weights: { chains: null, flow: null } });
    expect(learnt!.pictures).toMatchObject({ negatives: null, paths: null, latent: null });
  });

  it("that leaves the numbers is a result that says so", () => {
    const { learnt, failure } = results.get("wild")!;
    expect(learnt).toBeNull();
    expect(failure).toMatch(/step \d+/);
  });
});

describe("its page and table", () => {
  const outcome = () =>
    experiment.conclude(
      experiment.plan(full).map((unit) => ({ unit, result: results.get(unit.method)! })),
      full,
    );

  it("have a row a method with the paper's number beside ours", () => {
    const { columns, rows } = outcome().table;
    expect(columns[columns.indexOf("E vs p*") + 1]).toBe("paper");
    expect(rows.map((row) => row.slice(0, 3))).toEqual([
      ["balanced", "2", "40"],
      ["nce", "1", "40"],
      ["wild", "0 of 1", "40"],
    ]);
    expect(rows[0]![columns.indexOf("E vs p*") + 1]).toBe("4.29e-4");
    expect(rows[2]![3]).toBe("diverged");
  });

  it("draw what there is of each", () => {
    const html = renderPage(experiment.report(outcome(), full), newDocument());
    for (const title of ["The truth", "Learned by NCE", "Flow of balanced training", "Weights of 2 zones, NCE"])
      expect(html).toContain(`<title>${title}</title>`);
    expect(html).not.toContain("<title>Learned by wild");
    expect(html).toContain("diverged");
  });
});

describe("the rules of claims", () => {
  const run = (method: string, found: Partial<PlanarRun>): PlanarRun => ({
    ...{ ...results.get("balanced")!, method, seed: 0, steps: 40 },
    ...found,
  });
  const rule = { method: "a", name: "small", says: String, holds: () => true, limit: { full: 1 } };

  it("say nothing of a method or a budget that is not there", () => {
    expect(mostRuns(rule)([run("b", {})], full)).toEqual([]);
    expect(mostRuns(rule)([run("a", {})], { ...full, budget: "quick" })).toEqual([]);
    expect(logZAgrees("a")([run("b", {})], full)).toEqual([]);
  });

  it("count a run that left the numbers against a method, also one that has to fail", () => {
    const lost = [run("a", { learnt: null })];
    expect(mostRuns(rule)(lost, full)).toMatchObject([{ value: 0, passed: false }]);
    expect(mostRuns({ ...rule, control: true })(lost, full)).toMatchObject([{ passed: false, negativeControl: true }]);
    expect(logZAgrees("a")(lost, full)).toMatchObject([{ passed: false }]);
  });

  it("trust no log Z of weights that a few points hold, however wide its error", () => {
    const logZ = { grid: 1, importance: { value: 1.5, standardError: 1, interval: null }, paretoK: 0.7 };
    const of = (paretoK: number) =>
      run("a", { learnt: { ...results.get("balanced")!.learnt!, logZ: { ...logZ, paretoK } } });
    expect(logZAgrees("a")([of(0.7)], full)).toMatchObject([{ passed: true }]);
    for (const k of [0.71, Number.NaN]) expect(logZAgrees("a")([of(k)], full)).toMatchObject([{ passed: false }]);
  });

  it("compare the order of medians, in which one that has no number has no place", () => {
    const order = sameOrder(["a", "b", "c"], "error", ({ seconds }) => seconds);
    const of = (...seconds: number[]) => seconds.map((s, i) => run("abc"[i]!, { seconds: s }));
    expect(order(of(1, 2, 3), full)).toMatchObject([{ value: 3, passed: true }]);
    expect(order(of(1, 3, 2), full)).toMatchObject([{ value: 2, passed: false }]);
    expect(order(of(1, 2), full)).toEqual([]);
    expect(order([...of(1, 2), run("c", { learnt: null })], full)).toMatchObject([{ value: 1, passed: false }]);
  });
});
