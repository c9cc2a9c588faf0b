/** Every sampler of the registry: its facts, purity, caches, determinism, domain, law and tuning. */

import { describe, expect, it } from "vitest";
import { makeEnergy } from "../../src/energies/energy.js";
import { gaussianEnergy } from "../../src/energies/gaussian.js";
import { whyNot } from "../../src/energies/needs.js";
import type { Expr } from "../../src/ir/expr.js";
import { abs, log, sub } from "../../src/ops/arithmetic.js";
import { constant, input } from "../../src/ops/leaf.js";
import { less, where } from "../../src/ops/logic.js";
import { sum } from "../../src/ops/shape.js";
import { normal, uniform } from "../../src/random/draw.js";
import { fold, makeKey } from "../../src/random/key.js";
import { drawNoise } from "../../src/random/noise.js";
import type { Tensors } from "../../src/runtime/engine.js";
import { evaluate } from "../../src/runtime/program.js";
import { countCompilations } from "../../src/runtime/session-cache.js";
import { precondition, unwhiten } from "../../src/samplers/driver/precondition.js";
import { sample } from "../../src/samplers/driver/sample.js";
import * as members from "../../src/samplers/members.js";
import { InputError } from "../../src/util/errors.js";
import { listOptions } from "../../src/util/options.js";
import { mapValues, underPrefix } from "../../src/util/records.js";
import { cast, type FloatTensor, tensor } from "../../src/util/tensor.js";
import { exactnessErrors } from "../support/exactness.js";
import { type HostKernel, hostKernel } from "../support/host-kernel.js";
import { correlated, gaussianProposal, listSamplers, targetOf } from "../support/sampler-targets.js";
import { drawErrors } from "../support/statistics.js";
import { numbers, worstDifference } from "../support/tensors.js";

const CHAINS = 16;
const key = makeKey(3);
const start = correlated.draw(fold(key, "start"), CHAINS);
const inDoubles = targetOf(correlated, CHAINS, "float64");
/** Those that can move on a Gaussian with a flow, smoothed or not. */
const samplers = listSamplers(members).filter((s) => whyNot(s, inDoubles) === null);
const doubles = (sampler: (typeof samplers)[number], options = {}): Promise<HostKernel> =>
  hostKernel((target) => sampler(target, options), inDoubles, "float64");
const copyOf = (tensors: Tensors) => mapValues(tensors, (t) => numbers(t));

it("has members with names of their own", () => {
  expect(samplers.length).toBeGreaterThan(3);
  expect(new Set(samplers.map((s) => s.name)).size).toBe(samplers.length);
});

describe.each(samplers.map((s) => [s.name, s] as const))("sampler %s", (_, sampler) => {
  it("says of itself what the set asks for", () => {
    const { name, about, cite, tuning, needs } = sampler;
    expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(about).toMatch(/^[A-Z].*\.$/);
    expect(cite).toMatch(/\(\d{4}\)/);
    for (const option of listOptions(sampler.options)) {
      expect(option.about, option.name).not.toBe("");
      expect(option.default, option.name).not.toBeNull();
    }
    const { proposal, smoothed, ...bare } = inDoubles;
    expect(proposal && smoothed).toBeDefined();
    if (needs) expect(() => sampler(bare)).toThrow(InputError);
    else expect(() => sampler(bare)).not.toThrow();
    expect(() => sampler(inDoubles, { stepSise: 1 })).toThrow(`sampler ${name}: unknown option stepSise`);
    if (tuning) {
      expect(listOptions(sampler.options).map((o) => o.name)).toContain(tuning.option);
      for (const wrong of [0, -1, Number.NaN, "much"])
        expect(() => sampler(inDoubles, { [tuning.option]: wrong })).toThrow(InputError);
    }
  });

  it("declares its noise from shapes alone, whatever step size is tuned", () => {
    const { event, chains, proposal } = inDoubles;
    const frame = { event, chains, proposal: { noise: proposal!.noise }, smoothed: true };
    const tuned = (shape: readonly number[]) =>
      sampler(inDoubles, {}, sampler.tuning ? { [sampler.tuning.option]: input("size", shape) } : {});
    const { noise } = tuned([]);
    expect(tuned([chains, ...event.map(() => 1)]).noise).toEqual(noise);
    expect(sampler.noise(frame)).toEqual(noise);
    if (sampler.needs?.includes("flow")) expect(() => sampler.noise({ event, chains })).toThrow(InputError);
    expect(() => sampler.noise(frame, { stepSise: 1 })).toThrow("unknown option stepSise");
  });

  it("is pure: one step of the same state and noise gives the same result, and changes neither", async () => {
    const kernel = await doubles(sampler);
    const state = await kernel.init(cast(start, "float64"));
    const noise = drawNoise(key, kernel.noise);
    const before = [copyOf(state), copyOf(noise)];
    const [first, second] = [await kernel.step(state, noise), await kernel.step(state, noise)];
    expect(copyOf(second.state)).toEqual(copyOf(first.state));
    expect(copyOf(second.info)).toEqual(copyOf(first.info));
    expect([copyOf(state), copyOf(noise)]).toEqual(before);
    expect(copyOf(first.state)).not.toEqual(before[0]);
  });

  it("keeps the shapes of its state, positions among them, and reports one number a chain", async () => {
    const kernel = await doubles(sampler);
    const state = await kernel.init(cast(start, "float64"));
    const next = await kernel.walk(state, key, 3);
    expect(state.x!.shape).toEqual([CHAINS, 2]);
    expect(numbers(state.x!)).toEqual(numbers(cast(start, "float64")));
    expect(mapValues(next.state, (t) => [t.dtype, ...t.shape])).toEqual(mapValues(state, (t) => [t.dtype, ...t.shape]));
    for (const t of Object.values(next.info)) expect([t.dtype, ...t.shape]).toEqual(["float64", CHAINS]);
    for (const [name, t] of Object.entries(next.info))
      if (name.toLowerCase().endsWith("acceptance"))
        for (const a of numbers(t)) expect(a >= 0 && a <= 1, `${name} ${a}`).toBe(true);
    if (sampler.tuning) expect(Object.keys(next.info)).toContain(sampler.tuning.info);
  });

  it("goes where it says that it would go, or stays", async () => {
    // Steps as long as the law is wide are taken sometimes, and sometimes not.
    const kernel = await doubles(sampler, sampler.tuning?.option === "stepSize" ? { stepSize: 0.7 } : {});
    let state = await kernel.init(cast(start, "float64"));
    let [gone, stayed] = [0, 0];
    for (let t = 0; t < 8; t++) {
      const next = await kernel.step(state, drawNoise(fold(key, t), kernel.noise));
      if (!next.proposed) return;
      const [from, to, at] = [state.x!, next.proposed, next.state.x!].map((x) => numbers(x));
      for (let k = 0; k < CHAINS; k++) {
        const isAt = (x: number[]) => [0, 1].every((i) => Math.abs(at![2 * k + i]! - x[2 * k + i]!) < 1e-9);
        const went = isAt(to!);
        expect(went || isAt(from!)).toBe(true);
        [gone, stayed] = went ? [gone + 1, stayed] : [gone, stayed + 1];
      }
      state = next.state;
    }
    expect(Math.min(gone, stayed)).toBeGreaterThan(0);
  });

  it("takes points of any shape, or of a vector where it needs a proposal", async () => {
    for (const event of sampler.needs?.includes("flow") ? [[1], [5]] : [[], [1], [2, 3]]) {
      const energy = gaussianEnergy(event, 0, 1);
      const target = targetOf({ energy, ...gaussianProposal(event[0] ?? 1, 0, 1.2) }, CHAINS, "float64");
      const kernel = await hostKernel((t) => sampler(t), target, "float64");
      const x = normal(key, [CHAINS, ...event], "float64");
      const { state } = await kernel.walk(await kernel.init(x), key, 2);
      expect(state.x!.shape).toEqual(x.shape);
      expect(numbers(state.x!).every(Number.isFinite)).toBe(true);
      expect(numbers(state.x!)).not.toEqual(numbers(x));
    }
  });

  it("carries no stale cache: after 20 steps its state, but for its memory, is made afresh from its positions", async () => {
    const options = sampler.tuning ? { [sampler.tuning.option]: 0.7 } : {};
    const kernel = await doubles(sampler, options);
    const { state } = await kernel.walk(await kernel.init(cast(start, "float64")), key, 20);
    const fresh = await kernel.init(state.x!);
    expect(Object.keys(state).sort()).toEqual(Object.keys(fresh).sort());
    const memory = sampler.memory ?? [];
    for (const name of memory) expect(Object.keys(fresh)).toContain(name);
    const { there } = await evaluate({ there: inDoubles.energy(constant(state.x!)) });
    if (state.energy) expect(worstDifference(state.energy, there!)).toBeLessThan(1e-12);
    for (const name of Object.keys(fresh))
      if (!memory.includes(name)) expect(worstDifference(state[name]!, fresh[name]!), name).toBeLessThan(1e-12);
  });

  it("gives the same draws for the same key, bit for bit, and compiles nothing the second time", async () => {
    const run = { ...correlated, sampler, start, warmup: 7, draws: 12, thin: 2, block: 5 };
    const first = await sample({ ...run, key });
    const compiled = countCompilations();
    const second = await sample({ ...run, key });
    const other = await sample({ ...run, key: makeKey(4) });
    expect(countCompilations()).toBe(compiled);
    const { cost: _, ...drawn } = first;
    expect(second).toMatchObject(drawn);
    const random = Object.keys(sampler(inDoubles).noise).length > 0;
    expect(numbers(other.x).join() === numbers(first.x).join()).toBe(!random);
    expect(first.x.shape).toEqual([CHAINS, 12, 2]);
    for (const t of Object.values(first.info)) expect(t.shape).toEqual([CHAINS, 12]);
  });

  if (sampler.exact) describeExact(sampler);
  if (sampler.tuning) describeTuned(sampler, sampler.tuning);
});

/** Energies of x > 0: of Γ(2, 1), NaN outside, and of an exponential law, infinite there. */
const bounded = {
  "NaN outside": (x: Expr) => sub(x, log(x)),
  "infinite outside": (x: Expr) => where(less(x, 0), Number.POSITIVE_INFINITY, x),
};

function describeExact(sampler: (typeof samplers)[number]): void {
  it.each(Object.entries(bounded))("never leaves where the energy is finite: %s", async (_, inside) => {
    const options = sampler.tuning ? { [sampler.tuning.option]: 1.5 } : {};
    const x = tensor(uniform(key, [64, 1]).data, [64, 1]);
    const run = { ...gaussianProposal(1, 1, 1.5), sampler, options, start: x, warmup: 0, draws: 200, key };
    const on = (energy: (x: Expr) => Expr) =>
      sample({ ...run, energy: makeEnergy({ event: [1], energy: (at) => sum(energy(at), 1) }) });
    const samples = await on(inside);
    expect(Math.min(...numbers(samples.x))).toBeGreaterThan(0);
    const rates = Object.entries(samples.info)
      .filter(([name]) => name.toLowerCase().endsWith("acceptance"))
      .flatMap(([, t]) => numbers(t));
    expect(rates.every((a) => a >= 0 && a <= 1)).toBe(true);
    // It was tempted: it does go there where the energy does.
    expect(Math.min(...numbers((await on((at) => inside(abs(at)))).x))).toBeLessThan(0);
  });

  it("keeps exact draws of x > 0 exact, the wall at zero among them", async () => {
    const n = 16384;
    const x = tensor(
      Float32Array.from(uniform(fold(key, "exact"), [n, 1], "float64").data, (u) => -Math.log(u)),
      [n, 1],
    );
    const energy = makeEnergy({ event: [1], energy: (at) => sum(bounded["infinite outside"](at), 1) });
    const options = sampler.tuning ? { [sampler.tuning.option]: 0.3 } : {};
    const run = { ...gaussianProposal(1, 1, 1.5), sampler, options, start: x, warmup: 0, draws: 1, key };
    const { x: moved } = await sample({ ...run, energy, thin: sampler.memory ? 20 : 3 });
    const law = { mean: 1, variance: 1, cdf: (at: number) => -Math.expm1(-at) };
    expect(drawErrors("x", moved.data, law)).toEqual([]);
    expect(moved.data.filter((v, i) => v !== x.data[i]).length).toBeGreaterThan(n / 10);
  });

  it("draws from its target, and keeps exact draws exact", async () => {
    expect(await exactnessErrors(sampler)).toEqual([]);
  });
}

function describeTuned(
  sampler: (typeof samplers)[number],
  tuning: NonNullable<(typeof samplers)[number]["tuning"]>,
): void {
  const wide = correlated.draw(fold(key, "many"), 256);

  it("accepts more as its steps shrink, and everything in the limit", async () => {
    const rates: number[] = [];
    for (const size of [1, 1e-2, 1e-4]) {
      const kernel = await doubles(sampler, { [tuning.option]: size });
      const { info } = await kernel.walk(await kernel.init(cast(start, "float64")), key, 1);
      const all = numbers(info[tuning.info]!);
      rates.push(all.reduce((s, a) => s + a, 0) / all.length);
    }
    expect(rates[1]).toBeGreaterThan(rates[0]!);
    expect(rates[2]).toBeGreaterThan(0.999);
    expect(rates[0]).toBeLessThan(0.9);
  });

  it("is told of its divergences, where it reports any", async () => {
    const kernel = await doubles(sampler, {});
    const { info } = await kernel.walk(await kernel.init(cast(start, "float64")), key, 1);
    if (info.divergent) expect(tuning.failure).toBe("divergent");
    if (tuning.failure) expect(info[tuning.failure]).toBeDefined();
  });

  it("tunes to its target acceptance, from far off on either side", async () => {
    for (const from of [1e-3, 3]) {
      const run = { sampler, options: { [tuning.option]: from }, start: wide, warmup: 400, draws: 50, key };
      const { info, tuned, checkpoint } = await sample({ ...correlated, ...run });
      // Where steps fail it is drawn to 1: in two dimensions hmc accepts four in five only where it is no longer stable.
      const target = Number(checkpoint.place!.data[2]);
      expect(tuning.failure ? target >= tuning.target : target === tuning.target).toBe(true);
      const rates = numbers(info[tuning.info]!);
      const mean = rates.reduce((s, a) => s + a, 0) / rates.length;
      expect(Math.abs(mean - target), `from ${from}: accepts ${mean}`).toBeLessThan(0.05);
      expect(Object.keys(tuned)).toEqual([tuning.option]);
    }
  });

  it("freezes its step size and its metric after the warm-up: draws are those of the frozen options", async () => {
    const [warmup, draws] = [60, 10];
    const from = cast(start, "float64");
    const run = { ...correlated, sampler, start: from, key };
    const { x, tuned, scale } = await sample({ ...run, warmup, draws });
    expect(scale === null).toBe((sampler.metric ?? "unit") === "unit");
    // By hand: the kernel of the frozen options, in the coordinates of the frozen scale, from the end of the warm-up.
    const { checkpoint } = await sample({ ...run, warmup, draws, progress: ({ done }) => done < warmup });
    const by = scale && constant(scale);
    const sizes = tensor(Float64Array.from(tuned[tuning.option]!), [inDoubles.chains, 1]);
    const frozen = { [tuning.option]: constant(sizes) };
    const kernel = await hostKernel((t) => sampler(by ? precondition(t, by) : t, {}, frozen), inDoubles, "float64");
    let state: Tensors = underPrefix("state.", checkpoint);
    for (let draw = 0; draw < draws; draw++) {
      state = (await kernel.walk(state, key, 1, warmup + draw)).state;
      const z = state.x as FloatTensor;
      const at = by ? (await evaluate({ x: unwhiten(constant(z), by) })).x! : z;
      const drawn = Float64Array.from(z.data, (_, i) => x.data[((i >> 1) * draws + draw) * 2 + (i & 1)]!);
      expect(worstDifference(at, tensor(drawn, z.shape)), `draw ${draw}`).toBeLessThan(1e-9);
    }
    expect(tuned[tuning.option]![0]).not.toBeCloseTo(
      listOptions(sampler.options).find((o) => o.name === tuning.option)!.default as number,
      6,
    );
  });
}
