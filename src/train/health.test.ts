import { describe, expect, it } from "vitest";
import { assemble } from "../../test/support/assembled.js";
import { takeRows } from "../data/take-rows.js";
import { mean } from "../util/moments.js";
import { type FloatTensor, floats } from "../util/tensor.js";
import { type Health, type HealthFinding, newHealth, ofKept, showFinding } from "./health.js";
import { healthRules } from "./health-rules.js";
import { type LoopSpec, TrainingDiverged, trainLoop } from "./loop.js";

type Metrics = Record<string, number>;

/** Metrics of 60 steps; `noise` is between −1 and 1, of a fixed irregular course. */
const stream = (at: (step: number, noise: number) => Metrics): Metrics[] =>
  Array.from({ length: 60 }, (_, i) => at(i + 1, Math.sin(7.3 * (i + 1) ** 1.7)));

function watch(metrics: readonly Metrics[], health: Health = newHealth()): string[] {
  metrics.forEach((m, i) => {
    health.observe(i + 1, m);
  });
  return health.findings().map(({ rule }) => rule);
}

/** A training with everything there is to report, and nothing wrong. */
const healthy = (step: number, noise: number): Metrics => ({
  energyGap: -0.5 + 0.7 * noise,
  "gradientNorm.energy": 1.2 + 0.6 * noise,
  "gradientNorm.flow": 5 + 4 * noise,
  localAcceptance: 0.57 + 0.1 * noise,
  globalAcceptance: 0.6 + 0.2 * noise,
  hopelessJumps: 0.02 + 0.02 * noise,
  bufferAge: step,
  ess: 0.7 + 0.2 * noise,
  weightEss: 0.2 + 0.1 * noise,
  accuracy: 0.9 + 0.05 * noise,
});

/** What is planted in it, by the rule that must name it first. */
const planted: Record<string, (step: number, noise: number) => Metrics> = {
  "frozen-chains": () => ({ localAcceptance: 0.001 }),
  "learning-rate": (step, noise) => ({
    energyGap: 4 * 1.06 ** step * noise,
    "gradientNorm.energy": 1.06 ** step,
  }),
  "missed-mode": (_, noise) => ({ hopelessJumps: 0.35 + 0.05 * noise, globalAcceptance: 0.4 }),
  "idle-flow": () => ({ hopelessJumps: 0.97, globalAcceptance: 0.002 }),
  "under-mixed": (step, noise) => ({ energyGap: -4 - 0.05 * step + 0.5 * noise }),
  "restarted-buffer": (_, noise) => ({ bufferAge: 2 + 0.01 * noise }),
  "degenerate-walkers": (_, noise) => ({ ess: 0.04 + 0.02 * noise }),
  "degenerate-weights": () => ({ weightEss: 0.003 }),
  "easy-noise": (_, noise) => ({ accuracy: 0.998 + 0.002 * noise }),
  divergence: (step) => ({ energyGap: 0.5 * 1.3 ** step }),
  "exploding-gradient": (step) => ({ "gradientNorm.energy": 1.5 ** step }),
};

describe("a rule", () => {
  it("has a pathology planted for it, and a name of its own", () => {
    expect(healthRules.map(({ name }) => name).sort()).toEqual(Object.keys(planted).sort());
  });

  it.each(Object.keys(planted))("%s names what was planted, and nothing else", (name) => {
    expect(watch(stream((step, noise) => ({ ...healthy(step, noise), ...planted[name]!(step, noise) })))).toEqual([
      name,
    ]);
  });

  it("says nothing of a healthy training", () => {
    expect(watch(stream(healthy))).toEqual([]);
  });

  it("says nothing where its metrics are not reported, or only now and then", () => {
    expect(watch(stream(() => ({ loss: 1 })))).toEqual([]);
    expect(watch(stream((step) => (step % 5 === 0 ? {} : { localAcceptance: 0 })))).toEqual([]);
  });

  it("measures gaps by the energies of as many coordinates", () => {
    const gaps = stream((_, noise) => ({ energyGap: -5 - 0.5 * noise - 0.001 }));
    const grown = gaps.map(({ energyGap }, i) => ({ energyGap: energyGap! - 0.05 * i }));
    expect(watch(grown)).toEqual(["under-mixed"]);
    expect(watch(grown, newHealth({ dimension: 50 }))).toEqual([]);
  });
});

describe("the monitor", () => {
  const frozen = stream(() => ({ acceptance: 0 }));

  it("tells a finding once, with the step its window began and one line of text", () => {
    const health = newHealth();
    const told = frozen.map((m, i) => health.observe(100 + i, m));
    expect(told.map((news) => news.length)).toEqual([...Array(9).fill(0), 1, ...Array(50).fill(0)]);
    const [finding] = health.findings() as [HealthFinding];
    expect(told[9]).toEqual([finding]);
    expect(finding).toMatchObject({ rule: "frozen-chains", level: "bad", since: 100 });
    expect(showFinding(finding)).toMatch(/^bad, since step 100: The chains are frozen.* 0\. Take a step size/);
    expect(showFinding(finding)).not.toContain("\n");
  });

  it("takes rules of one's own", () => {
    const cold = {
      name: "cold",
      about: "It is cold.",
      level: "warn" as const,
      reads: ["heat"],
      remedies: [{ words: "dress" }],
      sign: ({ heat }: Record<string, readonly number[]>) =>
        heat!.every((h) => h < 5) ? `${heat!.length} days` : null,
    };
    const health = newHealth({ rules: [cold], window: 4, least: 3 });
    expect([9, 1, 1, 1, 1].map((heat, day) => health.observe(day, { heat }).length)).toEqual([0, 0, 0, 0, 1]);
    expect(health.findings()).toEqual([
      { rule: "cold", level: "warn", what: "It is cold. 4 days.", advice: "Dress.", since: 1 },
    ]);
  });

  it("is not confused by values that are no numbers", () => {
    expect(watch(stream(() => ({ energyGap: Number.NaN, localAcceptance: Number.NaN, ess: Number.NaN })))).toEqual([]);
  });
});

describe("real trainings on two modes", () => {
  const small = {
    data: { dataset: "two-modes", points: 2000 },
    energy: { name: "tilted", hidden: [32, 32] },
    flow: { name: "realnvp", layers: 4, hidden: [32] },
    batch: 64,
    steps: 300,
  };
  const balanced = { name: "balanced", chains: 64, localSteps: 3 };

  /** Findings of a monitor that sees every step, and of one that sees what a journal has. */
  async function train(spec: LoopSpec, see = (_: Readonly<Metrics>): unknown => null): Promise<[string[], string[]]> {
    const dimension = spec.data.shape[1]!;
    const [all, journal] = [newHealth({ dimension }), newHealth({ dimension })];
    const after = (step: number, metrics: Readonly<Metrics>): undefined => {
      see(metrics);
      all.observe(step, metrics);
      if (step % 10 === 0) journal.observe(step, metrics);
    };
    await trainLoop(spec, { after }).catch((error: unknown) => {
      if (!(error instanceof TrainingDiverged)) throw error;
    });
    const names = (health: Health): string[] => health.findings().map(({ rule }) => rule);
    return [names(all), names(journal)];
  }

  it.each([balanced, { name: "pcd", chains: 64 }, { name: "jarzynski", chains: 256 }, { name: "nce" }])(
    "are healthy by $name",
    async (objective) => {
      expect(await train((await assemble({ ...small, objective })).spec)).toEqual([[], []]);
    },
  );

  it.each([balanced, { name: "pcd", chains: 64 }])(
    "with a learning rate a hundred times the default, by $name: named",
    async (objective) => {
      const fast = { name: "adam", learningRate: 0.1 };
      const { spec } = await assemble({ ...small, objective, optimizer: { energy: fast, flow: fast } });
      for (const found of await train(spec)) {
        expect(found[0]).toBe("learning-rate");
        expect(found.slice(1)).toEqual(found.length > 1 ? ["divergence"] : []);
      }
    },
  );

  it("with a step size that is never accepted: frozen chains", async () => {
    const objective = { name: "pcd", chains: 64, local: "mala", stepSize: 50 };
    const { spec } = await assemble({ ...small, objective });
    expect(await train(spec)).toEqual([["frozen-chains"], ["frozen-chains"]]);
  });

  it("with steps too short for the chains to follow: under-mixed", async () => {
    const objective = { name: "pcd", chains: 64, localSteps: 1, stepSize: 1e-5, start: "noise" };
    const { spec } = await assemble({ ...small, objective });
    for (const found of await train(spec)) expect(found).toContain("under-mixed");
  });

  it("with a flow that was given one of them: a missed mode", async () => {
    const found = await train(await withFlowOf({ ...small, objective: balanced }, rowsLeft));
    expect(found).toEqual([["missed-mode"], ["missed-mode"]]);
  });

  /** A training whose flow was fitted to some of the rows, and stays what it is: trained on, it would find the others. */
  async function withFlowOf(settings: object, some: (data: FloatTensor) => FloatTensor): Promise<LoopSpec> {
    const fit = await assemble({ ...settings, objective: { name: "flow-likelihood" } });
    const rows = some(fit.spec.data);
    const { state } = await trainLoop({ ...fit.spec, data: rows, state: fit.trainer.start(fit.key, rows) });
    const flow = Float32Array.from(floats(state["params.flow"]!));
    const still = { flow: { name: "sgd", learningRate: 1e-8 } };
    const { spec, trainer, key } = await assemble({ ...settings, optimizer: still });
    return { ...spec, state: trainer.start(key, spec.data, { flow }) };
  }

  describe("in many dimensions", () => {
    const corners = (dimension: number, preset: string) => ({
      ...{
        data: { dataset: "four-corners", options: { dimension, preset }, points: 4000 },
        energy: { hidden: [128, 128, 128] },
      },
      ...{ flow: { hidden: [64, 64] }, objective: { name: "balanced", chains: 128 }, batch: 128, steps: 120 },
    });

    it("where jumps are often refused although the flow covers every mode: no mode is missed", async () => {
      const accepted: number[] = [];
      const { spec } = await assemble(corners(64, "paper"));
      const [, journal] = await train(spec, ({ globalAcceptance }) => accepted.push(globalAcceptance!));
      expect(mean(accepted.slice(60))).toBeLessThan(0.2);
      expect(journal).toEqual([]);
    });

    it("with a flow that was given two modes of four: missed modes", async () => {
      // Two corners lie on the side where the first coordinates are negative.
      const [, journal] = await train(await withFlowOf(corners(16, "apart"), (data) => rowsLeft(data, 8)));
      expect(journal).toEqual(["missed-mode"]);
    });
  });
});

/** Rows whose first coordinates have a negative mean. */
function rowsLeft(data: FloatTensor, first = 1): FloatTensor {
  const [n, d] = data.shape as [number, number];
  const middle = (i: number): number => mean(data.data.slice(i * d, i * d + first));
  return takeRows(data, Int32Array.from(Array.from({ length: n }, (_, i) => i).filter((i) => middle(i) < 0)));
}

describe("a finding of a training whose parameters are kept from an earlier step", () => {
  const frozen = (since: number): HealthFinding => ({
    ...{ rule: "frozen-chains", level: "bad" as const, since },
    ...{ what: "The chains are frozen.", advice: "Take a smaller step." },
  });

  it("is none of the model where it began later, and says so", () => {
    const [later] = ofKept([frozen(300)], 160);
    expect(later).toMatchObject({ since: 300, afterKept: true });
    expect(showFinding(later!)).toMatch(/^after the kept step, so not of this model, since step 300: The chains/);
    expect(showFinding(later!)).not.toMatch(/\bbad\b/);
  });

  it("still counts where it began before, or with it", () => {
    for (const since of [1, 160]) {
      const [counted] = ofKept([frozen(since)], 160);
      expect(counted).toEqual(frozen(since));
      expect(showFinding(counted!)).toMatch(/^bad, since step \d+: The chains/);
    }
  });
});
