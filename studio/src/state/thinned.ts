/** Points along a course, thinned evenly as it grows, with the last one always among them. */

export interface Thinned<T> {
  /** Take the next point. @returns all that are kept. */
  add(point: T): readonly T[];
  clear(): void;
}

/** @param most points that are kept, beside the last. @param same whether a point takes the place of the one before. */
export function newThinned<T>(most: number, same: (before: T, now: T) => boolean = () => false): Thinned<T> {
  let kept: T[] = [];
  let [each, count] = [1, 0];
  let last: T | undefined;
  return {
    add(point) {
      const again = last !== undefined && same(last, point);
      if (again && kept.at(-1) === last) kept[kept.length - 1] = point;
      else if (!again) {
        if (count % each === 0) kept.push(point);
        count++;
      }
      last = point;
      if (kept.length > most) [kept, each] = [kept.filter((_, i) => i % 2 === 0), 2 * each];
      return kept.at(-1) === point ? [...kept] : [...kept, point];
    },
    clear() {
      [kept, each, count, last] = [[], 1, 0, undefined];
    },
  };
}
