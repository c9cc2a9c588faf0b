/** Every sampler of the registry in groups of chains: what is computed apart is what all chains together would be. */

import { describe, expect, it } from "vitest";
import { whyNot } from "../../src/energies/needs.js";
import { sub } from "../../src/ops/arithmetic.js";
import { mean } from "../../src/ops/special.js";
import { fold, makeKey } from "../../src/random/key.js";
import type { Tensors } from "../../src/runtime/engine.js";
import { openApart } from "../../src/samplers/driver/apart.js";
import type { KernelSetup, SampleTarget } from "../../src/samplers/driver/block.js";
import { startTogether } from "../../src/samplers/driver/dual-averaging.js";
import { teamOf } from "../../src/samplers/driver/groups.js";
import { newMotion } from "../../src/samplers/driver/motion.js";
import type { Position } from "../../src/samplers/driver/position.js";
import { ula } from "../../src/samplers/kernels/ula.js";
import * as members from "../../src/samplers/members.js";
import { sampler as declare, type Sampler } from "../../src/samplers/sampler.js";
import { frameOf } from "../../src/samplers/target.js";
import { parseOptions } from "../../src/util/options.js";
import { cast, type FloatTensor } from "../../src/util/tensor.js";
import { pointsOf } from "../support/discrete.js";
import { discreteTargets } from "../support/discrete-targets.js";
import { correlated, listSamplers } from "../support/sampler-targets.js";
import { numbers } from "../support/tensors.js";

const [CHAINS, GROUP, STEPS] = [96, 32, 12];
const key = makeKey(61);
const samplers = listSamplers(members);

/** A model that a sampler can move, with points to begin at. */
function modelFor(sampler: Sampler): { target: SampleTarget; start: FloatTensor } {
  const { energy, flow, flowParams } = correlated;
  const own = { target: { energy, flow, flowParams }, start: correlated.draw(fold(key, "start"), CHAINS) };
  if (whyNot(sampler, frameOf(own.target, CHAINS)) === null) return own;
  const { energy: discrete, params } = discreteTargets.find(
    (t) => whyNot(sampler, frameOf({ energy: t.energy }, CHAINS)) === null,
  )!;
  const start = pointsOf(discrete.support, fold(key, "start"), CHAINS, discrete.event);
  return { target: { energy: discrete, params: params as FloatTensor | undefined }, start };
}

/** A block of the warm-up in which chains share step sizes, whole and in groups; `null` where there are none. */
async function both(sampler: Sampler): Promise<readonly [Tensors, Tensors] | null> {
  const { target, start } = modelFor(sampler);
  const options = parseOptions(`sampler ${sampler.name}`, sampler.options, {});
  const like = cast(start, "float64");
  const setup = {
    target,
    sampler,
    options,
    like,
    team: sampler.tuning ? teamOf(CHAINS) : 0,
    where: { by: "onnx" },
  } as const;
  const whole: KernelSetup = { ...setup, scale: null };
  const apart = openApart(whole, { by: "onnx", step: null, steps: STEPS, group: GROUP, workers: 1 });
  if (!apart) return null;
  const run = async (motion: ReturnType<typeof newMotion>): Promise<Tensors> => {
    const sizes = Float64Array.from({ length: CHAINS }, (_, c) => (c === 5 ? 9 : 0.3) + c / 1000);
    const at = {
      ...{ step: 3, since: 2, target: 0.7, failures: 0, restarts: [], moments: null, scale: null },
      ...{ state: await motion.begin(like, null), failed: new Float64Array(CHAINS) },
      averaging: sampler.tuning ? startTogether(sizes) : null,
    } satisfies Position;
    return (await motion.move(at, STEPS, { frozen: false, together: false, next: 0 })).result;
  };
  return [await run(newMotion(setup, key)), await run(newMotion(setup, key, apart))];
}

/** What tells of waiting for others depends on who they are. */
const waits = (name: string): boolean => name === "info.idle" || name === "info.gradients";

/** Names of tensors of which an element is off by more than 1e-9 of the largest. */
const different = (a: Tensors, b: Tensors): string[] =>
  Object.keys(a).filter((name) => {
    const [mine, theirs] = [numbers(a[name]!), numbers(b[name]!)];
    const size = Math.max(1, ...theirs.map(Math.abs));
    const isOff = (v: number, i: number): boolean => !(Math.abs(v - theirs[i]!) <= 1e-9 * size);
    return !waits(name) && (mine.length !== theirs.length || mine.some(isOff));
  });

describe.each(samplers.map((s) => [s.name, s] as const))("sampler %s", (_, sampler) => {
  it("gives in groups what it gives for all chains, or is not computed in groups", async () => {
    const found = await both(sampler);
    if (!found) return;
    const [whole, groups] = found;
    expect(sampler.interacts).toBeUndefined();
    expect(Object.keys(groups)).toEqual(Object.keys(whole));
    expect(different(whole, groups)).toEqual([]);
  });
});

it("most samplers are computed in groups, those that interact never", async () => {
  const apart = await Promise.all(samplers.map(both));
  expect(apart.filter((found) => found !== null).length).toBeGreaterThan(samplers.length / 2);
  for (const [i, { interacts }] of samplers.entries()) if (interacts) expect(apart[i]).toBeNull();
});

it("a kernel whose chains look at one another, and does not say so, is found out", async () => {
  const coupled = declare({
    ...{ name: "coupled", about: ula.about, cite: ula.cite!, exact: false, options: ula.options },
    noise: (frame, options) => ula.noise(frame, options),
    kernel: (target, options) => {
      const own = ula(target, options as never);
      return {
        init: own.init,
        step(state, noise) {
          const next = own.step(state, noise);
          return { ...next, state: { ...next.state, x: sub(next.state.x!, mean(next.state.x!, 0)) } };
        },
      };
    },
  });
  const [whole, groups] = (await both(coupled as unknown as Sampler))!;
  expect(different(whole, groups)).toContain("path");
});
