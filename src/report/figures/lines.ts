/** Lines with bands, as both the densities along a line and the traces over steps need them. */

import * as Plot from "@observablehq/plot";
import { ShapeError } from "../../util/errors.js";
import { median } from "../../util/moments.js";
import { dashOf, type Role, roles } from "../roles.js";
import type { KeyEntry } from "./figure.js";
import type { Mark } from "./mark.js";

export interface Line {
  readonly name: string;
  readonly role: Role;
  /** `(n)`, increasing. */
  readonly x: ArrayLike<number>;
  /** `(n)`; what is not finite leaves a gap. */
  readonly y: ArrayLike<number>;
  /** Lower and upper end of a band around the line, `(n)` each. */
  readonly band?: readonly [low: ArrayLike<number>, high: ArrayLike<number>];
}

export interface LinePoint {
  readonly x: number;
  readonly y: number;
  readonly low: number;
  readonly high: number;
}

/** Stretches into which a long line is cut. */
const BUCKETS = 240;

function pointsOf(what: string, { name, x, y, band }: Line): LinePoint[] {
  const lengths = [x, y, ...(band ?? [])].map((values) => values.length);
  if (lengths.some((n) => n !== lengths[0]))
    throw new ShapeError(
      `${what}: line "${name}" has ${lengths.join(", ")} values of x, y${band ? ", low, high" : ""}`,
    );
  const at = (i: number): LinePoint => ({ x: x[i]!, y: y[i]!, low: band?.[0][i] ?? NaN, high: band?.[1][i] ?? NaN });
  return Array.from({ length: x.length }, (_, i) => at(i));
}

/**
 * A long line by stretches: the median of each, with a band from its lowest to its highest, so that no spike is lost;
 * where there is a band already, it becomes as wide as its widest. A stretch without a finite value is a gap.
 */
export function thinLine(points: readonly LinePoint[], buckets = BUCKETS): readonly LinePoint[] {
  if (points.length <= 2 * buckets) return points;
  return Array.from({ length: buckets }, (_, b) => {
    const [from, to] = [b, b + 1].map((k) => Math.floor((k * points.length) / buckets));
    const part = points.slice(from, to);
    const seen = part.filter(({ y }) => Number.isFinite(y));
    const x = (part[0]!.x + part.at(-1)!.x) / 2;
    const low = seen.reduce((a, p) => Math.min(a, Number.isFinite(p.low) ? p.low : p.y), Number.POSITIVE_INFINITY);
    const high = seen.reduce((a, p) => Math.max(a, Number.isFinite(p.high) ? p.high : p.y), Number.NEGATIVE_INFINITY);
    return { x, y: median(seen.map((p) => p.y)), low, high };
  });
}

/** Points that no line reaches, because both neighbours are missing. */
const lonely = (points: readonly LinePoint[]): LinePoint[] => {
  const there = (i: number): boolean => Number.isFinite(points[i]?.y ?? Number.NaN);
  return points.filter((_, i) => there(i) && !there(i - 1) && !there(i + 1));
};

export interface LineMarks {
  readonly marks: readonly Mark[];
  readonly key: KeyEntry[];
  /** Every point that is drawn, line by line. */
  readonly drawn: readonly (readonly LinePoint[])[];
}

/**
 * @param thin draw a long line by stretches, as noise over steps needs it; never a smooth curve.
 * @param floor the lowest height that can be drawn, on a logarithmic axis its positive end; a band is cut there.
 * @throws ShapeError when the lengths of a line differ.
 */
export function lineMarks(
  what: string,
  lines: readonly Line[],
  { floor = Number.NEGATIVE_INFINITY, thin = false }: { readonly floor?: number; readonly thin?: boolean },
): LineMarks {
  const visible = (y: number): boolean => Number.isFinite(y) && y >= floor;
  const drawn = lines.map((line) => {
    const points = pointsOf(what, line).map((p) => (visible(p.y) ? p : { ...p, y: Number.NaN }));
    return thin ? thinLine(points) : points;
  });
  const dashes = lines.map(({ role }, i) => dashOf(role, lines.slice(0, i).filter((l) => l.role === role).length));
  const key = lines.map(({ name, role }, i): KeyEntry => {
    const empty = !drawn[i]?.some(({ y }) => Number.isFinite(y));
    return { name: empty ? `${name} (nothing to draw)` : name, role, mark: "line", dash: dashes[i] ?? null };
  });
  const bands = lines.map(({ role }, i) =>
    Plot.areaY(
      drawn[i]!.map((p) => (visible(p.high) ? { ...p, low: Math.max(p.low, floor) } : { ...p, low: Number.NaN })),
      { x: "x", y1: "low", y2: "high", fill: roles[role].colour, fillOpacity: 0.22, clip: true },
    ),
  );
  const strokes = lines.flatMap(({ role }, i) => [
    Plot.line(drawn[i]!, {
      ...{ x: "x", y: "y", stroke: roles[role].colour, strokeWidth: 1.8, clip: true, strokeLinejoin: "round" },
      ...(dashes[i] ? { strokeDasharray: dashes[i] } : {}),
    }),
    Plot.dot(lonely(drawn[i]!), { x: "x", y: "y", r: 2, fill: roles[role].colour, clip: true }),
  ]);
  return { marks: [...bands, ...strokes], key, drawn };
}
