import { describe, expect, it } from "vitest";
import { normal } from "../random/draw.js";
import { makeKey } from "../random/key.js";
import { newDocument } from "../report/document.node.js";
import { renderPage } from "../report/page.js";
import type { Budget, Finished } from "./experiment.js";
import { rbm } from "./rbm.js";
import { expectedUpdate, visibleLaw } from "./rbm-bias.js";
import { type Bracket, machineOf, patternRows } from "./rbm-machine.js";
import { denser, type RbmResult, type RbmUnit, runUnit } from "./rbm-units.js";

const full: Budget = { budget: "full", seeds: 3, seed: 4 };
const plan = rbm.plan(full);

const estimate = (value: number) => ({ value, standardError: 0.1, interval: [value - 0.2, value + 0.2] as const });
const bracket: Bracket = {
  logZ: 10,
  ...{ low: estimate(9.8), high: estimate(10.2), ais: estimate(10.1), direct: estimate(5) },
};
const image = new Array<number>(64).fill(0.5);
const trained = { "cd-1": -18, "pcd-1": -17.8, "cd-10": -17.7 } as const;

/** What a unit would find, were everything as it is claimed to be. */
function sound(unit: RbmUnit): RbmResult {
  if (unit.kind === "patterns") {
    const gap = unit.hidden === 1 ? 3 : ({ likelihood: 0.01, "pcd-5": 0.2 }[unit.method as string] ?? 1);
    const curve = [
      { step: 1, gap: 4 },
      { step: unit.steps, gap },
    ];
    return { kind: "patterns", gap, curve, bracket: unit.anneal && bracket, seconds: 1 };
  }
  if (unit.kind === "digits") {
    const train = trained[unit.method as keyof typeof trained] + 0.01 * unit.seed;
    const curve = [
      { epoch: unit.epochs / 10, train: unit.method === "cd-1" ? -19 : -20, test: -20 },
      { epoch: unit.epochs, train, test: train - 1 },
    ];
    const pictures = { filters: [image], draws: [image], rows: [image] };
    const independent = { train: -25, test: -25 };
    return { kind: "digits", curve, train, test: train - 1, independent, bracket, ...pictures, seconds: 1 };
  }
  const rest = ([null, 1, 2, 10] as const).map((sweeps) => ({
    ...{ sweeps, gap: 1 + (sweeps ? 0.2 / sweeps : 0), residual: 1e-6 },
  }));
  const drift = [
    { step: 1, exact: 3, cd1: 3 },
    { step: 10, exact: 1, cd1: 1 },
    { step: 99, exact: 0.8, cd1: 2 },
  ];
  return { kind: "bias", rest, drift, atTruth: 1e-15, seconds: 1 };
}

type Change = (unit: RbmUnit, result: RbmResult) => object;
const concluded = (change: Change = () => ({}), budget = full) =>
  rbm.conclude(
    plan.map((unit): Finished<RbmUnit, RbmResult> => {
      const result = sound(unit);
      return { unit, result: { ...result, ...change(unit, result) } as RbmResult };
    }),
    budget,
  );
const failed = (change: Change): string[] =>
  concluded(change)
    .claims.filter((c) => !c.passed)
    .map((c) => c.name);

describe("the plan", () => {
  it("has every number of hidden units from 1 to 20, and names its units apart", () => {
    const sizes = plan.flatMap((unit) => (unit.kind === "patterns" && unit.side === 4 ? [unit.hidden] : []));
    expect([...new Set(sizes)].sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    expect(new Set(plan.map((unit) => rbm.label(unit))).size).toBe(plan.length);
    const seeds = (kind: string): Set<number> =>
      new Set(plan.flatMap((unit) => (unit.kind === kind ? [unit.seed] : [])));
    expect(seeds("patterns")).toEqual(new Set([4, 5, 6]));
    expect(seeds("digits")).toEqual(new Set([4, 5, 6, 7, 8, 9]));
    expect(rbm.plan({ budget: "quick", seeds: 1, seed: 0 }).length).toBeLessThan(plan.length / 3);
  });

  it("looks more often at the beginning", () => {
    expect(denser(1000, 5)).toEqual([4, 16, 63, 251, 1000]);
    expect(denser(3, 20)).toEqual([1, 2, 3]);
  });
});

describe("the claims", () => {
  it("pass when everything is as claimed", () => {
    const { claims } = concluded();
    expect(claims.every((c) => c.passed)).toBe(true);
    expect(claims.filter((c) => c.negativeControl).length).toBe(7);
  });

  const patterns = (method: string, gap: number): Change => {
    return (unit) => (unit.kind === "patterns" && unit.method === method && unit.hidden >= 12 ? { gap } : {});
  };
  const each = (text: string): string[] => [`bars and stripes 3×3: ${text}`, `bars and stripes 4×4: ${text}`];

  it("fail when machines do not come near the floor, or pass it", () => {
    const exact = "exact likelihood reaches the floor with 12 hidden units";
    expect(failed(patterns("likelihood", 0.06))).toEqual(each(exact));
    const near = each("PCD with falling rates nears the floor from 12 hidden units on");
    const off = each("CD-1 stays farther off");
    expect(failed(patterns("pcd-5", 0.6))).toEqual(near);
    expect(failed(patterns("cd-1", 0.25))).toEqual(off);
    const below = failed((unit) =>
      unit.kind === "patterns" && unit.hidden === 7 ? { curve: [{ step: 1, gap: -1e-6 }] } : {},
    );
    expect(below.map((name) => name.replace(/log \d+/, "log"))).toEqual(
      each("no machine is below the floor log, at any time"),
    );
    const one = failed((unit) => (unit.kind === "patterns" && unit.hidden === 1 ? { gap: 0.5 } : {}));
    expect(one).toEqual(each("one hidden unit does not"));
  });

  it("fail when the methods come out in another order on the digits", () => {
    const set =
      (method: string, train: number): Change =>
      (unit) =>
        unit.kind === "digits" && unit.method === method ? { train } : {};
    expect(failed(set("pcd-1", -18.5))).toEqual(["digits: PCD ends above CD-1"]);
    expect(failed(set("cd-10", -18.5))).toEqual(["digits: CD-10 ends above CD-1"]);
    expect(failed(set("cd-1", -23))).toEqual(["digits: independent pixels are far below every machine"]);
    const late: Change = (unit, result) =>
      unit.kind === "digits" && unit.method === "cd-1" && result.kind === "digits"
        ? { curve: result.curve.map((at) => ({ ...at, train: at.train - 2 })) }
        : {};
    expect(failed(late)).toEqual(["digits: CD-1 is above PCD after a tenth of the training"]);
  });

  it("fail when seeds do not decide between two methods, and take a single seed's word", () => {
    const doubtful: Change = (unit) =>
      unit.kind === "digits" && unit.method === "pcd-1" ? { train: unit.seed % 2 ? -15 : -19 } : {};
    expect(failed(doubtful)).toEqual(["digits: PCD ends above CD-1"]);
    const one = { ...full, seeds: 1, budget: "quick" } as const;
    const { claims } = rbm.conclude(
      rbm.plan(one).map((unit) => ({ unit, result: sound(unit) })),
      one,
    );
    expect(claims.every((c) => c.passed)).toBe(true);
  });

  it("fail when CD-1 has no bias, or nothing has come to rest, or log Z is not between its bounds", () => {
    const rests =
      (change: (sweeps: number | null) => object): Change =>
      (unit, result) =>
        unit.kind === "bias" && result.kind === "bias"
          ? { rest: result.rest.map((r) => ({ ...r, ...change(r.sweeps) })) }
          : {};
    expect(failed(rests((sweeps) => (sweeps === 1 ? { gap: 1 } : {})))).toContain(
      "CD-1 in expectation rests elsewhere than the likelihood",
    );
    expect(failed(rests(() => ({ residual: 1e-3 })))).toEqual(["both have come to rest"]);
    expect(failed(rests((sweeps) => (sweeps === 10 ? { gap: 1.1 } : {})))).toEqual(["CD-10 rests nearer"]);
    const wrong = (part: object): string[] =>
      failed((unit) => (unit.kind === "digits" && unit.seed === 5 ? { bracket: { ...bracket, ...part } } : {}));
    expect(wrong({ low: estimate(10.5), high: estimate(10.6) })).toEqual([
      "annealing forwards and backwards brackets log Z",
    ]);
    expect(wrong({ high: estimate(10.9) })).toEqual(["the bracket is narrow"]);
    expect(wrong({ ais: estimate(9.5) })).toEqual(["annealed importance sampling is right within its error"]);
    expect(wrong({ direct: estimate(10.5) })).toHaveLength(1);
  });

  it("become a page with its figures, filters among them", async () => {
    const page = rbm.report(concluded(), full);
    const html = renderPage(page, newDocument());
    expect(html).toContain("Restricted Boltzmann machines, known exactly");
    for (const title of [
      "Bars and stripes 3×3: what machines reach",
      "Digits: filters of CD-1",
      "Digits: rows of the data",
    ])
      expect(html).toContain(`<title>${title}</title>`);
  });
});

describe("the units", () => {
  const silent = (): void => {};

  it("of patterns know every image once, and measure a gap above the floor and a bracket of log Z", async () => {
    const rows = patternRows(3, 2);
    expect(rows.shape).toEqual([28, 9]);
    expect(patternRows(4, 1).shape).toEqual([30, 16]);
    const found = await runUnit(
      {
        kind: "patterns",
        side: 3,
        hidden: 3,
        method: "pcd-5",
        seed: 0,
        steps: 30,
        anneal: { chains: 50, temperatures: 20 },
      },
      silent,
    );
    if (found.kind !== "patterns") throw new Error("another kind");
    expect(found.gap).toBeGreaterThan(0.5);
    expect(found.gap).toBeLessThan(found.curve[0]!.gap);
    const { low, high, logZ } = found.bracket!;
    // Errors of about 0.03 each; the bounds lie a tenth of a nat apart.
    expect(low.value - 5 * low.standardError!).toBeLessThan(logZ);
    expect(high.value + 5 * high.standardError!).toBeGreaterThan(logZ);
  });

  it("of digits gain on independent pixels", async () => {
    const found = await runUnit(
      {
        ...{ kind: "digits", hidden: 4, method: "cd-1", seed: 0, epochs: 10, learningRate: 0.5 },
        anneal: { chains: 20, temperatures: 20 },
      },
      silent,
    );
    if (found.kind !== "digits") throw new Error("another kind");
    expect(found.train).toBeGreaterThan(found.independent.train + 0.5);
    expect(found.curve.map(({ epoch }) => epoch)).toContain(1);
    expect([found.filters.length, found.draws.length, found.rows.length]).toEqual([4, 16, 16]);
  });
});

describe("the update in expectation", () => {
  const model = machineOf({ visible: 4, hidden: 3 }, 0.1);
  const theta = normal(makeKey(3), [model.energy.layout.size], "float64").data;
  const law = Float64Array.from({ length: 16 }, (_, s) => (s % 3 === 0 ? 1 / 6 : 0));
  const at = async (sweeps: number, p: Float64Array = law, decay = 0) =>
    (await expectedUpdate(model, { law: p, sweeps, decay }))(theta);

  it("of many sweeps is that of the likelihood, which is its slope; of one it is another", async () => {
    const [exact, many, one] = [await at(Number.POSITIVE_INFINITY), await at(300), await at(1)];
    const farthest = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
      Math.max(...Array.from(a, (v, i) => Math.abs(v - b[i]!)));
    expect(farthest(exact.update, many.update)).toBeLessThan(1e-9);
    expect(farthest(exact.update, one.update)).toBeGreaterThan(0.01);
    const rule = await expectedUpdate(model, { law, sweeps: 1, decay: 0 });
    for (const [i, u] of exact.update.entries()) {
      const moved = async (h: number) => (await rule(theta.map((v, k) => (k === i ? v + h : v)))).loss;
      expect(-((await moved(1e-5)) - (await moved(-1e-5))) / 2e-5).toBeCloseTo(u, 8);
    }
  });

  it("is nothing at the machine's own law, and with decay pulls at the weights alone", async () => {
    const own = await visibleLaw(model, theta);
    expect(own.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    for (const u of (await at(1, own)).update) expect(Math.abs(u)).toBeLessThan(1e-14);
    const pulled = (await at(1, own, 0.5)).update;
    for (const [i, u] of pulled.entries()) expect(u).toBeCloseTo(i < 12 ? -0.5 * theta[i]! : 0, 12);
  });
});
