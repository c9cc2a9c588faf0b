/** Modes of points, found by the energy between them: nobody has to say where they are. */

import { InputError, ShapeError } from "../../util/errors.js";
import { allocate, type FloatTensor, floats, tensor } from "../../util/tensor.js";
import { type Points, squaredDistances } from "./pairwise.js";

/** A pair of points, by their numbers. */
export type Edge = readonly [number, number];

/** The `n − 1` edges of the shortest tree that joins all points. Source: Prim (1957), Shortest connection networks. */
export function spanningTree(points: Points): Edge[] {
  const n = points.rows;
  const nearest = new Int32Array(n);
  const distance = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
  const joined = new Uint8Array(n);
  const from = new Float64Array(n);
  const edges: Edge[] = [];
  for (let last = 0; edges.length < n - 1; ) {
    joined[last] = 1;
    squaredDistances(points, last, 0, n, from);
    let next = -1;
    for (let i = 0; i < n; i++) {
      if (joined[i]) continue;
      if (from[i]! < distance[i]!) [distance[i], nearest[i]] = [from[i]!, last];
      if (next < 0 || distance[i]! < distance[next]!) next = i;
    }
    edges.push([nearest[next]!, next]);
    last = next;
  }
  return edges;
}

/** Every pair of which one is among the `k` points nearest to the other, and the edges of the shortest tree. */
export function neighbourEdges(points: Points, k: number): Edge[] {
  const n = points.rows;
  const found = new Map<number, Edge>();
  const add = (a: number, b: number): unknown => found.set(Math.min(a, b) * n + Math.max(a, b), [a, b]);
  for (const [a, b] of spanningTree(points)) add(a, b);
  const distance = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    squaredDistances(points, i, 0, n, distance);
    distance[i] = Number.POSITIVE_INFINITY;
    const limit = distance.slice().sort()[Math.min(k, n - 1) - 1]!;
    for (let j = 0; j < n; j++) if (distance[j]! <= limit && j !== i) add(i, j);
  }
  return [...found.values()];
}

/** Points on the straight way between the ends of every edge, the ends left out: `(edges · steps, d)`, edge by edge. */
export function between({ columns, data }: Points, edges: readonly Edge[], steps: number): FloatTensor {
  const out = allocate("float64", edges.length * steps * columns);
  for (const [e, [a, b]] of edges.entries())
    for (let s = 0; s < steps; s++) {
      const t = (s + 1) / (steps + 1);
      for (let k = 0; k < columns; k++)
        out[(e * steps + s) * columns + k] = (1 - t) * data[a * columns + k]! + t * data[b * columns + k]!;
    }
  return tensor(out, [edges.length * steps, columns]);
}

export interface SeparateModes {
  /** Of each point, modes by falling size from 0; −1 for those that are of none. */
  readonly labels: Int32Array;
  readonly modes: number;
}

/**
 * Modes by their prominence: points are joined along the edges, the lowest ways first, as water would that rises with the
 * energy; two parts stay apart where the way from one to the other rises by more than `barrier` nats above the lowest
 * point of either. What fewer than `least` points make up is no mode.
 * @param energies at the points, and `ways` on their edges, as `between` places them; NaN is a barrier.
 * Source: Chazal, Guibas, Oudot & Skraba (2013), Persistence-based clustering in Riemannian manifolds.
 */
export function separateModes(
  { edges, energies, ways }: { readonly edges: readonly Edge[]; energies: Float64Array; ways: Float64Array },
  { barrier, least }: { readonly barrier: number; readonly least: number },
): SeparateModes {
  const steps = ways.length / Math.max(1, edges.length);
  if (!Number.isInteger(steps))
    throw new ShapeError(`separateModes: ${ways.length} energies on the ways of ${edges.length} edges`);
  const levels = edges.map(([a, b], e) =>
    Math.max(energies[a]!, energies[b]!, ...ways.subarray(e * steps, (e + 1) * steps)),
  );
  const rising = [...levels.keys()].filter((e) => !Number.isNaN(levels[e])).sort((e, f) => levels[e]! - levels[f]!);
  const parent = Int32Array.from(energies, (_, i) => i);
  const rootOf = (i: number): number => {
    let r = i;
    while (parent[r] !== r) r = parent[r] = parent[parent[r]!]!;
    return r;
  };
  // The root of a part is its lowest point.
  for (const e of rising) {
    const [a, b] = [rootOf(edges[e]![0]), rootOf(edges[e]![1])];
    const [low, high] = energies[a]! <= energies[b]! ? [a, b] : [b, a];
    if (levels[e]! - energies[high]! <= barrier) parent[high] = low;
  }
  return bySize(
    parent.map((_, i) => rootOf(i)),
    least,
  );
}

/** Parts by their roots as modes by their sizes. */
function bySize(roots: Int32Array, least: number): SeparateModes {
  const counts = new Map<number, number>();
  for (const r of roots) counts.set(r, (counts.get(r) ?? 0) + 1);
  const modes = [...counts].filter(([, size]) => size >= least).sort(([, a], [, b]) => b - a);
  const label = new Map(modes.map(([r], k) => [r, k]));
  return { labels: roots.map((r) => label.get(r) ?? -1), modes: modes.length };
}

/** Of each of the points `(m, d)` the number of the nearest among those given. */
export function nearestOf(given: Points, points: FloatTensor): Int32Array {
  const { columns, data, rows } = given;
  if (points.shape[1] !== columns) throw new ShapeError(`nearestOf: ${points.shape[1]} columns beside ${columns}`);
  if (rows === 0) throw new InputError("nearestOf: no points to be near");
  const x = floats(points);
  return Int32Array.from({ length: points.shape[0]! }, (_, i) => {
    let [best, least] = [0, Number.POSITIVE_INFINITY];
    for (let j = 0; j < rows; j++) {
      let s = 0;
      for (let k = 0; k < columns && s < least; k++) s += (x[i * columns + k]! - data[j * columns + k]!) ** 2;
      if (s < least) [best, least] = [j, s];
    }
    return best;
  });
}
