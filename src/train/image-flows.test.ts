/** Flows of images with every objective that is of a flow, on an energy of images: by their contracts alone. */

import { describe, expect, it } from "vitest";
import { flows } from "../../test/support/flow-cases.js";
import { numbers } from "../../test/support/tensors.js";
import { tilted } from "../energies/tilted.js";
import * as objectives from "../objectives/members.js";
import type { Objective } from "../objectives/objective.js";
import { adam } from "../optim/adam.js";
import { normal } from "../random/draw.js";
import { fold, makeKey } from "../random/key.js";
import { flowMc } from "../samplers/composites/flow-mc.js";
import { sample } from "../samplers/driver/sample.js";
import { mean } from "../util/moments.js";
import { listOptions } from "../util/options.js";
import { tensor } from "../util/tensor.js";
import { trainLoop } from "./loop.js";
import { compileTrainer } from "./trainer.js";

const key = makeKey(65);
const event = [1, 4, 4] as const;
const rows = normal(fold(key, "rows"), [64, ...event]);
const members = flows.filter(({ eventKind }) => eventKind === "image");
const flowOf = (declare: (typeof members)[number]) =>
  declare({ levels: 2, couplings: 2, channels: 4, blocks: 1 }, event);
const ofFlow = (Object.values(objectives) as unknown as readonly Objective[]).filter(
  ({ needs }) => needs?.includes("flow") && !needs.includes("classes"),
);
const optimizer = adam.make({ learningRate: 1e-3 } as never, 2);

describe.each(members.map((f) => [f.name, f] as const))("%s", (_, declare) => {
  it.each(ofFlow.map((o) => [o.name, o] as const))("trains by %s", async (_, objective) => {
    const model = { event, energy: tilted({ hidden: [4] }, { event }), flow: flowOf(declare) };
    const small: Record<string, unknown> = { chains: 8, localSteps: 1 };
    const known = listOptions(objective.options).map((o) => o.name);
    const options = Object.fromEntries(Object.entries(small).filter(([name]) => known.includes(name)));
    const iteration = objective(model, 8, options as never);
    const optimizers = Object.fromEntries(
      ["energy", "flow", ...Object.keys(iteration.ownGroups ?? {})].map((g) => [g, optimizer]),
    );
    const trainer = await compileTrainer({ model, iteration, optimizers, batch: 8, average: 0 });
    const state = trainer.start(key, rows);
    const found = await trainLoop({ trainer, data: rows, batch: 8, steps: 2, key, state });
    for (const [name, t] of Object.entries(found.state)) expect(numbers(t).every(Number.isFinite), name).toBe(true);
  });

  it("proposes jumps of images that are taken where it is the target", async () => {
    const flow = flowOf(declare);
    const energy = tilted({ hidden: [4] }, { event });
    const [params, flowParams] = [tensor(energy.init(key)), tensor(flow.init(key))];
    // The tilt starts at zero and the flow at its base: proposals are of the target.
    const found = await sample({
      ...{ energy, params, flow, flowParams, sampler: flowMc, key },
      ...{ chains: 8, warmup: 20, draws: 50 },
    });
    expect(found.x.shape).toEqual([8, 50, ...event]);
    expect(mean(numbers(found.info.globalAcceptance!))).toBeGreaterThan(0.999);
    // 6,400 numbers of variance 1, nearly independent: the mean of squares is within 0.1 but once in 10⁷.
    expect(Math.abs(mean(numbers(found.x).map((v) => v * v)) - 1)).toBeLessThan(0.1);
  });
});
