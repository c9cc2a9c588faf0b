import { bad, check, ok } from "./check.js";
import { listSome } from "./words.js";

const POINTS = 8;
/** How far a coordinate is moved, in its scales. */
const MOVES = [-100, -10, -1, 1, 10, 100] as const;

/**
 * Whether the energy depends on every coordinate at all. On one that it ignores its density is constant to infinity, so
 * it has no normalising constant.
 */
export const ignored = check({
  name: "ignored",
  about: "E depends on every coordinate; along one that it ignores it cannot be normalised.",
  stage: "its form",
  async examine(subject) {
    const { size, scale } = subject;
    if (subject.energy.support.kind !== "real") return null;
    const it = await subject.widest();
    const rows = await subject.some(POINTS);
    const here = await it.energy(rows);
    const still = (from: Float64Array, j: number): boolean => from.every((g, k) => k % size !== j || g === 0);
    // A derivative that is not zero answers the question.
    const slopes = await it.gradient(rows).catch(() => new Float64Array(rows.length));
    const left: number[] = [];
    for (let j = 0; j < size; j++) {
      if (!still(slopes, j)) continue;
      const moved = Float64Array.from(
        MOVES.flatMap((by) => Array.from(rows, (v, k) => (k % size === j ? v + by * scale[j]! : v))),
      );
      const there = await it.energy(moved);
      if (there.every((e, i) => e === here[i % here.length])) left.push(j);
    }
    if (left.length === 0) return ok("E depends on every coordinate");
    const names = listSome(left.map(subject.coordinate));
    return bad(
      `E does not change with ${names}: along ${left.length === 1 ? "it" : "them"} the density is constant and cannot be normalised`,
      "Leave such coordinates out of the event, or tilt a base density, which holds them.",
    );
  },
});
