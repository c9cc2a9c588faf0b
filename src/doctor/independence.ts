import { bad, check, ok } from "./check.js";
import { extremes } from "./columns.js";
import type { Rows } from "./evaluator.js";
import { show, showPoint } from "./words.js";

const ROWS = 16;
/** Kernels for one row and for many may round differently. */
const TOLERANCE = { float32: 1e-4, float64: 1e-8 } as const;

/** Whether the energy of a row is the same alone, among others, and in another place of the batch. */
export const independence = check({
  name: "independence",
  about: "The energy of a point does not depend on the other points of its batch, nor on its place among them.",
  stage: "its values",
  async examine(subject) {
    const { size } = subject;
    const it = await subject.widest();
    const rows = await subject.some(ROWS);
    const n = rows.length / size;
    if (n < 2) return null;
    const row = (of: Rows, i: number): Rows => of.slice(i * size, (i + 1) * size);
    const among = await it.together(rows);
    const turned = await it.together(Float64Array.from(rows, (_, k) => rows[(k + size) % rows.length]!));
    const [low, high] = extremes(among);
    const spread = high - low;
    const differs = (i: number, other: number): boolean =>
      !(Math.abs(among[i]! - other) <= TOLERANCE[it.width] * (spread + Math.abs(among[i]!)));
    const advice =
      "Compute every row from itself alone: no mean, variance or maximum over the batch axis (batch normalisation), no row number.";
    for (let i = 0; i < n; i++) {
      const alone = (await it.together(row(rows, i)))[0]!;
      const point = `x = ${showPoint(rows, i, size)}`;
      if (differs(i, alone))
        return bad(`E of ${point} is ${show(alone)} alone and ${show(among[i]!)} in a batch of ${n}`, advice);
      const moved = turned[(i + n - 1) % n]!;
      if (differs(i, moved))
        return bad(`E of ${point} is ${show(among[i]!)} in one place of a batch and ${show(moved)} in another`, advice);
    }
    return ok(`the energy of each of ${n} points is the same alone, in a batch and in another order`);
  },
});
