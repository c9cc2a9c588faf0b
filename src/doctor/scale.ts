import { median } from "../util/moments.js";
import { check, ok, warn } from "./check.js";
import { momentsOfColumns } from "./columns.js";
import { differencesOf } from "./differences.js";
import type { Subject } from "./subject.js";
import { show } from "./words.js";

/** Ratio of standard deviations that one step size does not serve. */
const RATIO = 10;
/** Standard deviations that samplers expect, who start at a scale of about 1. */
const [SMALLEST, LARGEST] = [0.01, 100];
/** A correlation above which coordinates should not be scaled one by one. */
const CORRELATED = 0.95;
const MOST_PAIRED = 64;

interface Scales {
  readonly coordinates: readonly number[];
  /** One a coordinate of the list. */
  readonly sds: Float64Array;
  readonly from: string;
}

/** Standard deviations of the points; where they were guessed, `1/√E″` of the median curvature where E is mostly convex. */
async function scalesOf(subject: Subject): Promise<Scales> {
  const { points, size } = subject;
  if (points.source !== "guessed" && points.rows.length / size >= 2)
    return {
      coordinates: Array.from({ length: size }, (_, j) => j),
      sds: momentsOfColumns(points.rows, size).sd,
      from: points.words,
    };
  const { curvatures, coordinates, points: n } = await differencesOf(subject);
  const sds = Float64Array.from(coordinates, (_, c) => {
    const convex = curvatures.filter((v, k) => k % coordinates.length === c && v > 0);
    return convex.length > n / 2 ? 1 / Math.sqrt(median(convex)) : Number.NaN;
  });
  return { coordinates, sds, from: "the curvature of E" };
}

/** The two coordinates most alike, where there are points enough to tell. */
function mostCorrelated({ points: { rows, source }, size }: Subject) {
  const n = rows.length / size;
  let found = { i: 0, j: 0, r: 0 };
  if (source === "guessed" || size > MOST_PAIRED || n < 20 + 5 * size) return found;
  const { mean, sd } = momentsOfColumns(rows, size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j < i; j++) {
      let s = 0;
      for (let k = 0; k < n; k++) s += (rows[k * size + i]! - mean[i]!) * (rows[k * size + j]! - mean[j]!);
      const r = s / ((n - 1) * sd[i]! * sd[j]!);
      if (Math.abs(r) > Math.abs(found.r)) found = { i, j, r };
    }
  return found;
}

/** Whether one step size can serve all coordinates, and whether the step sizes that are tried first can. */
export const scale = check({
  name: "scale",
  about: "Coordinates have similar standard deviations, near 1.",
  stage: "its form",
  async examine(subject) {
    if (subject.energy.support.kind !== "real") return null;
    const { coordinates, sds, from } = await scalesOf(subject);
    const known = [...sds.keys()].filter((j) => sds[j]! > 0 && Number.isFinite(sds[j]));
    if (known.length === 0) return null;
    const [narrow, wide] = [
      known.reduce((a, b) => (sds[b]! < sds[a]! ? b : a)),
      known.reduce((a, b) => (sds[b]! > sds[a]! ? b : a)),
    ];
    const name = (j: number): string => `${subject.coordinate(coordinates[j]!)} has ${show(sds[j]!)}`;
    const between = `standard deviations by ${from}: ${narrow === wide ? name(wide) : `${name(narrow)}, ${name(wide)}`}`;
    const standardise = "standardise the coordinates (x − mean)/sd before E sees them";
    if (sds[wide]! / sds[narrow]! > RATIO)
      return warn(
        `${between}: a ratio of ${show(sds[wide]! / sds[narrow]!)}, too much for one step size`,
        `Let the warm-up learn a diagonal metric, or ${standardise}.`,
      );
    if (sds[narrow]! < SMALLEST || sds[wide]! > LARGEST)
      return warn(
        `${between}: far from 1, where chains start and step sizes begin`,
        `Give starting points, or ${standardise}.`,
      );
    const { i, j, r } = mostCorrelated(subject);
    if (Math.abs(r) > CORRELATED)
      return warn(
        `${subject.coordinate(j)} and ${subject.coordinate(i)} are correlated by ${show(r)}`,
        "Let the warm-up learn a dense metric.",
      );
    return ok(between);
  },
});
