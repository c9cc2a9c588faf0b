/** Curves of several trainings made ready for a plot: on common steps, averaged over some. */

export type Curve = readonly [x: readonly number[], y: readonly number[]];

/**
 * A running mean whose weights fall by e over so many steps, begun without bias; where a value is missing it is as well.
 * @param over steps; 0 leaves the values as they are.
 */
export function smoothed([x, y]: Curve, over: number): Curve {
  if (over <= 0) return [x, y];
  let [sum, weight, before] = [0, 0, Number.NaN];
  const means = y.map((value, i) => {
    if (!Number.isFinite(value)) return Number.NaN;
    const keep = Number.isNaN(before) ? 0 : Math.exp((before - x[i]!) / over);
    before = x[i]!;
    [sum, weight] = [keep * sum + value, keep * weight + 1];
    return sum / weight;
  });
  return [x, means];
}

/** Curves on the steps of all of them, ascending; `null` where one has no value, as plots take them. */
export function aligned(curves: readonly Curve[]): (number | null)[][] {
  const steps = [...new Set(curves.flatMap(([x]) => x))].sort((a, b) => a - b);
  const rows = curves.map(([x, y]) => {
    const at = new Map(x.map((step, i) => [step, y[i]!]));
    return steps.map((step) => {
      const value = at.get(step);
      return value !== undefined && Number.isFinite(value) ? value : null;
    });
  });
  return [steps, ...rows];
}

/** Whether every value of the curves can stand on an axis of powers of ten. */
export const arePositive = (curves: readonly Curve[]): boolean =>
  curves.every(([, y]) => y.every((value) => !(value <= 0)));
