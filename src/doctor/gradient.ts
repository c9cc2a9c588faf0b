import { bad, check, ok, warn } from "./check.js";
import { type Differences, differencesOf } from "./differences.js";
import type { Subject } from "./subject.js";
import { listSome, messageOf, share, show, showPoint } from "./words.js";

/** Relative difference of a right derivative from a good difference, beyond the difference's own uncertainty. */
const TOLERANCE = { float32: 1e-2, float64: 1e-4 } as const;

interface Mismatch {
  readonly k: number;
  /** How far apart, as a share of the larger. */
  readonly relative: number;
}

/** The coordinate and point where graph and differences are furthest apart, beyond what differences may be off by. */
function worst({ gradient, slopes, uncertainty }: Differences): Mismatch {
  let found: Mismatch = { k: 0, relative: 0 };
  if (gradient instanceof Error) return found;
  for (let k = 0; k < slopes.length; k++) {
    const apart = Math.abs(gradient[k]! - slopes[k]!) - 2 * uncertainty[k]!;
    const relative = apart / Math.max(Math.abs(gradient[k]!), Math.abs(slopes[k]!));
    if (relative > found.relative) found = { k, relative };
  }
  return found;
}

/** Differences decide a coordinate where they are known better than to a tenth, or zero is among what they allow. */
const decided = ({ slopes, uncertainty }: Differences): number =>
  slopes.filter((s, k) => uncertainty[k]! <= 0.1 * Math.abs(s) || (s === 0 && uncertainty[k]! < 1e-3)).length;

/** Whether the derivative of the graph is that of the energy, coordinate by coordinate. */
export const gradient = check({
  name: "gradient",
  about: "The gradient agrees with central differences in every coordinate.",
  stage: "its form",
  async examine(subject) {
    if (subject.energy.support.kind !== "real") return null;
    const found = await differencesOf(subject);
    if (found.gradient instanceof Error)
      return warn(
        `there is no gradient: ${messageOf(found.gradient)}`,
        "Write E in differentiable operations, or use samplers that need no gradient (random-walk, slice).",
      );
    return notFinite(subject, found) ?? compared(subject, found);
  },
});

function notFinite(subject: Subject, { gradient, coordinates, rows, points }: Differences) {
  const { size } = subject;
  const width = coordinates.length;
  const lostAt = (i: number): number[] =>
    coordinates.filter((_, k) => !Number.isFinite((gradient as Float64Array)[i * width + k]));
  const lost = Array.from({ length: points }, (_, i) => i).filter((i) => lostAt(i).length > 0);
  if (lost.length === 0) return null;
  const first = lost[0]!;
  const names = listSome([...new Set(lost.flatMap(lostAt))].sort((a, b) => a - b).map(subject.coordinate));
  const j = lostAt(first)[0]!;
  const there = `${showPoint(rows, first, size)}, where ${subject.coordinate(j)} is ${show(rows[first * size + j]!)}`;
  return bad(
    `the gradient by ${names} is not finite at ${share(lost.length, points, "points")} where E is, first at x = ${there}`,
    "A branch that is not taken still has a derivative: keep the argument of log, sqrt and division inside where() safe.",
  );
}

function compared(subject: Subject, found: Differences) {
  const { slopes, coordinates, rows, width, points } = found;
  const graph = found.gradient as Float64Array;
  const { k, relative } = worst(found);
  const [point, j] = [Math.floor(k / coordinates.length), coordinates[k % coordinates.length]!];
  const name = subject.coordinate(j);
  if (relative > TOLERANCE[width])
    return bad(
      `by ${name} the gradient is ${show(graph[k]!)} where differences of E give ${show(slopes[k]!)}, at x = ${showPoint(rows, point, subject.size)}`,
      graph[k] === 0
        ? "Part of E is behind stopGradient or an operation without a derivative (floor, sign, argmax): gradients are not those of E."
        : "A derivative is missing or doubled: look for stopGradient, and for casts to integers and back.",
    );
  const of = `${coordinates.length} coordinates at ${points} points, in ${width}`;
  if (decided(found) < slopes.length / 2)
    return warn(
      `rounding hides the differences of E that the gradient is compared with (${of})`,
      "Let E run in float64, or subtract a constant from it.",
    );
  const apart = relative > 0 ? `; furthest apart by ${name}, ${show(relative)} of it` : "";
  return ok(`the gradient agrees with differences of E: ${of}${apart}`);
}
