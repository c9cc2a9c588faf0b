import { describe, expect, it } from "vitest";
import { mixture } from "../../energies/mixture.js";
import { normal, uniform } from "../../random/draw.js";
import { fold, makeKey } from "../../random/key.js";
import { sample } from "../../samplers/driver/sample.js";
import type { StuckChain } from "../../samplers/driver/samples.js";
import { mala } from "../../samplers/kernels/mala.js";
import { InputError, ShapeError } from "../../util/errors.js";
import { type FloatTensor, tensor } from "../../util/tensor.js";
import type { JudgedChains } from "./judged-chains.js";
import { judgeChains } from "./verdict.js";

const key = makeKey(3);
const [CHAINS, DRAWS] = [8, 500];

type Place = (value: number, chain: number, draw: number, coordinate: number) => number;

/** Independent normal draws `(chains, draws, 2)`, changed one by one. */
function draws(change: Place = (v) => v, chains = CHAINS, length = DRAWS): FloatTensor {
  const { data } = normal(key, [chains, length, 2], "float64");
  const at = (i: number): [number, number, number] => [Math.floor(i / (2 * length)), Math.floor(i / 2) % length, i % 2];
  return tensor(
    Float64Array.from(data, (v, i) => change(v, ...at(i))),
    [chains, length, 2],
  );
}

/** One number a draw. */
const report = (of: (chain: number, draw: number) => number, chains = CHAINS, length = DRAWS): FloatTensor =>
  tensor(
    Float64Array.from({ length: chains * length }, (_, i) => of(Math.floor(i / length), i % length)),
    [chains, length],
  );

/** Fresh labels of two modes of equal weight; chains below `stuck` have one label. */
function labels(stuck: number, of: (chain: number) => number = () => 0) {
  const u = uniform(fold(key, "labels"), [CHAINS, DRAWS]).data;
  return {
    shape: [CHAINS, DRAWS] as const,
    data: Array.from(u, (v, i) => (Math.floor(i / DRAWS) < stuck ? of(Math.floor(i / DRAWS)) : v < 0.5 ? 0 : 1)),
  };
}

/** What was found, as `level: what`. */
const found = (run: JudgedChains): string[] => judgeChains(run).findings.map(({ level, what }) => `${level}: ${what}`);

describe("judgeChains", () => {
  it("finds nothing wrong with independent draws", () => {
    // R-hat of 8 independent chains of 500 draws exceeds 1.01 about once in a thousand seeds; this seed is fixed.
    const { mixed, verdict, findings, coordinates, acceptance } = judgeChains({
      x: draws(),
      info: {
        acceptance: report((_, i) => i % 2),
        hamiltonian: report((_, i) => (i * 7919) % 13),
        divergent: report(() => 0),
        depth: report(() => 3),
        stepSize: report(() => 0),
      },
      labels: labels(0),
      modes: 2,
      exact: true,
      interacts: false,
      maxDepth: 10,
      names: ["a", "b"],
    });
    expect(findings).toEqual([]);
    expect(mixed).toBe(true);
    expect(verdict).toMatch(
      /^The chains agree \(largest split R-hat 1\.00\d, least bulk ESS \d{4}, least tail ESS \d{4}\)\.$/,
    );
    expect(coordinates.map(({ name }) => name)).toEqual(["a", "b"]);
    expect(coordinates.every(({ rhat, essBulk, essTail }) => rhat < 1.01 && essBulk > 3000 && essTail > 3000)).toBe(
      true,
    );
    expect(acceptance).toEqual({ acceptance: 0.5 });
  });

  it("is pure", () => {
    const run = { x: draws(), labels: labels(2), modes: 2, info: { acceptance: report(() => 0.5) } };
    const before = structuredClone(run);
    expect(judgeChains(run)).toEqual(judgeChains(run));
    expect(run).toEqual(before);
  });
});

describe("chains that do not mix", () => {
  it("are named by the mode they never left, with what to do", () => {
    const x = draws((v, chain, _, i) => (i === 0 && chain < 2 ? v - 6 : v));
    const { mixed, verdict } = judgeChains({ x, labels: labels(2), modes: ["left", "right"] });
    expect(mixed).toBe(false);
    expect(verdict).toMatch(
      /^Do not use these draws\. 2 of 8 chains never left the left mode; mode weights are not estimated: use a flow proposal/,
    );
    expect(verdict).toMatch(/The chains do not agree \(split R-hat \d\.\d\d for x\[0\]\): /);
    expect(found({ x: draws(), labels: labels(3, (c) => c % 2), modes: 2 })).toEqual([
      "bad: 2 of 8 chains never left mode 0 and 1 never left mode 1; mode weights are not estimated",
    ]);
  });

  it("are found when all of them are in one mode, where R-hat is content", () => {
    const all = { x: draws(), labels: labels(CHAINS, () => 1), modes: ["left", "right"] };
    expect(judgeChains(all).mixed).toBe(false);
    expect(found(all)).toEqual([
      "bad: 8 of 8 chains never left the right mode; mode weights are not estimated",
      "warn: no chain visited the left mode; what it weighs is not estimated",
    ]);
    // Not told of a second mode, the labels show none.
    expect(judgeChains({ ...all, modes: undefined, labels: labels(CHAINS) }).mixed).toBe(true);
  });

  it("are not accused of what chance does", () => {
    // A mode that holds 98 % keeps a chain of 8 independent draws with chance 0.85.
    const u = uniform(fold(key, "rare"), [64, 8]).data;
    const rare = { shape: [64, 8] as const, data: Array.from(u, (v) => (v < 0.98 ? 0 : 1)) };
    expect(found({ x: draws(undefined, 64, 8), labels: rare, modes: 2 }).join()).not.toMatch(/never left/);
    // A mode nobody saw while others are mixed: open, not wrong.
    const { mixed, findings } = judgeChains({ x: draws(), labels: labels(0), modes: 3 });
    expect(mixed).toBe(null);
    expect(findings).toEqual([
      expect.objectContaining({ level: "warn", what: expect.stringMatching(/visited mode 2/) }),
    ]);
    const nowhere = { x: draws(), labels: labels(1, () => -1), modes: 2 };
    expect(found(nowhere)).toEqual(["warn: 1 of 8 chains never entered a mode"]);
  });

  it("disagree in place or in spread; the worst coordinates are named", () => {
    const x = draws((v, chain, _, i) => (i === 1 ? v + 3 * (chain % 2) : v * (chain === 0 ? 5 : 1)));
    const { mixed, verdict, coordinates } = judgeChains({ x });
    expect(mixed).toBe(false);
    const [a, b] = coordinates.map(({ rhat }) => rhat.toFixed(2));
    expect(verdict).toContain(`split R-hat ${b} for x[1] and ${a} for x[0]`);
    // A drift of an eighth of a standard deviation: not shown to be wrong, not shown to be right.
    const slight = judgeChains({ x: draws((v, chain) => v + 0.16 * (chain % 3)) });
    expect(slight.mixed).toBe(null);
    expect(slight.verdict).toMatch(
      /^The chains are not shown to have mixed\. Split R-hat of x\[\d\] is 1\.0[1-4]\d, above/,
    );
  });

  it("never moved", () => {
    const one = draws((v, chain) => (chain === 3 ? 1 : v));
    expect(judgeChains({ x: one }).mixed).toBe(false);
    expect(found({ x: one })[0]).toBe("bad: 1 of 8 chains never moved");
    expect(judgeChains({ x: draws((_, chain) => chain) }).verdict).toMatch(
      /8 of 8 chains never moved.*above 100 for x\[0\]/,
    );
  });

  it("never moved, and why where that was found", () => {
    const one = draws((v, chain) => (chain === 3 ? 1 : v));
    const stuck = { chain: 3, at: [1, 0.25], gradient: [] as number[], beside: [] as number[], tinyStep: null };
    const told = (why: Partial<StuckChain>): string =>
      judgeChains({ x: one, names: ["a", "b"], stuck: [{ ...stuck, ...why }] }).verdict;
    expect(told({ gradient: [1], beside: [0] })).toContain(
      "1 of 8 chains never moved (chain 3: the gradient by b is not finite at b = 0.25): look at the energy there with doctor",
    );
    expect(told({ beside: [0, 1] })).toContain(
      "never moved (chain 3: beside a = 1 and b = 0.25 the energy or its gradient is not finite): look at",
    );
    expect(told({ tinyStep: 1e-12 })).toContain(
      "never moved (chain 3: its step size was found to be 1e-12): start where the energy is less steep",
    );
    expect(told({})).toContain("1 of 8 chains never moved: use a smaller step size");
  });

  it("are not accused of rejecting a few times in a row", () => {
    // Moves one time in four: of chains of 4 draws 42 in 100 never move.
    const u = uniform(fold(key, "moves"), [CHAINS, DRAWS]).data;
    const rejecting = (length: number) => {
      let last = [0, 0];
      return draws(
        (v, chain, draw, i) => {
          if (draw === 0 || u[chain * DRAWS + draw]! < 0.25) last = last.map((l, j) => (j === i ? v : l));
          return last[i]!;
        },
        CHAINS,
        length,
      );
    };
    expect(found({ x: rejecting(4) }).join()).not.toMatch(/never moved/);
    expect(found({ x: rejecting(400) }).join()).not.toMatch(/never moved/);
    expect(found({ x: draws((_, chain) => chain, 4, 3) }).join()).not.toMatch(/never moved/);
  });

  it("left the numbers", () => {
    const x = draws((v, chain, draw, i) => (chain === 1 && draw < 3 && i === 1 ? Number.NaN : v));
    const { mixed, verdict, coordinates } = judgeChains({ x });
    expect(mixed).toBe(false);
    expect(verdict).toMatch(/3 of 8000 numbers are not finite, in x\[1\]: find where the energy/);
    expect(coordinates[1]!.rhat).toBeNaN();
  });

  it("leave a coordinate where it is", () => {
    const x = draws((v, _, __, i) => (i === 0 ? 0.1 : v));
    expect(judgeChains({ x }).mixed).toBe(null);
    expect(found({ x })).toEqual(["warn: x[0] never changed"]);
  });
});

describe("chains that are too short", () => {
  it("decide nothing, unless they are far apart", () => {
    for (const length of [2, 25]) {
      const few = judgeChains({ x: draws(undefined, 4, length) });
      expect(few.mixed).toBe(null);
      expect(few.verdict).toContain(`${4 * length} draws are too few to tell`);
    }
    expect(judgeChains({ x: draws((v, chain) => v + 9 * chain, 4, 25) }).mixed).toBe(false);
    // R-hat of 4 chains of 4 to 6 draws exceeds 1.2 in every third to seventh run. All of 60 are left open: with
    // chance 0.94 when one in 1000 is not.
    for (let seed = 0; seed < 60; seed++) {
      const length = 4 + (seed % 3);
      const { data } = normal(fold(key, seed), [4, length, 2], "float64");
      expect(judgeChains({ x: tensor(data, [4, length, 2]) }).mixed).toBe(null);
    }
    // Many draws, three of each chain: R-hat has no answer.
    expect(found({ x: draws(undefined, 400, 3) })).toEqual([
      "warn: 3 draws a chain are too few to tell whether the chains agree",
    ]);
    expect(found({ x: draws(undefined, 1, 4000) })).toEqual(["warn: one chain cannot show what it never saw"]);
  });

  it("are told how much longer they should be", () => {
    // AR(1) of φ = 0.95: 4000 draws are worth about 4000/39, which is 103 for the bulk.
    const last = [0, 0];
    const x = draws((v, _, draw, i) => {
      last[i] = draw === 0 ? v / Math.sqrt(1 - 0.95 ** 2) : 0.95 * last[i]! + v;
      return last[i];
    });
    const { mixed, findings } = judgeChains({ x });
    expect(mixed).not.toBe(true);
    const few = findings.find(({ what }) => what.includes("fewer than 400"))!;
    expect(few.what).toMatch(/^\d+ effective draws of the bulk of x\[[01]\]/);
    const [, times] = /draw about (\d+) times as many/.exec(few.advice)!;
    expect(Number(times)).toBeGreaterThanOrEqual(3);
    expect(Number(times)).toBeLessThanOrEqual(7);
  });

  it("are noted when there are enough in all but few in each", () => {
    const { mixed, findings } = judgeChains({ x: draws(undefined, 64, 40) });
    expect(mixed).toBe(true);
    expect(findings).toEqual([
      { level: "note", what: "each chain is worth fewer than 100 effective draws", advice: expect.any(String) },
    ]);
  });
});

describe("what kernels report", () => {
  const x = draws();
  const data = x.data;

  it("divergences, with how many and where", () => {
    const deep = report((c, i) => (data[2 * (c * DRAWS + i)]! < -2 ? 1 : 0));
    const count = Array.from(deep.data).reduce((s, v) => s + v, 0);
    const { mixed, findings } = judgeChains({ x, info: { divergent: deep } });
    expect(mixed).toBe(false);
    expect(findings[0]!.what).toMatch(
      new RegExp(
        `^${count} of 4000 trajectories diverged, around x\\[0\\] = -2\\.\\d+ \\(-\\d\\.\\d+ to -2(\\.0\\d)?\\), x\\[1\\] = `,
      ),
    );
    const once = report((c, i) => (c === 0 && i === 0 ? 1 : 0));
    expect(judgeChains({ x, info: { divergent: once } }).mixed).toBe(null);
    expect(found({ x, info: { divergent: once } })[0]).toMatch(/^warn: 1 of 4000 trajectories diverged/);
    // One in a hundred speaks against the draws, fewer do not.
    const share = (n: number) => judgeChains({ x, info: { divergent: report((c, i) => (c === 0 && i < n ? 1 : 0)) } });
    expect([share(39).mixed, share(40).mixed]).toEqual([null, false]);
  });

  it("chains that were restarted: their agreement is partly what was done", () => {
    const restarts = [{ chain: 2, donor: 0, step: 450 }];
    const { mixed, verdict } = judgeChains({ x, restarts });
    expect(mixed).toBe(null);
    expect(verdict).toMatch(/1 of 8 chains was restarted in the warm-up from where another one was/);
    expect(judgeChains({ x, restarts: [] }).mixed).toBe(true);
  });

  it("low E-BFMI", () => {
    let sum = 0;
    const walk = report((c, i) => {
      const v = data[2 * (c * DRAWS + i)]!;
      sum = i === 0 ? 0 : sum + v;
      return c === 0 ? sum : v;
    });
    const { mixed, findings } = judgeChains({ x, info: { hamiltonian: walk } });
    expect(mixed).toBe(null);
    expect(findings).toHaveLength(1);
    expect(findings[0]!.what).toMatch(/^E-BFMI is low in 1 of 8 chains \(least 0\.\d\d, ask for 0\.3\)$/);
  });

  it("trees cut off, which is dear and not wrong", () => {
    const info = { depth: report((_, i) => (i % 100 === 0 ? 10 : 4)) };
    expect(found({ x, info, maxDepth: 10 })).toEqual(["note: 40 of 4000 trees hit their largest depth 10"]);
    expect(judgeChains({ x, info, maxDepth: 10 }).mixed).toBe(true);
    expect(found({ x, info })).toEqual([]);
  });

  it("acceptance of a part that does nothing", () => {
    const info = { localAcceptance: report(() => 0.5), globalAcceptance: report(() => 0.002) };
    expect(judgeChains({ x, info }).mixed).toBe(null);
    expect(found({ x, info })).toEqual(["warn: globalAcceptance is 0.002: that part of the kernel hardly ever moves"]);
    expect(found({ x, info: { swapAcceptance: report(() => 0.03) } })[0]).toMatch(/^note: swapAcceptance is 0.03/);
  });

  it("acceptance of steps that are too short, and not that of a perfect proposal", () => {
    const info = { acceptance: report(() => 0.999) };
    expect(found({ x, info })).toEqual([]);
    const slow = draws((v, _, draw) => 0.1 * v + Math.sin(draw / 8));
    expect(found({ x: slow, info }).join()).toMatch(/note: acceptance is 0\.999 and the chains are slow/);
  });

  it("an inexact kernel: biased, however well it mixes", () => {
    const { mixed, verdict, findings } = judgeChains({ x, exact: false });
    expect(mixed).toBe(true);
    expect(verdict).toMatch(
      /^The chains agree .* The kernel is not exact: its draws are biased, whatever R-hat says: /,
    );
    expect(findings.map(({ level }) => level)).toEqual(["warn"]);
  });

  it("chains that interact, whose agreement is no evidence", () => {
    const { mixed, verdict, coordinates } = judgeChains({ x: draws((v, c) => v + c), interacts: true });
    expect(mixed).toBe(null);
    expect(verdict).toMatch(/^The chains are not shown to have mixed\. The chains move as one population/);
    expect(verdict).not.toMatch(/do not agree/);
    expect(coordinates.every(({ rhat, essBulk }) => Number.isNaN(rhat) && Number.isNaN(essBulk))).toBe(true);
  });

  it("the most serious first", () => {
    const run = {
      x: draws((v, chain) => v + chain),
      exact: false,
      info: { depth: report(() => 10), acceptance: report(() => 0.001) },
      maxDepth: 10,
    };
    expect(judgeChains(run).findings.map(({ level }) => level)).toEqual(["bad", "warn", "warn", "warn", "note"]);
  });
});

describe("input that does not fit", () => {
  it("is refused", () => {
    expect(() => judgeChains({ x: tensor(new Float64Array(4)) })).toThrow(ShapeError);
    expect(() => judgeChains({ x: draws(), names: ["a"] })).toThrow(InputError);
    expect(() => judgeChains({ x: draws(), info: { divergent: report(() => 0, 4) } })).toThrow(/info\.divergent/);
    expect(() => judgeChains({ x: draws(), labels: { shape: [1, 1], data: [0] } })).toThrow(ShapeError);
    expect(() => judgeChains({ x: draws(), labels: labels(0), modes: 1 })).toThrow(/label .* is 1; expected/);
  });
});

describe("a run", () => {
  it("of local steps on two modes far apart is told to use a flow proposal", async () => {
    const energy = mixture({ means: [[-50], [50]], variances: [1, 1], weights: [1, 1] }, { event: [1] });
    const start = tensor(
      Float32Array.from({ length: CHAINS }, (_, c) => (c < 2 ? -50 : 50)),
      [CHAINS, 1],
    );
    const samples = await sample({ energy, sampler: mala, start, warmup: 200, draws: 400, key: makeKey(1) });
    const data = Array.from(samples.x.data, (v) => (v < 0 ? 0 : 1));
    const { mixed, verdict } = judgeChains({
      ...samples,
      labels: { shape: [CHAINS, 400], data },
      modes: ["left", "right"],
    });
    expect(mixed).toBe(false);
    expect(verdict).toContain(
      "2 of 8 chains never left the left mode and 6 never left the right mode; mode weights are not estimated: use a flow proposal",
    );
  });
});
