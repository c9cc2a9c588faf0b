/** Planted faults of samplers that choose among points, shrink brackets or move in a latent space. */

import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { Expr } from "../../src/ir/expr.js";
import { add, cos, div, floor, log, mul, neg, sigmoid, sin, square, sub } from "../../src/ops/arithmetic.js";
import type { ExprRecord } from "../../src/ops/control.js";
import { argmax } from "../../src/ops/extrema.js";
import { gather } from "../../src/ops/indexing.js";
import { arange } from "../../src/ops/leaf.js";
import { less, where } from "../../src/ops/logic.js";
import { concat, reshape, slice as rows } from "../../src/ops/shape.js";
import { logSigmoid } from "../../src/ops/special.js";
import type { NoiseSpecs } from "../../src/random/noise.js";
import { neutra } from "../../src/samplers/composites/neutra.js";
import { barker } from "../../src/samplers/kernels/barker.js";
import { isir } from "../../src/samplers/kernels/isir.js";
import { stepOut } from "../../src/samplers/kernels/slice.js";
import { accept, energyAndGradient, sumEvent } from "../../src/samplers/parts/metropolis.js";
import { type Found, type Search, shrink } from "../../src/samplers/parts/shrink.js";
import { type Sampler, sampler, type Transition } from "../../src/samplers/sampler.js";
import type { Frame, Target } from "../../src/samplers/target.js";
import { brokenLaws, exactnessErrors } from "../support/exactness.js";
import { sinhProposal } from "../support/sinh-proposal.js";

type Noise = (frame: Frame) => NoiseSpecs;

const planted = (name: string, noise: Noise, kernel: (target: Target) => Transition): Sampler =>
  sampler({ name, about: "A fault.", exact: true, needs: ["flow"], options: z.object({}), noise, kernel });

const column = (t: Expr, { shape }: Expr): Expr => reshape(t, [shape[0]!, ...shape.slice(1).map(() => 1)]);

/** Sampling importance resampling among some draws and the current point; parts are right unless replaced. */
interface ChoiceParts {
  readonly current?: boolean;
  readonly logWeight?: (energy: Expr, logProb: Expr) => Expr;
}

const isirOf4: Noise = (frame) => isir.noise(frame, { proposals: 4 });

const choice = (name: string, parts: ChoiceParts): Sampler =>
  planted(name, isirOf4, ({ energy, event, chains, proposal }) => {
    const { current = true, logWeight = (e, q) => sub(neg(e), q) } = parts;
    const n = 4;
    return {
      init: (x) => ({ x }),
      step({ x }, { gumbel, ...noise }) {
        const { x: y, logProb } = proposal!.sample(noise as ExprRecord);
        const points = concat([reshape(x!, [chains, 1, ...event]), reshape(y, [chains, n, ...event])], 1);
        const own = logWeight(energy(x!), proposal!.logProb(x!));
        const others = reshape(logWeight(energy(y), logProb), [chains, n]);
        const logs = add(concat([reshape(own, [chains, 1]), others], 1), gumbel!);
        const best = current ? argmax(logs, 1) : add(argmax(rows(logs, 1, 1), 1), 1);
        const chosen = add(best, mul(arange(chains, "int64"), n + 1));
        return { state: { x: gather(reshape(points, [chains * (n + 1), ...event]), chosen) }, info: {} };
      },
    };
  });

/** What may go wrong on a line; each part is right unless replaced. */
interface LineParts {
  readonly width: number;
  readonly widths: number;
  readonly offset?: (uniform: Expr) => Expr;
  readonly share?: (uniform: Expr) => Expr;
}

const lineNoise: Noise = ({ event, chains }) => ({
  xi: { law: "normal", shape: [chains, ...event] },
  ...{ level: { law: "uniform", shape: [chains] }, offset: { law: "uniform", shape: [chains] } },
  ...{ share: { law: "uniform", shape: [chains] }, draws: { law: "uniform", shape: [30, chains] } },
});

/** Slice sampling along directions drawn as Gaussians. */
const line = (name: string, { width, widths, offset = same, share = same }: LineParts): Sampler =>
  planted(name, lineNoise, ({ energy, chains }) => ({
    init: (x) => ({ x }),
    step({ x }, noise) {
      const at = (t: Expr): Expr => add(x!, mul(column(t, x!), noise.xi!));
      const level = sub(energy(x!), log(noise.level!));
      const low = mul(-width, offset(noise.offset!));
      const left = floor(mul(widths, share(noise.share!)));
      const ends = stepOut({ low, high: add(low, width), left, right: sub(widths - 1, left) }, width, widths, (t) =>
        concat([0, 1].map((i) => less(energy(at(rows(t, 0, i * chains, (i + 1) * chains))), level))),
      );
      const { low: l, high } = ends;
      const first = add(l, mul(reshape(rows(noise.draws!, 0, 0, 1), [chains]), sub(high, l)));
      const found = shrink({ first, low: l, high, level, draws: rows(noise.draws!, 0, 1) }, (t) => energy(at(t)));
      return { state: { x: at(found.t) }, info: {} };
    },
  }));
const same = (e: Expr): Expr => e;

interface EllipseParts {
  /** Standard deviation of the Gaussian that is divided out; 2, that of the ellipse, is right. */
  readonly divided?: number;
  readonly shrinks?: number;
  /** Where a search ended. */
  readonly end?: (found: Found, search: Search) => Expr;
}

const ellipseNoise =
  (shrinks: number): Noise =>
  ({ event, chains }) => ({
    ...{ nu: { law: "normal", shape: [chains, ...event] }, angle: { law: "uniform", shape: [chains] } },
    ...{ level: { law: "uniform", shape: [chains] }, draws: { law: "uniform", shape: [shrinks, chains] } },
  });

const ellipse = (name: string, { divided = 2, shrinks = 30, end = ({ t }) => t }: EllipseParts): Sampler =>
  planted(name, ellipseNoise(shrinks), ({ energy }) => ({
    init: (x) => ({ x }),
    step({ x }, { nu, angle, level, draws }) {
      const potential = (y: Expr): Expr => sub(energy(y), mul(0.5 / divided ** 2, sumEvent(square(y))));
      const at = (t: Expr): Expr => add(mul(column(cos(t), x!), x!), mul(column(sin(t), x!), mul(2, nu!)));
      const high = mul(2 * Math.PI, angle!);
      const below = sub(potential(x!), log(level!));
      const search = { first: high, low: sub(high, 2 * Math.PI), high, level: below, draws: draws! };
      const found = shrink(search, (t) => potential(at(t)));
      return { state: { x: at(end(found, search)) }, info: {} };
    },
  }));

const latentWalk: Noise = (frame) => neutra.noise(frame, { local: "random-walk" });

/** A random walk in the latent space of a flow whose Jacobian is not constant; parts are right unless replaced. */
const latent = (name: string, jacobian: number, temperature = 1): Sampler =>
  planted(name, latentWalk, (target) => {
    const right = sinhProposal(target.event[0]!);
    const forward = (z: Expr) => {
      const { y, logDet } = right.forward(z);
      return { y, logDet: mul(jacobian / temperature, logDet) };
    };
    const energy = (x: Expr): Expr => div(target.energy(x), temperature);
    const on = { ...target, energy, proposal: { ...right, forward } };
    return neutra(on, { local: "random-walk", stepSize: 0.8 });
  });

/** Barker's proposal, its correction taken to a power; 1 is right. */
const signed = (name: string, power: number): Sampler =>
  planted(name, barker.noise, ({ energy }) => ({
    init: (x) => ({ x, ...energyAndGradient(energy, x) }),
    step({ x, energy: e, gradient }, { xi, sign, u }) {
      const move = where(less(sign!, sigmoid(neg(mul(xi!, gradient!)))), xi!, neg(xi!));
      const y = add(x!, move);
      const proposed = { x: y, ...energyAndGradient(energy, y) };
      const sides = sub(logSigmoid(mul(move, proposed.gradient)), logSigmoid(neg(mul(move, gradient!))));
      const ratio = add(sub(e!, proposed.energy), mul(power, sumEvent(sides)));
      const { state, acceptance } = accept(ratio, u!, proposed, { x: x!, energy: e!, gradient: gradient! });
      return { state, info: { acceptance } };
    },
  }));

const sound: readonly Sampler[] = [
  choice("importance resampling", {}),
  line("a short line that hardly grows", { width: 0.7, widths: 3 }),
  line("one width, placed at random", { width: 3, widths: 1 }),
  ellipse("an ellipse", {}),
  ellipse("an ellipse whose draws run out", { shrinks: 1 }),
  latent("a walk in a bent latent space", 1),
  signed("Barker", 1),
];

const faulty: readonly Sampler[] = [
  choice("importance resampling without the current point", { current: false }),
  choice("importance resampling without the proposal's density", { logWeight: (e) => neg(e) }),
  line("a width without random offset", { width: 3, widths: 1, offset: (u) => add(0.5, mul(0, u)) }),
  line("growth that is not shared at random", { width: 0.7, widths: 3, share: (u) => mul(0, u) }),
  ellipse("an ellipse of another Gaussian than is divided out", { divided: 2.5 }),
  ellipse("the last point tried where draws run out", {
    shrinks: 1,
    end: ({ t, found }, { high }) => where(found, t, high),
  }),
  latent("no Jacobian", 0),
  latent("the Jacobian twice", 2),
  latent("the Jacobian of the other direction", -1),
  latent("a temperature too many", 1, 1.5),
  signed("Barker without correction", 0),
];

const named = (kernels: readonly Sampler[]) => kernels.map((kernel) => [kernel.name, kernel] as const);

describe("the suite of exact samplers", () => {
  it.each(named(sound))("passes %s, of the same parts as the faults", async (_, kernel) => {
    expect(await exactnessErrors(kernel)).toEqual([]);
  });

  it.each(named(faulty))("finds: %s", async (_, kernel) => {
    expect(await brokenLaws(kernel)).not.toEqual([]);
  });
});
