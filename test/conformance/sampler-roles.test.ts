/** What a kernel can be within another: told from its facts, and true of kernels that no registry knows. */

import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { Expr } from "../../src/ir/expr.js";
import { contrastiveDivergence } from "../../src/objectives/methods/contrastive-divergence.js";
import { add, mul, sub } from "../../src/ops/arithmetic.js";
import type { ExprRecord } from "../../src/ops/control.js";
import { constant } from "../../src/ops/leaf.js";
import { makeKey } from "../../src/random/key.js";
import { flowMc } from "../../src/samplers/composites/flow-mc.js";
import { neutra } from "../../src/samplers/composites/neutra.js";
import { parallelTempering } from "../../src/samplers/composites/parallel-tempering.js";
import { smc } from "../../src/samplers/composites/smc.js";
import * as jumps from "../../src/samplers/jump-members.js";
import { svgd } from "../../src/samplers/kernels/svgd.js";
import { underdampedLangevin } from "../../src/samplers/kernels/underdamped-langevin.js";
import * as locals from "../../src/samplers/local-members.js";
import * as members from "../../src/samplers/members.js";
import { accept } from "../../src/samplers/parts/metropolis.js";
import { whyUnmet } from "../../src/samplers/roles/local.js";
import { whyNotJump, whyNotLocal } from "../../src/samplers/roles/roles.js";
import { type Sampler, sampler } from "../../src/samplers/sampler.js";
import { cast, tensor } from "../../src/util/tensor.js";
import { exactnessErrors } from "../support/exactness.js";
import { hostIteration } from "../support/host-iteration.js";
import { type HostKernel, hostKernel } from "../support/host-kernel.js";
import { real } from "../support/objective-settings.js";
import { correlated, listSamplers, targetOf } from "../support/sampler-targets.js";
import { numbers, worstDifference } from "../support/tensors.js";

const plain = (own: unknown): Sampler => own as Sampler;
const namesOf = (set: Readonly<Record<string, unknown>>): string[] =>
  listSamplers(set)
    .map((s) => s.name)
    .sort();

describe("the registries of parts", () => {
  it("hold the members whose facts say so, and no others", () => {
    const having = (why: typeof whyNotLocal): string[] =>
      listSamplers(members)
        .filter((s) => why(s) === null)
        .map((s) => s.name)
        .sort();
    expect(namesOf(locals)).toEqual(having(whyNotLocal));
    expect(namesOf(jumps)).toEqual(having(whyNotJump));
  });
});

/** As the recipe declares one: a Metropolis step uniform in a box. `wrong` accepts as if energies were halved. */
const box = (wrong = 1) =>
  sampler({
    name: wrong === 1 ? "box" : "wrong-box",
    about: "Steps uniform in a box, accepted by energy alone.",
    exact: true,
    options: z.object({ stepSize: z.number().positive().default(1).describe("half the width of the box") }),
    noise: ({ event, chains }) => ({
      step: { law: "uniform", shape: [chains, ...event] },
      u: { law: "uniform", shape: [chains] },
    }),
    kernel: ({ energy }, { stepSize }) => ({
      init: (x) => ({ x, energy: energy(x) }),
      step({ x, energy: e }, { step, u }) {
        const y = add(x!, mul(stepSize, sub(mul(2, step!), 1)));
        const proposed = { x: y, energy: energy(y) };
        const decided = accept(mul(wrong, sub(e!, proposed.energy)), u!, proposed, { x: x!, energy: e! });
        return { state: decided.state, info: { acceptance: decided.acceptance } };
      },
    }),
  });

/** Found by a law that does not hold, not only by chains that mix too slowly to tell. */
const brokenLaws = (errors: readonly string[]) => errors.filter((e) => /errors off|Kolmogorov/.test(e));

describe("a local kernel of one's own", () => {
  const within = { local: box(), stepSize: 1 };

  it("is exact within flow-mc, and one that is wrong is found there", async () => {
    expect(await exactnessErrors(plain(flowMc), { ...within, localSteps: 3 })).toEqual([]);
    const wrong = { local: box(0.5), stepSize: 1, localSteps: 3 };
    expect(brokenLaws(await exactnessErrors(plain(flowMc), wrong))).not.toEqual([]);
  });

  it("moves in a flow's latent space and at every temperature", () => {
    const target = targetOf(correlated, 8, "float32");
    expect(Object.keys(neutra(target, within).noise).sort()).toEqual(["step", "u"]);
    expect(parallelTempering(target, { ...within, levels: 3 }).noise["local.step"]!.shape).toEqual([5, 16, 2]);
    expect(smc(target, { ...within, stages: 4, moves: 2 }).noise["move.step"]!.shape).toEqual([4, 2, 8, 2]);
  });

  it("walks the negatives of cd", async () => {
    const { model, params, batch } = real;
    const step = async (stepSize: number) => {
      const iteration = contrastiveDivergence(model, batch.shape[0]!, { local: box(), localSteps: 3, stepSize });
      const host = await hostIteration(model, iteration, batch.shape[0]!);
      return (await host.step({ params, carry: {}, batch, key: makeKey(1) })).metrics;
    };
    const [near, far] = [await step(0.01), await step(3)];
    expect(numbers(near.acceptance!)[0]).toBeGreaterThan(0.98);
    expect(numbers(far.acceptance!)[0]).toBeLessThan(0.9);
    // It begins at the data, and has hardly moved.
    expect(worstDifference(near.energyModel!, near.energyData!)).toBeLessThan(0.01);
  });
});

/** Independent proposals, accepted by the ratio of weights, or `wrong`, of densities alone. */
const independence = (wrong = false) =>
  sampler({
    name: wrong ? "wrong-jump" : "own-jump",
    about: "Independent proposals.",
    exact: true,
    crosses: true,
    needs: ["flow"],
    options: z.object({}),
    noise: (frame) => jumps.independent.noise(frame),
    kernel(target) {
      const flat = (e: Expr): Expr => mul(0, e);
      const own = target.proposal!;
      const proposal = {
        ...own,
        sample(noise: ExprRecord) {
          const { x, logProb } = own.sample(noise);
          return { x, logProb: wrong ? flat(logProb) : logProb };
        },
        logProb: (x: Expr) => (wrong ? flat(own.logProb(x)) : own.logProb(x)),
      };
      return jumps.independent({ ...target, proposal });
    },
  });

describe("jumps within flow-mc", () => {
  // Few local steps, so that what the jump does is seen.
  const errorsWith = (options: object) =>
    exactnessErrors(plain(flowMc), { local: "random-walk", localSteps: 1, ...options });

  it.each([
    ["a choice among several draws", { jump: "isir", proposals: 4 }],
    ["a kernel of one's own", { jump: independence() }],
  ])("are exact as %s", async (_, options) => {
    expect(await errorsWith(options)).toEqual([]);
  });

  it("are found to be wrong where they are", async () => {
    expect(brokenLaws(await errorsWith({ jump: independence(true) }))).not.toEqual([]);
  });
});

describe("rows of different temperatures", () => {
  const target = targetOf(correlated, 6, "float64");
  const betas = constant(tensor(Float64Array.of(1, 0.5, 0.2, 2, 1, 0.1)));
  const tempered = { ...target, energy: (x: Expr) => mul(betas, target.energy(x)) };
  const suited = listSamplers(locals).filter((s) => whyUnmet(s, { alone: true }) === null);
  it.each(suited.map((s) => [s.name, s] as const))("are moved by %s, each at its own", async (_, local) => {
    const own = await hostKernel((t) => local(t), tempered, "float64");
    const same = await hostKernel((t) => local(t), { ...target, energy: (x) => mul(0.5, target.energy(x)) }, "float64");
    const x = cast(correlated.draw(makeKey(2), 6), "float64");
    const row = async (kernel: HostKernel) => {
      const { state } = await kernel.walk(await kernel.init(x), makeKey(3), 3);
      return numbers(state.x!).slice(2, 4);
    };
    expect(await row(own)).toEqual(await row(same));
  });
});

describe("what does not suit is refused in words", () => {
  const target = targetOf(correlated, 8, "float32");
  it.each([
    [flowMc, { local: "malla" }, /option local: expected one of .*mala.*; got "malla", did you mean "mala"/],
    [flowMc, { local: 3 }, /option local: expected one of .*; got 3/],
    [flowMc, { local: underdampedLangevin }, /underdamped-langevin keeps v between steps/],
    [flowMc, { local: svgd }, /svgd moves its chains as one population/],
    [flowMc, { local: "random-flip" }, /random-flip moves discrete points/],
    [flowMc, { local: flowMc }, /flow-mc moves between modes/],
    [flowMc, { jump: "mala" }, /option jump: expected one of independent, isir/],
    [flowMc, { jump: locals.mala }, /mala proposes no points by a flow/],
    [parallelTempering, { local: "ula" }, /ula is not exact; take one of/],
    [smc, { local: "gibbs" }, /gibbs needs more of an energy than its values/],
  ] as const)("%s with %o", (member, options, message) => {
    expect(() => plain(member)(target, options as never)).toThrow(message);
  });
});
