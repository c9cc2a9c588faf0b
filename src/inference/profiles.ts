/** What a function of points is along lines in single coordinates, and how much lies under it. */

import { type FloatTensor, tensor } from "../util/tensor.js";

/** Logarithms of densities of points `(n, d)`, up to a constant. */
export type Logs = (points: FloatTensor) => Promise<Float64Array>;

/** A point without an energy has no density. */
export const logsOf =
  (energies: (points: FloatTensor) => Promise<Float64Array>): Logs =>
  async (points) =>
    (await energies(points)).map((e) => (Number.isNaN(e) ? Number.NEGATIVE_INFINITY : -e));

/** Points that differ from one in a coordinate: `values` of each of several coordinates, one after another. */
function along(point: Float64Array, lines: readonly Float64Array[]): FloatTensor {
  const d = point.length;
  const count = lines.reduce((sum, values) => sum + values.length, 0);
  const out = new Float64Array(count * d);
  let row = 0;
  for (const [j, values] of lines.entries())
    for (const t of values) {
      out.set(point, row * d);
      out[row++ * d + j] = t;
    }
  return tensor(out, [count, d]);
}

/** `log f` at some values, ascending. */
export interface Profile {
  readonly values: Float64Array;
  readonly logs: Float64Array;
}

export function merged(a: Profile, b: Profile): Profile {
  const pairs = [a, b].flatMap(({ values, logs }) => Array.from(values, (v, i) => [v, logs[i]!] as const));
  pairs.sort(([v], [w]) => v - w);
  return { values: Float64Array.from(pairs, ([v]) => v), logs: Float64Array.from(pairs, ([, l]) => l) };
}

export const topOf = ({ logs }: Profile): number => logs.reduce((best, v, i) => (v > logs[best]! ? i : best), 0);

/** `∫ f` over a step whose logarithm is a straight line from a to b. */
const step = (a: number, b: number, width: number): number =>
  Math.abs(a - b) < 1e-6 ? width * Math.exp((a + b) / 2) : (width * (Math.exp(a) - Math.exp(b))) / (a - b);

/** The mass over a profile, and of it what is where f is no more than at `level`. */
export function masses({ values, logs }: Profile, level: number, top: number): readonly [total: number, below: number] {
  let [total, below] = [0, 0];
  for (let i = 0; i + 1 < values.length; i++) {
    const [low, high] = [logs[i]! - top, logs[i + 1]! - top].sort((a, b) => a - b) as [number, number];
    const width = values[i + 1]! - values[i]!;
    // A density that is 0 at one end of a step is taken to be 0 over it.
    if (!(width > 0) || low === Number.NEGATIVE_INFINITY) continue;
    const mass = step(low, high, width);
    total += mass;
    const at = level - top;
    if (high <= at) below += mass;
    else if (low < at) below += step(low, at, (width * (at - low)) / (high - low));
  }
  return [total, below];
}

/** The same of states. */
export function sums({ logs }: Profile, level: number, top: number): readonly [total: number, below: number] {
  const each = Array.from(logs, (v) => Math.exp(v - top));
  const total = each.reduce((a, b) => a + b, 0);
  return [total, each.reduce((sum, v, i) => (logs[i]! <= level + 1e-9 ? sum + v : sum), 0)];
}

/** Profiles through a point, one a coordinate, at the values of each. */
export async function profilesOf(logs: Logs, point: Float64Array, each: readonly Float64Array[]): Promise<Profile[]> {
  const all = await logs(along(point, each));
  let from = 0;
  return each.map((values) => {
    const mine = all.slice(from, from + values.length);
    from += values.length;
    return { values, logs: mine };
  });
}

/** Steps in which a density falls by more are halved, where it is within so many nats of its highest, so many times. */
const [BEND, DEEP, ROUNDS] = [0.25, 12, 4] as const;

/** Values in the middle of steps in which a profile changes too much to be drawn as a straight line, or has its top. */
function between(profile: Profile): Float64Array {
  const { values, logs } = profile;
  const top = topOf(profile);
  const found: number[] = [];
  for (let i = 0; i + 1 < values.length; i++) {
    const [a, b] = [logs[i]! - logs[top]!, logs[i + 1]! - logs[top]!];
    const beside = i === top || i + 1 === top;
    if (Math.max(a, b) > -DEEP && (Math.abs(a - b) > BEND || beside)) found.push((values[i]! + values[i + 1]!) / 2);
  }
  return Float64Array.from(found);
}

/** The same with more values where they are needed. @param closer which coordinates may have more. */
export async function closeProfilesOf(
  logs: Logs,
  point: Float64Array,
  each: readonly Float64Array[],
  closer: readonly boolean[],
): Promise<Profile[]> {
  let found = await profilesOf(logs, point, each);
  for (let round = 0; round < ROUNDS; round++) {
    const more = await profilesOf(
      logs,
      point,
      found.map((profile, c) => (closer[c] ? between(profile) : new Float64Array(0))),
    );
    found = found.map((profile, c) => merged(profile, more[c]!));
  }
  return found;
}
