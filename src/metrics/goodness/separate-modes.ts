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

/** Which part each of `n` points belongs to once the edges join them, `0, 1, …` by falling size. */
function partsOf(n: number, edges: readonly Edge[]): { labels: Int32Array; sizes: number[] } {
  const parent = Int32Array.from({ length: n }, (_, i) => i);
  const root = (i: number): number => {
    let r = i;
    while (parent[r] !== r) r = parent[r] = parent[parent[r]!]!;
    return r;
  };
  for (const [a, b] of edges) parent[root(a)] = root(b);
  const counts = new Map<number, number>();
  for (let i = 0; i < n; i++) counts.set(root(i), (counts.get(root(i)) ?? 0) + 1);
  const order = [...counts].sort(([, a], [, b]) => b - a);
  const label = new Map(order.map(([r], k) => [r, k]));
  return { labels: Int32Array.from(parent, (_, i) => label.get(root(i))!), sizes: order.map(([, size]) => size) };
}

export interface SeparateModes {
  /** Of each point, modes by falling size from 0; −1 for those that are of none. */
  readonly labels: Int32Array;
  readonly modes: number;
}

/**
 * Two points are of one mode when the shortest tree through all of them joins them without a barrier: on no edge does
 * the energy rise by more than `barrier` nats above that of its higher end. What fewer than `least` points make up is
 * no mode.
 * @param energies at the points, and `ways` on their edges, as `between` places them.
 */
export function separateModes(
  { edges, energies, ways }: { readonly edges: readonly Edge[]; energies: Float64Array; ways: Float64Array },
  { barrier, least }: { readonly barrier: number; readonly least: number },
): SeparateModes {
  const steps = ways.length / Math.max(1, edges.length);
  if (!Number.isInteger(steps))
    throw new ShapeError(`separateModes: ${ways.length} energies on the ways of ${edges.length} edges`);
  const free = edges.filter(([a, b], e) => {
    const limit = Math.max(energies[a]!, energies[b]!) + barrier;
    // Written so that NaN is a barrier.
    return ways.subarray(e * steps, (e + 1) * steps).every((v) => v <= limit);
  });
  const { labels, sizes } = partsOf(energies.length, free);
  const modes = sizes.filter((size) => size >= least).length;
  return { labels: labels.map((k) => (k < modes ? k : -1)), modes };
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
