/** Steps of every sampler, compiled by ebbflow for each target, against ONNX Runtime. */

import { describe, expect, it } from "vitest";
import { whyNot } from "../../src/energies/needs.js";
import { fold, makeKey } from "../../src/random/key.js";
import type { Tensors } from "../../src/runtime/engine.js";
import * as members from "../../src/samplers/members.js";
import { cast } from "../../src/util/tensor.js";
import { strictEngines } from "../support/compiled-engines.js";
import { hostKernel } from "../support/host-kernel.js";
import { correlated, listSamplers, targetOf } from "../support/sampler-targets.js";
import { numbers } from "../support/tensors.js";

/** A number that no register divides. */
const CHAINS = 6;
const STARTS = 12;
const key = makeKey(12);
const target = targetOf(correlated, CHAINS, "float64");
const samplers = listSamplers(members).filter((s) => whyNot(s, target) === null);

/** Names of tensors of which an element is off by more than 1e-10 of the largest. */
function different(mine: Tensors, engine: Tensors): string[] {
  expect(Object.keys(mine)).toEqual(Object.keys(engine));
  return Object.keys(mine).filter((name) => {
    const [a, e] = [numbers(mine[name]!), numbers(engine[name]!)];
    const size = Math.max(1, ...e.filter(Number.isFinite).map(Math.abs));
    return a.length !== e.length || a.some((v, i) => !(Object.is(v, e[i]) || Math.abs(v - e[i]!) <= 1e-10 * size));
  });
}

describe.each(Object.entries(await strictEngines()))("on %s", (_, engine) => {
  it.each(samplers.map((s) => [s.name, s] as const))("%s", async (_, sampler) => {
    const make = (where = {}) => hostKernel((t) => sampler(t), target, "float64", where);
    const [mine, theirs] = [await make({ engine }), await make()];
    const x = cast(correlated.draw(fold(key, "start"), CHAINS), "float64");
    const start = await theirs.init(x);
    expect(different(await mine.init(x), start)).toEqual([]);
    for (let i = 0; i < STARTS; i++) {
      const [after, expected] = [await mine.walk(start, key, 2, i), await theirs.walk(start, key, 2, i)];
      expect([...different(after.state, expected.state), ...different(after.info, expected.info)]).toEqual([]);
    }
  });
});
