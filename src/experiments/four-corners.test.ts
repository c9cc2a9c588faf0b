import { beforeAll, describe, expect, it } from "vitest";
import { newDocument } from "../report/document.node.js";
import { renderPage } from "../report/page.js";
import type { Measured } from "./corners/measure.js";
import { cornersMethods } from "./corners/methods.js";
import { type CornersResult, type CornersRun, type CornersUnit, runCorners, settingsOf } from "./corners/unit.js";
import type { Finished } from "./experiment.js";
import { fourCorners } from "./four-corners.js";

const EQUAL = [1, 1, 1, 1];
const UNEQUAL = [0.1, 0.2, 0.3, 0.4];

const tiny: CornersUnit = {
  ...{ method: "balanced", dimension: 16, weights: UNEQUAL, seed: 3 },
  ...{ steps: 20, rows: 800, draws: 20, watched: 2 },
};

let real: CornersResult;
beforeAll(async () => {
  real = await runCorners(tiny, () => {});
});

const estimate = (value: number, standardError = 0.001) => ({ value, standardError, interval: null });

/** What a sound run measures, with some of it spoiled. */
function measured(spoiled: Partial<Measured> = {}): Measured {
  const weighed = { weights: UNEQUAL.map((w) => estimate(w)), logZ: estimate(0.3), paretoK: 0.2, note: null };
  return {
    ...{ data: UNEQUAL, flow: UNEQUAL, byFlow: weighed, byClouds: weighed, gap: estimate(-0.03) },
    chains: { rhat: { rank: 1.002, plain: 1.002 }, jumps: 0.5, weights: UNEQUAL },
    logZ: { estimates: [], agree: true, verdict: "3 estimators agree.", combined: estimate(0.3) },
    ...spoiled,
  };
}

type Spoil = (run: CornersUnit) => Partial<Measured> | null;

/** The runs that a budget plans, all sound: those that must fail do. */
const runs = (
  budget: "quick" | "full",
  seeds: number,
  spoil: Spoil = () => ({}),
): Finished<CornersUnit, CornersResult>[] =>
  fourCorners.plan({ budget, seeds, seed: 0 }).map((unit) => {
    const rank = unit.method === "nt-ebm" ? 2 : unit.method === "paper" ? 1 : 3;
    const apart = { chains: { rhat: { rank, plain: rank }, jumps: null, weights: UNEQUAL } };
    const spoiled = spoil(unit);
    const result = {
      ...real,
      measured: spoiled && measured({ ...(unit.method === "balanced" ? {} : apart), ...spoiled }),
    };
    return { unit, result };
  });

const full = { budget: "full", seeds: 5, seed: 0 } as const;
const failed = (
  finished: Finished<CornersUnit, CornersResult>[],
  budget: Parameters<typeof fourCorners.plan>[0] = full,
) =>
  fourCorners
    .conclude(finished, budget)
    .claims.filter(({ passed }) => !passed)
    .map(({ name }) => name);

/** Spoil so many seeds of balanced training in 64 dimensions, or as many as are said, with unequal weights. */
const inSome =
  (seeds: number, what: Partial<Measured> | null, d = 64): Spoil =>
  ({ method, dimension, weights, seed }) =>
    method === "balanced" && dimension === d && weights[0] !== weights[1] && seed < seeds ? what : {};

const rhat = (rank: number): Partial<Measured> => ({
  chains: { rhat: { rank, plain: rank }, jumps: 0.5, weights: UNEQUAL },
});
const weights = (first: number, note: string | null = null): Partial<Measured> => {
  const weighed = {
    ...{ weights: [first, 0.2, 0.3, 0.5 - first].map((w) => estimate(w)), logZ: estimate(0), paretoK: 0.1, note },
  };
  return { byFlow: weighed, byClouds: weighed };
};

describe("the claims of four-corners", () => {
  it("all hold on sound runs, of either budget", () => {
    expect(failed(runs("full", 5))).toEqual([]);
    expect(failed(runs("quick", 1), { budget: "quick", seeds: 1, seed: 0 })).toEqual([]);
  });

  it.each([
    ["128 chains agree", rhat(1.011)],
    ["the weights of the modes are those of the rows", weights(0.116)],
    ["the weights of the modes are those of the rows", weights(0.1, "Pareto k is 0.9")],
    ["the weights of the modes are those of the rows", { byFlow: weights(0.13).byFlow! }],
    ["held-out rows are about as likely as under the truth", { gap: estimate(-0.21) }],
    ["held-out rows are about as likely as under the truth", { gap: estimate(0.21) }],
    ["held-out rows are about as likely as under the truth", { gap: estimate(Number.NaN) }],
  ] satisfies [string, Partial<Measured>][])("%s: in one seed of five not, and not in two", (name, what) => {
    expect(failed(runs("full", 5, inSome(1, what)))).toEqual([]);
    expect(failed(runs("full", 5, inSome(2, what)))).toEqual([`d 64, unequal weights: ${name}`]);
  });

  // What was asked for: of the weights, and of the likelihood in nats a row; R-hat 1.01 whatever the dimension.
  it.each([
    [16, 0.01, 0.05],
    [32, 0.01, 0.1],
    [64, 0.015, 0.2],
  ])("in %i dimensions have their own limits, and hold up to them", (d, weight, gap) => {
    const verdict = (what: Partial<Measured>): string[] => failed(runs("full", 5, inSome(2, what, d)));
    const on = `d ${d}, unequal weights: `;
    const cases = [
      ["128 chains agree", (times: number) => rhat(1 + 0.01 * times)],
      ["the weights of the modes are those of the rows", (times: number) => weights(0.1 + weight * times)],
      ["the weights of the modes are those of the rows", (times: number) => weights(0.1 - weight * times)],
      ["held-out rows are about as likely as under the truth", (times: number) => ({ gap: estimate(-gap * times) })],
    ] as const;
    for (const [name, off] of cases) {
      expect(verdict(off(0.99)), name).toEqual([]);
      expect(verdict(off(1.01)), name).toEqual([on + name]);
    }
  });

  it("of the quick budget have limits of their own", () => {
    const quick = { budget: "quick", seeds: 1, seed: 0 } as const;
    const verdict = (what: Partial<Measured>): string[] => failed(runs("quick", 1, inSome(1, what, 16)), quick);
    expect([verdict(weights(0.1198)), verdict({ gap: estimate(-0.079) }), verdict(rhat(1.0099))]).toEqual([[], [], []]);
    for (const what of [weights(0.1202), { gap: estimate(-0.081) }, rhat(1.0101)])
      expect(verdict(what)).toHaveLength(1);
  });

  it("hold none of a training that left the numbers", () => {
    expect(failed(runs("full", 5, inSome(2, null)))).toHaveLength(4);
  });

  it("do not let one run's estimates of log Z contradict one another", () => {
    const logZ = { estimates: [], agree: false, verdict: "They differ.", combined: null };
    expect(failed(runs("full", 5, inSome(1, { logZ })))).toEqual([
      "estimators of log Z agree on what balanced training learned",
    ]);
  });

  it("want controls to fail", () => {
    const spoil: Spoil = ({ method }) => (method === "ula-ebm" ? rhat(1.05) : {});
    expect(failed(runs("full", 5, spoil))).toContain("ULA-EBM: chains do not agree");
    const diverged: Spoil = ({ method }) => (method === "ula-ebm" ? null : {});
    // It has no place in an order either.
    const both = ["ULA-EBM: chains do not agree", "the order of the methods is the paper's"];
    expect(failed(runs("full", 5, diverged))).toEqual(both);
  });

  it("want the methods in the paper's order, in every dimension", () => {
    const spoil: Spoil = ({ method, dimension }) => (method === "nt-ebm" && dimension === 32 ? rhat(3.1) : {});
    expect(failed(runs("full", 5, spoil))).toEqual(["the order of the methods is the paper's"]);
    const behind: Spoil = ({ method, dimension }) => (method === "nt-ebm" && dimension === 16 ? rhat(1) : {});
    expect(failed(runs("full", 5, behind))).toEqual(["the order of the methods is the paper's"]);
  });
});

describe("a unit of four-corners", () => {
  it("measures weights by two proposals, log Z by three estimators, chains and likelihood", () => {
    const { data, flow, byFlow, byClouds, chains, logZ, gap } = real.measured!;
    for (const shares of [data, flow!, chains.weights, byFlow!.weights.map(({ value }) => value)])
      expect(shares.reduce((a, b) => a + b)).toBeCloseTo(1, 6);
    expect(byClouds.note).toBeNull();
    expect(logZ.estimates.map(({ name }) => name)).toEqual(["draws of the flow", "draws around the modes", "bridge"]);
    expect(gap.value).toBeLessThan(0);
    expect(chains.rhat.rank).toBeGreaterThan(0.9);
    expect(real.looks.map(({ step }) => step)).toEqual([10, 20]);
  });

  it("depends on its configuration and on how its chains run, which a ledger can compare", () => {
    for (const method of ["balanced", "ula-ebm"] as const) {
      const { sampler, ...chains } = cornersMethods[method].chains;
      const settings = settingsOf({ ...tiny, method });
      expect(settings).toMatchObject({ config: { seed: 3 }, chains: { ...chains, sampler: sampler.name } });
      expect(JSON.parse(JSON.stringify(settings))).toEqual(settings);
    }
    expect(fourCorners.settings!(tiny)).toEqual(settingsOf(tiny));
  });

  it("becomes a page with the figures of the paper", () => {
    const outcome = fourCorners.conclude(runs("full", 2), { ...full, seeds: 2 });
    const html = renderPage(fourCorners.report(outcome, full), newDocument());
    for (const title of ["Largest R-hat over time, d = 64", "Weights of the modes, d = 16"])
      expect(html).toContain(`<title>${title}</title>`);
    const [first] = outcome.numbers.runs as readonly CornersRun[];
    expect(first?.weights).toEqual(EQUAL);
  });
});
