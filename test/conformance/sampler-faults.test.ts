/** Planted faults: kernels that are wrong in one way each, which the suite of exact samplers must find. */

import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { Expr } from "../../src/ir/expr.js";
import { add, div, mul, neg, square, sub } from "../../src/ops/arithmetic.js";
import type { ExprRecord } from "../../src/ops/control.js";
import { scalar } from "../../src/ops/leaf.js";
import { broadcastTo } from "../../src/ops/shape.js";
import type { NoiseSpecs } from "../../src/random/noise.js";
import { independent, jump } from "../../src/samplers/kernels/independent.js";
import { isir } from "../../src/samplers/kernels/isir.js";
import * as members from "../../src/samplers/members.js";
import { accept, energyAndGradient, sumEvent } from "../../src/samplers/parts/metropolis.js";
import { type Sampler, sampler, type Transition } from "../../src/samplers/sampler.js";
import type { Frame, Target } from "../../src/samplers/target.js";
import { underPrefix, withPrefix } from "../../src/util/records.js";
import { brokenLaws, exactnessErrors } from "../support/exactness.js";
import { listSamplers } from "../support/sampler-targets.js";

/** What may go wrong in a Langevin step; each part is right unless replaced. */
interface LangevinParts {
  /** Factor of the noise; √2ε is right. */
  readonly noise?: (stepSize: number) => number;
  /** The logarithm of the ratio, from its two terms. */
  readonly ratio?: (energies: Expr, correction: Expr) => Expr;
  readonly temperature?: number;
  /** Forget what a rejected move leaves behind. */
  readonly staleCache?: boolean;
}

function langevin({ energy }: Target, stepSize: number, parts: LangevinParts): Transition {
  const { noise = (e) => Math.sqrt(2 * e), ratio = add, temperature = 1, staleCache = false } = parts;
  const at = (x: Expr) => energyAndGradient((y) => div(energy(y), temperature), x);
  return {
    init: (x) => ({ x, ...at(x) }),
    step(state, { xi, u }) {
      const current = { x: state.x!, energy: state.energy!, gradient: state.gradient! };
      const y = add(sub(current.x, mul(stepSize, current.gradient)), mul(noise(stepSize), xi!));
      const proposed = { x: y, ...at(y) };
      const back = add(sub(current.x, y), mul(stepSize, proposed.gradient));
      const correction = sub(mul(0.5, sumEvent(square(xi!))), div(mul(0.25, sumEvent(square(back))), stepSize));
      const decided = accept(ratio(sub(current.energy, proposed.energy), correction), u!, proposed, current);
      const kept = staleCache ? { ...proposed, x: decided.state.x } : decided.state;
      return { state: kept, info: { acceptance: decided.acceptance } };
    },
  };
}

const STEP_SIZE = 0.3;

type Noise = (frame: Frame) => NoiseSpecs;

const planted = (name: string, noise: Noise, kernel: (target: Target) => Transition): Sampler =>
  sampler({ name, about: "A fault.", exact: true, needs: ["flow"], options: z.object({}), noise, kernel });

const step: Noise = ({ event, chains }) => ({
  xi: { law: "normal", shape: [chains, ...event] },
  u: { law: "uniform", shape: [chains] },
});

const langevinWith = (name: string, parts: LangevinParts): Sampler =>
  planted(name, step, (target) => langevin(target, STEP_SIZE, parts));

/** Random-walk Metropolis whose log-ratio is passed through a function. */
const walkWith = (name: string, ratio: (r: Expr) => Expr): Sampler =>
  planted(name, step, ({ energy }) => ({
    init: (x) => ({ x, energy: energy(x) }),
    step({ x, energy: e }, { xi, u }) {
      const y = add(x!, xi!);
      const proposed = { x: y, energy: energy(y) };
      const decided = accept(ratio(sub(e!, proposed.energy)), u!, proposed, { x: x!, energy: e! });
      return { state: decided.state, info: { acceptance: decided.acceptance } };
    },
  }));

const stepThenJump: Noise = (frame) => ({
  ...withPrefix("local.", step(frame)),
  ...withPrefix("jump.", frame.proposal!.noise(frame.chains)),
  u: { law: "uniform", shape: [frame.chains] },
});

/** A local move, then a jump; `weighed` says at which positions the current densities are taken. */
const localThenJump = (name: string, weighed: (before: Expr, after: Expr) => Expr): Sampler =>
  planted(name, stepThenJump, (target) => {
    const { energy } = target;
    const proposal = target.proposal!;
    const local = langevin(target, STEP_SIZE, {});
    return {
      init: (x) => ({ x }),
      step({ x }, noise) {
        const moved = local.step(local.init(x!), underPrefix("local.", noise)).state.x!;
        const at = weighed(x!, moved);
        const current = { x: moved, energy: energy(at), logProb: proposal.logProb(at) };
        const { state, acceptance } = jump(energy, proposal, current, underPrefix("jump.", noise), noise.u!);
        return { state: { x: state.x }, info: { acceptance } };
      },
    };
  });

/** A local move, then a choice among it and draws; `weighed` says at which positions it gets its weight. */
const localThenChoice = (name: string, weighed: (before: Expr, after: Expr) => Expr): Sampler =>
  planted(
    name,
    (frame) => ({
      ...withPrefix("local.", step(frame)),
      ...withPrefix("jump.", isir.noise(frame, { proposals: 4 })),
    }),
    (target) => {
      const [local, choice] = [langevin(target, STEP_SIZE, {}), isir(target, { proposals: 4 })];
      return {
        init: (x) => ({ x }),
        step({ x }, noise) {
          const moved = local.step(local.init(x!), underPrefix("local.", noise)).state.x!;
          const at = { ...choice.init(weighed(x!, moved)), x: moved };
          const { state, info } = choice.step(at, underPrefix("jump.", noise));
          return { state: { x: state.x! }, info };
        },
      };
    },
  );

/** A jump that compares energies alone, as if the proposal were symmetric. */
const unweighedJump = planted("no proposal density", independent.noise, ({ energy, proposal }) => ({
  init: (x) => ({ x, energy: energy(x) }),
  step({ x, energy: e }, { u, ...noise }) {
    const y = proposal!.sample(noise as ExprRecord).x;
    const proposed = { x: y, energy: energy(y) };
    const decided = accept(sub(e!, proposed.energy), u!, proposed, { x: x!, energy: e! });
    return { state: decided.state, info: { acceptance: decided.acceptance } };
  },
}));

/** A log-ratio that is never refused. */
const certain = (e: Expr): Expr => broadcastTo(scalar(1, e.dtype), e.shape);

const sound: readonly Sampler[] = [
  langevinWith("Langevin", {}),
  walkWith("random walk", (r) => r),
  localThenJump("local moves and jumps", (_, after) => after),
  localThenChoice("local moves and choices among draws", (_, after) => after),
];

const faulty: readonly Sampler[] = [
  langevinWith("always accepts", { ratio: certain }),
  langevinWith("sign of the correction", { ratio: sub }),
  langevinWith("no correction", { ratio: (energies) => energies }),
  langevinWith("sign of the energies", { ratio: (energies, correction) => add(neg(energies), correction) }),
  langevinWith("noise scale √ε", { noise: (e) => Math.sqrt(e) }),
  langevinWith("temperature applied twice", { temperature: 1.5 }),
  langevinWith("stale cache after a rejection", { staleCache: true }),
  walkWith("uniform compared with the squared ratio", (r) => mul(2, r)),
  walkWith("uniform compared with the root of the ratio", (r) => mul(0.5, r)),
  localThenJump("densities from before the local moves", (before) => before),
  localThenChoice("the weight from before the local moves", (before) => before),
  unweighedJump,
];

/**
 * What moves one population, or needs more of an energy than these targets have, is told apart by its own tests; so is
 * what has memory, whose beginning moves exact draws whether it is biased or not.
 */
const inexact = listSamplers(members).filter((m) => !m.exact && !m.interacts && !m.needs && !m.memory);

const named = (kernels: readonly Sampler[]) => kernels.map((kernel) => [kernel.name, kernel] as const);

describe("the suite of exact samplers", () => {
  it.each(named(sound))("passes %s, of the same parts as the faults", async (_, kernel) => {
    expect(await exactnessErrors(kernel)).toEqual([]);
  });

  it.each(named(faulty))("finds: %s", async (_, kernel) => {
    expect(await brokenLaws(kernel)).not.toEqual([]);
  });

  it.each(named(inexact))("tells the inexact %s from an exact one", async (_, kernel) => {
    expect(await brokenLaws(kernel, { stepSize: STEP_SIZE })).not.toEqual([]);
  });
});
