import { describe, expect, it } from "vitest";
import { precisionModel, unitRows } from "../../../test/support/known-models.js";
import { numbers } from "../../../test/support/tensors.js";
import { add } from "../../ops/arithmetic.js";
import { input } from "../../ops/leaf.js";
import { fold, makeKey } from "../../random/key.js";
import { drawNoise } from "../../random/noise.js";
import { compile } from "../../runtime/program.js";
import { mapValues, underPrefix, withPrefix } from "../../util/records.js";
import { type Tensor, tensor } from "../../util/tensor.js";
import type { StepInput } from "../objective.js";
import { type PersistentOptions, persistentChains } from "./persistent.js";

const key = makeKey(94);

/** Chains that are moved by 100, beside a flow that draws its mean: what is taken and what is carried on. */
async function chainsOf(options: PersistentOptions) {
  const persistent = persistentChains(precisionModel, options, "test");
  const carry = mapValues(persistent.carry, ({ shape }, name) => input(name, shape));
  const noise = mapValues(persistent.noise, ({ shape }, name) => input(name, shape));
  const flow = input("flow", [2]);
  const taken = persistent.take({ params: { flow } as unknown as StepInput["params"], carry, noise });
  const outputs = { taken, ...withPrefix("carry.", persistent.putBack(carry, add(taken, 100))) };
  const program = await compile({ flow, ...withPrefix("carry.", carry), ...withPrefix("noise.", noise) }, outputs);
  return {
    start: persistent.start(key, unitRows(4)),
    async next(at: Readonly<Record<string, Tensor>>, mean: number, t: number) {
      const result = await program.run({
        flow: tensor(Float32Array.of(mean, -15)),
        ...withPrefix("carry.", at),
        ...withPrefix<Tensor>("noise.", drawNoise(fold(key, t), persistent.noise)),
      });
      return { taken: numbers(result.taken!), carry: underPrefix("carry.", result) };
    },
  };
}

/** Each value is the mean of the flow when the chain began, 100 more for every move; noise stands as null. */
const read = (values: readonly number[]): (number | null)[] =>
  values.map((v) => (Math.abs(v) < 9 ? null : Math.round(v)));

const base = { chains: 2, start: "flow", replay: null } as const;

describe("chains that start at the flow", () => {
  it("are drawn from the flow as it is when they are first moved, and go on from there", async () => {
    const { start, next } = await chainsOf({ ...base, replay: 5 });
    let carry = start;
    expect(read(numbers(carry.chains!))).toEqual([null, null, null, null, null]);
    const seen: (number | null)[][] = [];
    for (const [t, mean] of [10, 20, 30, 40, 50].entries()) {
      const step = await next(carry, mean, t);
      carry = step.carry;
      seen.push(read(step.taken));
    }
    // The fifth chain is drawn together with the second visit of the first.
    expect(seen).toEqual([
      [10, 10],
      [20, 20],
      [30, 110],
      [110, 120],
      [120, 130],
    ]);
    expect(read(numbers(carry.chains!))).toEqual([210, 210, 220, 220, 230]);
  });

  it("begin anew at the flow, each of them, with probability 1", async () => {
    const { start, next } = await chainsOf({ ...base, restart: 1 });
    const first = await next(start, 10, 0);
    const second = await next(first.carry, 20, 1);
    expect([first, second].map(({ taken }) => read(taken))).toEqual([
      [10, 10],
      [20, 20],
    ]);
  });
});

it("needs no flow and draws nothing for chains that start elsewhere and never begin anew", () => {
  const { flow: _, ...alone } = precisionModel;
  const { noise, carry } = persistentChains(alone, { ...base, start: "data" }, "test");
  expect([Object.keys(noise), Object.keys(carry)]).toEqual([[], ["chains"]]);
});

it("refuses to keep fewer chains than are moved", () => {
  expect(() => persistentChains(precisionModel, { ...base, replay: 1 }, "test")).toThrow(
    "objective test: option replay is 1, but 2 chains are moved each iteration",
  );
});
