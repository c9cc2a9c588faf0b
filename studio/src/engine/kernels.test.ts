import { afterEach, describe, expect, it } from "vitest";
import { STEPS } from "./kernels.js";
import { openSimulation, type Simulation } from "./simulation.js";

const config = {
  data: { dataset: "two-modes", points: 400, standardize: true },
  energy: { name: "neural", hidden: [16] },
  flow: { name: "realnvp", layers: 2, hidden: [8] },
  objective: { name: "balanced", chains: 32, localSteps: 2, stepSize: 0.02 },
  ...{ steps: 30, batch: 32, seed: 5, evaluateEvery: 20, draws: 200 },
};

let open: Simulation | undefined;
afterEach(() => open?.close());
const opened = async (given: object = config): Promise<Simulation> => {
  open = await openSimulation({ config: given as never }, () => {});
  return open;
};

const from = Float32Array.of(0.5, -0.25, 1, 1.5, -1.5, -1);
const n = from.length / 2;

describe("kernels of the page", () => {
  it("are those that go on from any point, the objective's own first with its step size", async () => {
    const { kernels } = (await opened()).started;
    expect(kernels[0]).toMatchObject({ name: "mala", stepSize: 0.02 });
    const names = kernels.map(({ name }) => name);
    for (const name of ["mala", "hmc", "ula", "nuts", "flow-mc"]) expect(names).toContain(name);
    for (const name of ["svgd", "underdamped-langevin", "gibbs", "smc"]) expect(names).not.toContain(name);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(["mala", "hmc", "random-walk", "flow-mc"])("walk from where chains are: %s", async (kernel) => {
    const simulation = await opened();
    await simulation.step("all");
    const order = { kernel, stepSize: 0.3, from, first: 16 };
    const { path, proposed, steps } = (await simulation.walk(order))!;
    expect([steps, path.length]).toEqual([STEPS, STEPS * n * 2]);
    expect((await simulation.walk(order))!.path).toEqual(path);
    const further = await simulation.walk({ ...order, first: 16 + STEPS });
    expect(further!.path).not.toEqual(path);
    if (!proposed) return;
    let stays = 0;
    for (let k = 0; k < path.length; k++) {
      const before = k < 2 * n ? from[k]! : path[k - 2 * n]!;
      const went = Math.abs(path[k]! - proposed[k]!) < 1e-5;
      if (!went) expect(path[k]).toBeCloseTo(before, 5);
      stays += went ? 0 : 1;
    }
    expect(stays).toBeLessThan(path.length);
  });

  it("are none by another name", async () => {
    expect(await (await opened()).walk({ kernel: "walks", stepSize: null, from, first: 0 })).toBeNull();
  });
});
