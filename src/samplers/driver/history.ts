/** What a run keeps: draws `(chains, draws, ...event)` and their info, from blocks `(steps, chains, ...)`. */

import { mapValues } from "../../util/records.js";
import { allocate, type FloatTensor, floats, sizeOf, type Tensor, tensor } from "../../util/tensor.js";

export interface History {
  /** Keep step `step` of a block as draw `draw`; of the info `failure` keep `failed (chains)`, whether any step since the draw before did. */
  keep(
    draw: number,
    step: number,
    result: Readonly<Record<string, Tensor>>,
    failure?: string,
    failed?: ArrayLike<number>,
  ): void;
  /** The draws kept so far. */
  drawn(): { readonly x: FloatTensor; readonly info: Readonly<Record<string, FloatTensor>> };
}

export function newHistory(start: FloatTensor, draws: number, infoNames: readonly string[]): History {
  const dtype = start.dtype as "float32" | "float64";
  const [chains, ...event] = start.shape as [number, ...number[]];
  const n = sizeOf(event);
  const x = allocate(dtype, chains * draws * n);
  const info = Object.fromEntries(infoNames.map((name) => [name, allocate(dtype, chains * draws)]));
  let kept = 0;
  const first = (all: Float32Array | Float64Array, size: number): Float32Array | Float64Array => {
    if (kept === draws) return all;
    const shorter = allocate(dtype, chains * kept * size);
    for (let c = 0; c < chains; c++)
      shorter.set(all.subarray(c * draws * size, (c * draws + kept) * size), c * kept * size);
    return shorter;
  };
  return {
    keep(draw, step, result, failure, failed) {
      const path = floats(result.path!);
      for (let c = 0; c < chains; c++) {
        const [from, to] = [(step * chains + c) * n, (c * draws + draw) * n];
        // A view of a few numbers costs more than they do.
        if (n > 32) x.set(path.subarray(from, from + n), to);
        else for (let j = 0; j < n; j++) x[to + j] = path[from + j]!;
      }
      for (const name of infoNames) {
        const values = floats(result[`info.${name}`]!);
        for (let c = 0; c < chains; c++)
          info[name]![c * draws + draw] = name === failure ? failed![c]! : values[step * chains + c]!;
      }
      kept = draw + 1;
    },
    drawn: () => ({
      x: tensor(first(x, n), [chains, kept, ...event]),
      info: mapValues(info, (values) => tensor(first(values, 1), [chains, kept])),
    }),
  };
}
