/** Points that are drawn by hand: pairs of coordinates `(n, 2)`, row by row. */

/** Points at most: an address holds them, in 5.3 letters each, and some of what passes addresses on cuts at 64,000. */
export const MOST = 6000;

/** Fewest points that make a training. */
export const LEAST = 30;

/** A standard normal number, by two uniform ones. */
const normal = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** With a round cloud of `n` normal points, nearly all of which lie within `radius` of a place. */
export function withCloud(
  points: Float64Array,
  [x, y]: readonly [number, number],
  radius: number,
  n: number,
  random: () => number = Math.random,
): Float64Array {
  const most = Math.max(0, Math.min(n, MOST - points.length / 2));
  const all = new Float64Array(points.length + 2 * most);
  all.set(points);
  for (let i = points.length; i < all.length; i += 2) {
    all[i] = x + (radius / 2) * normal(random);
    all[i + 1] = y + (radius / 2) * normal(random);
  }
  return all;
}

/** Without the points within `radius` of a place. */
export const withoutDisc = (points: Float64Array, [x, y]: readonly [number, number], radius: number): Float64Array => {
  const kept = (i: number): boolean => {
    const at = i - (i % 2);
    return Math.hypot(points[at]! - x, points[at + 1]! - y) > radius;
  };
  return points.filter((_, i) => kept(i));
};

/** How far from 0 a pad has to reach to show all points: `usual` unless they lie further out. */
export const reachOf = (points: Float64Array, usual: number): number =>
  points.reduce((most, v) => Math.max(most, 1.1 * Math.abs(v)), usual);
