/** Metrics of a training over its steps, thinned as it grows: as many points as a plot can show. */

type Values = Readonly<Record<string, number>>;

export interface Course {
  /** Steps `x` and the values of each metric there, as plots take them. */
  curve(name: string): readonly [x: number[], y: number[]];
  names(): readonly string[];
  add(metrics: readonly { readonly step: number; readonly values: Values }[]): void;
  clear(): void;
}

/** Points of a curve at most; then every second one is left out. */
const MOST = 2000;

export function newCourse(): Course {
  let kept: { step: number; values: Values }[] = [];
  let each = 1;
  return {
    curve: (name) => [kept.map(({ step }) => step), kept.map(({ values }) => values[name] ?? Number.NaN)],
    names: () => Object.keys(kept.at(-1)?.values ?? {}),
    add(metrics) {
      for (const one of metrics) if (one.step % each === 0) kept.push(one);
      if (kept.length <= MOST) return;
      each *= 2;
      kept = kept.filter(({ step }) => step % each === 0);
    },
    clear() {
      [kept, each] = [[], 1];
    },
  };
}
