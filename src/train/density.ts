/** Evaluating learned densities at many points: chunks of one size, so one compiled program serves any number. */

import type { Energy } from "../energies/energy.js";
import type { Flow } from "../flows/flow.js";
import { input } from "../ops/leaf.js";
import { fold, type Key } from "../random/key.js";
import { drawNoise } from "../random/noise.js";
import { compile, type Program } from "../runtime/program.js";
import { withPrefix } from "../util/records.js";
import { allocate, cast, type FloatTensor, floats, sizeOf, type Tensor, tensor } from "../util/tensor.js";

const CHUNK = 2048;

/** Apply a row-wise program to all rows; the last chunk is filled up with its own first row. */
async function byChunks(x: FloatTensor, run: (chunk: FloatTensor) => Promise<Tensor>): Promise<Float64Array> {
  const [n, ...event] = x.shape as [number, ...number[]];
  const size = sizeOf(event);
  const out = new Float64Array(n);
  for (let from = 0; from < n; from += CHUNK) {
    const rows = Math.min(CHUNK, n - from);
    const chunk = allocate("float32", CHUNK * size);
    for (let i = 0; i < CHUNK; i++) {
      const row = from + (i < rows ? i : 0);
      for (let k = 0; k < size; k++) chunk[i * size + k] = x.data[row * size + k]!;
    }
    const values = floats(await run(tensor(chunk, [CHUNK, ...event])));
    out.set(values.subarray(0, rows), from);
  }
  return out;
}

/** A function of rows `(n, ...event)` and parameters with one number a row. */
export type RowFunction = (x: FloatTensor, params: FloatTensor | undefined) => Promise<Float64Array>;

/** Compile an energy for evaluation at any number of points. */
export function energyOf(energy: Energy): RowFunction {
  let program: Promise<Program> | undefined;
  return async (x, params) => {
    const given = params && params.data.length > 0 ? { params: cast(params, "float32") } : {};
    program ??= (() => {
      const points = input("x", [CHUNK, ...energy.event]);
      const theta = energy.layout.size > 0 ? input("params", [energy.layout.size]) : undefined;
      return compile({ x: points, ...(theta ? { params: theta } : {}) }, { value: energy(points, theta) });
    })();
    const compiled = await program;
    return byChunks(x, async (chunk) => (await compiled.run({ x: chunk, ...given })).value!);
  };
}

/** Independent draws of a flow with their log-densities. */
export async function drawFlow(
  flow: Flow,
  params: FloatTensor,
  key: Key,
  n: number,
): Promise<{ x: FloatTensor; logProb: Float64Array }> {
  const theta = input("params", [flow.layout.size]);
  const specs = flow.noise(CHUNK);
  const noise = Object.fromEntries(Object.entries(specs).map(([name, { shape }]) => [name, input(name, shape)]));
  const program = await compile({ params: theta, ...withPrefix("noise.", noise) }, { ...flow.sample(noise, theta) });
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
