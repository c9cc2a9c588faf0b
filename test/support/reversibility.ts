/** Whether a kernel is in detailed balance, from pairs of one step: a claim that is stronger than invariance. */

import { fold, makeKey } from "../../src/random/key.js";
import type { Kernel } from "../../src/samplers/sampler.js";
import type { Target } from "../../src/samplers/target.js";
import { cast } from "../../src/util/tensor.js";
import { hostKernel } from "./host-kernel.js";
import { skewed, targetOf } from "./sampler-targets.js";
import { expectedMeanErrors } from "./statistics.js";
import { numbers } from "./tensors.js";

const CHAINS = 65536;

/** Pairs of functions `f(x) g(y) − g(x) f(y)`: zero on average where x and y can be exchanged. */
const pairs = {
  "tanh and sine": [Math.tanh, (x: number) => Math.sin(2 * x)],
  "tail and sine": [(x: number) => (x < -2 ? 1 : 0), (x: number) => Math.sin(x)],
} as const;

/** What is wrong with one step from exact draws of the skewed law. False alarms: about once in 8e5 calls. */
export async function reversibilityErrors(make: (target: Target) => Kernel): Promise<string[]> {
  const key = makeKey(33);
  const kernel = await hostKernel(make, targetOf(skewed, CHAINS, "float64"), "float64");
  const start = cast(skewed.draw(fold(key, "start"), CHAINS), "float64");
  const { state } = await kernel.walk(await kernel.init(start), fold(key, "step"), 1);
  const [x, y] = [numbers(start), numbers(state.x!)];
  return Object.entries(pairs).flatMap(([name, [f, g]]) => {
    const differences = x.map((v, i) => f(v) * g(y[i]!) - g(v) * f(y[i]!));
    return expectedMeanErrors(`${name}, exchanged`, differences, 0);
  });
}
