import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { config as configs } from "ebbflow";
import { decodeCheckpoint } from "ebbflow/formats";
import { createRun, executeRun, openRun } from "ebbflow/run";
import { runSession, startSession } from "ebbflow/train";
import { afterEach, describe, expect, it } from "vitest";
import type { Progress, Told, View } from "./messages.js";
import { openSimulation, type Simulation } from "./simulation.js";

const config = {
  data: { dataset: "two-modes", options: { preset: "paper" }, points: 400, standardize: false },
  energy: { name: "neural", hidden: [16] },
  flow: { name: "realnvp", layers: 2, hidden: [8] },
  objective: { name: "balanced", chains: 32, localSteps: 2 },
  ...{ steps: 30, batch: 32, seed: 5, evaluateEvery: 20, draws: 200 },
};

let open: Simulation | undefined;
afterEach(() => open?.close());

/** A simulation and what it tells; `until` resolves when it has told something. */
async function opened(given: object = config) {
  const all: Told[] = [];
  let heard: (told: Told) => void = () => {};
  open = await openSimulation({ config: given as never }, (told) => {
    all.push(told);
    heard(told);
  });
  const until = (type: Told["type"]): Promise<Told> =>
    new Promise((resolve) => {
      heard = (told) => told.type === type && resolve(told);
    });
  return { simulation: open, all, until };
}

/** What the objective carries from step to step. */
const carried = (simulation: Simulation): Record<string, number[]> =>
  Object.fromEntries(
    Object.entries(simulation.session().state()).flatMap(([name, { data }]) =>
      name.startsWith("carry.") ? [[name.slice("carry.".length), Array.from(data as Float32Array)]] : [],
    ),
  );

const progressOf = (all: readonly Told[]): Progress[] =>
  all.flatMap((told) => (told.type === "progress" ? [told.progress] : []));

describe("a simulation", () => {
  it("is the session of the command line: the same steps, the same numbers, played or stepped", async () => {
    const { simulation, all, until } = await opened();
    await simulation.step("all");
    const paused = until("paused");
    simulation.play();
    await paused;
    const resolved = configs.resolveConfig(config);
    const plain = await runSession(await startSession(resolved, configs.prepareData(resolved, undefined)));
    for (const [name, { data }] of Object.entries(plain.state()))
      expect(simulation.session().state()[name]!.data).toEqual(data);
    const steps = progressOf(all).flatMap(({ metrics }) => metrics.map(({ step }) => step));
    expect(steps).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
    expect(progressOf(all).at(-1)).toMatchObject({ stage: "finished", step: 30 });
  });

  it("is what the command line trains where the rows decide of the flow as well", async () => {
    const given = { ...config, steps: 5, pretrain: 3, flow: { name: "realnvp", layers: 2, base: "normal-mixture" } };
    const { simulation, until } = await opened(given);
    const folder = mkdtempSync(join(tmpdir(), "ebbflow-simulation-"));
    try {
      createRun(join(folder, "run"), { config: configs.resolveConfig(given) });
      await executeRun(openRun(join(folder, "run")), { emit: () => {}, stopped: () => false });
      const there = decodeCheckpoint(readFileSync(join(folder, "run/checkpoints", "step-00000005.safetensors")));
      const over = until("paused");
      simulation.play();
      await over;
      const here = simulation.session().state();
      expect(simulation.started.config.flow).toMatchObject({ stack: expect.any(Array) });
      for (const name of ["params.energy", "params.flow", "carry.chains"])
        expect(here[name]!.data, name).toEqual(there.tensors[name]!.data);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it.each(["energy", "flow", "sampler"] as const)("keeps of a step what moves the %s", async (kind) => {
    const { simulation } = await opened();
    const before = simulation.session().state();
    await simulation.step(kind);
    const after = simulation.session().state();
    const moved = (name: string): boolean => !after[name]!.data.every((v, i) => v === before[name]!.data[i]);
    expect([moved("params.energy"), moved("params.flow"), moved("optimizer.flow.m"), moved("carry.chains")]).toEqual(
      { energy: [true, false, false, true], flow: [false, true, true, true], sampler: [false, false, false, true] }[
        kind
      ],
    );
    expect(simulation.session().at().step).toBe(1);
  });

  it("goes on with other learning rates from where it is", async () => {
    const { simulation } = await opened();
    for (let i = 0; i < 3; i++) await simulation.step("all");
    const before = simulation.session().state()["params.energy"]!.data.slice();
    await simulation.change({ ...config, optimizer: { energy: { name: "adam", learningRate: 1e-12 } } });
    expect(simulation.session().at().step).toBe(3);
    await simulation.step("all");
    const after = simulation.session().state()["params.energy"]!.data as Float32Array;
    expect(Math.max(...after.map((v, i) => Math.abs(v - Number(before[i]))))).toBeLessThan(1e-6);
  });

  it.each([true, false])(
    "takes over another step size, whether it adapts (%s) or not, and nothing else",
    async (adapt) => {
      const by = (more: object) => ({ ...config, objective: { ...config.objective, adapt, ...more } });
      const { simulation } = await opened(by({}));
      for (let i = 0; i < 3; i++) await simulation.step("all");
      const { logStep, ...before } = carried(simulation);
      expect(logStep![0] === Math.fround(Math.log(0.005))).toBe(!adapt);
      await simulation.change(by({ localSteps: 3 }));
      expect(carried(simulation)).toEqual({ logStep, ...before });
      await simulation.change(by({ localSteps: 3, stepSize: 0.5 }));
      expect(carried(simulation)).toEqual({ logStep: [Math.fround(Math.log(0.5))], ...before });
    },
  );

  it("stays as it is where another configuration has another state", async () => {
    const { simulation } = await opened();
    await simulation.step("all");
    const before = simulation.session();
    await expect(simulation.change({ ...config, objective: { name: "balanced", chains: 64 } })).rejects.toThrow(
      /chains/,
    );
    expect(simulation.session()).toBe(before);
    const { objective } = await simulation.change({ ...config, objective: { ...config.objective, localSteps: 3 } });
    expect(objective).toMatchObject({ localSteps: 3 });
    expect(simulation.session().at().step).toBe(1);
  });

  it("answers in the units of the data", async () => {
    const scaled = { ...config, data: { ...config.data, standardize: true } };
    const { simulation } = await opened(scaled);
    for (let i = 0; i < 3; i++) await simulation.step("all");
    const view: View = { box: simulation.started.box, side: 60 };
    const found = await simulation.ask(["energies", "flow-density", "truth", "mode-weights", "forces"], view);
    const [[x0, x1], [y0, y1]] = view.box;
    const cell = ((x1 - x0) * (y1 - y0)) / view.side ** 2;
    const sum = (logs: ArrayLike<number>): number => Array.from(logs).reduce((s, v) => s + Math.exp(v) * cell, 0);
    // The law is all in view but for a millionth, and smooth on this grid.
    expect(sum(found.truth!.logDensity as Float32Array)).toBeCloseTo(1, 3);
    // The flow starts wide: some of it lies outside.
    const q = sum(found["flow-density"]!.logDensity as Float32Array);
    expect(q).toBeGreaterThan(0.5);
    expect(q).toBeLessThan(1.001);
    expect(Array.from(found["mode-weights"]!.weights as Float64Array).reduce((s, w) => s + w, 0)).toBeCloseTo(1, 2);
    // Forces are differences of the energies of neighbouring cells.
    const { points, forces } = found.forces as { points: Float32Array; forces: Float32Array };
    const k = 2 * Math.floor(points.length / 4);
    const h = 1e-2;
    const around: View = {
      box: [
        [points[k]! - h, points[k]! + h],
        [points[k + 1]! - h, points[k + 1]! + h],
      ],
      side: 2,
    };
    const { energy } = (await simulation.ask(["energies"], around)).energies as { energy: Float32Array };
    const slope = (energy[2]! + energy[3]! - energy[0]! - energy[1]!) / (2 * h);
    expect(forces[k]!).toBeCloseTo(-slope, 1);
  });

  it("reads single points, and along lines, as on the plane", async () => {
    const { simulation } = await opened();
    await simulation.step("all");
    const { box } = simulation.started;
    const view: View = { box, side: 60, line: [-1.5, -1.5, 1.5, 1], point: [1.5, 1] };
    const { point, section, energies } = await simulation.ask(["point", "section", "energies"], view);
    const along = (name: string): number => (section![name] as Float64Array).at(-1)!;
    expect(along("distance")).toBeCloseTo(Math.hypot(3, 2.5));
    for (const name of ["energy", "logP", "logQ", "truth"]) expect(point![name], name).toBeCloseTo(along(name), 4);
    expect(point!.logP).toBeCloseTo(-(point!.energy as number) - (energies!.logZ as number), 6);
    // A part of the plane has the log Z of all of it.
    const part: View["box"] = [
      [0, 1],
      [0, 1],
    ];
    const zoomed = await simulation.ask(["energies"], { box: part, side: 60 });
    expect(zoomed.energies!.logZ).toBeCloseTo(energies!.logZ as number, 6);
  });

  it("knows the energy in the base of a flow, and where rows come from", async () => {
    const { simulation } = await opened();
    await simulation.step("all");
    const { box } = simulation.started;
    const z = [0.6, -0.4] as const;
    const at = (await simulation.ask(["latent-point"], { box, side: 40, point: z }))["latent-point"]!;
    const { point } = await simulation.ask(["point"], { box, side: 40, point: [at.x as number, at.y as number] });
    // log q(x) = log N(z) − log |det J|, so the energy there is E(x) + log q(x) − log N(z).
    const normal = -Math.log(2 * Math.PI) - (z[0] ** 2 + z[1] ** 2) / 2;
    expect(at.energy).toBeCloseTo((point!.energy as number) + (point!.logQ as number) - normal, 3);
    const found = await simulation.ask(["latent", "latent-points"], {
      box: [
        [-4, 4],
        [-4, 4],
      ],
      side: 40,
    });
    const rows = found["latent-points"]!.rows as Float32Array;
    const back = await simulation.ask(["latent-point"], { box, side: 40, point: [rows[4]!, rows[5]!] });
    expect(back["latent-point"]!.x).toBeCloseTo(simulation.started.rows[4]!, 3);
    expect(back["latent-point"]!.y).toBeCloseTo(simulation.started.rows[5]!, 3);
    expect(found["latent-points"]!.chains).toHaveLength(2 * 32);
    expect(found.latent!.energy).toHaveLength(1600);
  });

  it("follows the chains of nt-ebm in the base, while the flow is fitted and after", async () => {
    const { flow, objective: _, ...others } = config;
    const { simulation } = await opened({
      ...others,
      flow,
      objective: { name: "nt-ebm", chains: 32 },
      pretrain: 2,
      steps: 4,
    });
    const { box } = simulation.started;
    const seen: number[][] = [];
    while (simulation.session().at().stage !== "finished") {
      await simulation.step("all");
      const at = (await simulation.ask(["latent-points"], { box, side: 2 }))["latent-points"]!;
      if (simulation.session().at().stage === "pretraining") continue;
      const chains = Array.from(at.chains as Float32Array);
      seen.push(chains);
      // Each comes from where the flow takes it.
      const point = [chains[2]!, chains[3]!] as const;
      const image = (await simulation.ask(["latent-point"], { box, side: 2, point }))["latent-point"]!;
      const carry = simulation.session().state()["carry.chains"]!.data as Float32Array;
      expect(image.x).toBeCloseTo(carry[2]!, 3);
      expect(image.y).toBeCloseTo(carry[3]!, 3);
    }
    const steps = seen.slice(-4);
    expect(steps).toHaveLength(4);
    for (const [i, chains] of steps.slice(1).entries()) expect(chains).not.toEqual(steps[i]);
  });

  it("says why a configuration makes no training", async () => {
    await expect(opened({ ...config, objective: { name: "balances" } })).rejects.toThrow(/balanced/);
  });
});
