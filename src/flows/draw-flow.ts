/** Many draws of a flow: chunks of one size, so one compiled program serves any number. */

import { chunkOf } from "../energies/evaluate.js";
import type { Expr } from "../ir/expr.js";
import { input } from "../ops/leaf.js";
import { fold, type Key } from "../random/key.js";
import { drawNoise } from "../random/noise.js";
import { compile, type Where } from "../runtime/program.js";
import { ShapeError } from "../util/errors.js";
import { withPrefix } from "../util/records.js";
import { allocate, cast, type FloatTensor, floats, sameShape, showShape, sizeOf, tensor } from "../util/tensor.js";
import type { ConditionalFlow } from "./conditional-flow.js";
import type { Flow } from "./flow.js";

/** Points `(n, d)` with the log-density `(n)` of each. */
export interface FlowDraws {
  readonly x: FloatTensor;
  readonly logProb: Float64Array;
}

/** Independent draws of a flow with their log-densities; a longer draw with the same key begins with the shorter one. */
export const drawFlow = (flow: Flow, params: FloatTensor, key: Key, n: number, where: Where = {}): Promise<FlowDraws> =>
  drawChunks(flow, {}, () => ({}), { params, key, n, where });

/**
 * One draw for each of the contexts `(n, k)`, with its log-density given that context.
 * @throws ShapeError when contexts have another shape.
 */
export async function drawGiven(
  flow: ConditionalFlow,
  params: FloatTensor,
  contexts: FloatTensor,
  key: Key,
  where: Where = {},
): Promise<FlowDraws> {
  const { data, shape } = cast(contexts, "float32");
  const [n, k] = [shape[0] ?? 0, flow.context];
  const chunk = chunkOf(flow.event);
  if (!sameShape(shape, [n, k]))
    throw new ShapeError(`drawGiven: contexts have shape ${showShape(shape)}, expected (n, ${k})`);
  const context = input("context", [chunk, k]);
  // The last chunk is filled up with its own first row.
  const rows = (from: number): FloatTensor => {
    const row = (i: number): number => from + (from + i < n ? i : 0);
    return tensor(
      Float32Array.from({ length: chunk * k }, (_, i) => data[row(Math.floor(i / k)) * k + (i % k)]!),
      [chunk, k],
    );
  };
  return drawChunks(flow.given(context), { context }, (from) => ({ context: rows(from) }), { params, key, n, where });
}

interface Draw {
  readonly params: FloatTensor;
  readonly key: Key;
  readonly n: number;
  readonly where: Where;
}

/** Draw by chunks a flow that reads inputs beside its parameters; `feeds` gives them for the chunk that begins at a row. */
async function drawChunks(
  flow: Flow,
  given: Readonly<Record<string, Expr>>,
  feeds: (from: number) => Readonly<Record<string, FloatTensor>>,
  { params, key, n, where }: Draw,
): Promise<FlowDraws> {
  const chunk = chunkOf(flow.event);
  const theta = input("params", [flow.layout.size]);
  const specs = flow.noise(chunk);
  const noise = Object.fromEntries(Object.entries(specs).map(([name, { shape }]) => [name, input(name, shape)]));
  const inputs = { params: theta, ...given, ...withPrefix("noise.", noise) };
  const program = await compile(inputs, { ...flow.sample(noise, theta) }, where);
  const size = sizeOf(flow.event);
  const [x, logProb] = [allocate("float32", n * size), allocate("float64", n)];
  for (let from = 0; from < n; from += chunk) {
    const drawn = withPrefix("noise.", drawNoise(fold(key, from), specs));
    const result = await program.run({ params: cast(params, "float32"), ...feeds(from), ...drawn });
    const rows = Math.min(chunk, n - from);
    x.set(floats(result.x!).subarray(0, rows * size), from * size);
    logProb.set(floats(result.logProb!).subarray(0, rows), from);
  }
  return { x: tensor(x, [n, ...flow.event]), logProb };
}
