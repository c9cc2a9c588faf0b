/** Where trajectories left the level set they should follow. */

import { InputError } from "../../util/errors.js";
import { columnMeans } from "../../util/moments.js";
import { type FloatTensor, sizeOf, tensor } from "../../util/tensor.js";
import { infoOf, type JudgedChains } from "./judged-chains.js";

export interface Divergences {
  readonly count: number;
  /** Of all draws. */
  readonly share: number;
  /** `(count, ...event)`: the draws that divergent trajectories ended in. */
  readonly positions: FloatTensor;
  /** Of the positions, by coordinate of the flattened event; NaN without any. */
  readonly mean: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/**
 * The draws at which `info.divergent` is not 0. A draw lies where its trajectory began, when that was rejected, or on
 * the part before it diverged: near the region that the integrator cannot follow, not in it. Where they gather, the
 * curvature is too much for the step size and draws are missing. A thinned draw stands for the steps since the one before.
 * Source: Betancourt (2017).
 * @throws InputError for a kernel that reports no `divergent`, ShapeError when its report does not fit the draws.
 */
export function divergences(run: Pick<JudgedChains, "x" | "info">): Divergences {
  const divergent = infoOf(run, "divergent");
  if (!divergent) throw new InputError("divergences: the kernel reports no info.divergent; nuts and hmc do");
  const { data, shape } = run.x;
  const event = shape.slice(2);
  const size = sizeOf(event);
  const draws = Array.from(divergent.data).flatMap((flag, draw) => (flag === 0 ? [] : [draw]));
  const positions = new Float64Array(draws.length * size);
  const [low, high] = [new Float64Array(size).fill(Number.NaN), new Float64Array(size).fill(Number.NaN)];
  draws.forEach((draw, row) => {
    for (let i = 0; i < size; i++) {
      const value = data[draw * size + i]!;
      positions[row * size + i] = value;
      low[i] = row === 0 ? value : Math.min(low[i]!, value);
      high[i] = row === 0 ? value : Math.max(high[i]!, value);
    }
  });
  const count = draws.length;
  return {
    count,
    share: count / divergent.data.length,
    positions: tensor(positions, [count, ...event]),
    mean: columnMeans(positions, size),
    low,
    high,
  };
}
