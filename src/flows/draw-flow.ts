/** Many draws of a flow: chunks of one size, so one compiled program serves any number. */

import { CHUNK } from "../energies/evaluate.js";
import { input } from "../ops/leaf.js";
import { fold, type Key } from "../random/key.js";
import { drawNoise } from "../random/noise.js";
import { type CompileOptions, compile } from "../runtime/program.js";
import { withPrefix } from "../util/records.js";
import { cast, type FloatTensor, floats, sizeOf, tensor } from "../util/tensor.js";
import type { Flow } from "./flow.js";

/** Independent draws of a flow with their log-densities; a longer draw with the same key begins with the shorter one. */
export async function drawFlow(
  flow: Flow,
  params: FloatTensor,
  key: Key,
  n: number,
  where: CompileOptions = {},
): Promise<{ x: FloatTensor; logProb: Float64Array }> {
  const theta = input("params", [flow.layout.size]);
  const specs = flow.noise(CHUNK);
  const noise = Object.fromEntries(Object.entries(specs).map(([name, { shape }]) => [name, input(name, shape)]));
  const inputs = { params: theta, ...withPrefix("noise.", noise) };
  const program = await compile(inputs, { ...flow.sample(noise, theta) }, where);
  const size = sizeOf(flow.event);
  const [x, logProb] = [new Float32Array(n * size), new Float64Array(n)];
  for (let from = 0; from < n; from += CHUNK) {
    const drawn = drawNoise(fold(key, from), specs);
    const result = await program.run({ params: cast(params, "float32"), ...withPrefix("noise.", drawn) });
    const rows = Math.min(CHUNK, n - from);
    x.set(floats(result.x!).subarray(0, rows * size), from * size);
    logProb.set(floats(result.logProb!).subarray(0, rows), from);
  }
  return { x: tensor(x, [n, ...flow.event]), logProb };
}
