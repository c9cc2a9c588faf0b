/** What a folder of images holds, before anything is trained on it. */

import type { Images } from "./images.js";

export interface DescribedImages {
  readonly images: number;
  readonly shape: Images["shape"];
  /** Images of each class, by falling number; `null` where they have no classes. */
  readonly classes: readonly (readonly [name: string, images: number])[] | null;
  /** Images that are there before, pixel by pixel. */
  readonly duplicates: number;
  /** The least and the largest level, and how many there are. */
  readonly levels: { readonly low: number; readonly high: number; readonly distinct: number };
  /** Pixels of a channel that are the same in all images. */
  readonly constant: number;
}

export function describeImages({ shape, levels, labels }: Images): DescribedImages {
  const d = shape[0] * shape[1] * shape[2];
  const n = levels.length / d;
  const seen = new Set<number>(levels);
  const varies = new Uint8Array(d);
  for (let at = d; at < levels.length; at++) if (levels[at] !== levels[at % d]) varies[at % d] = 1;
  // Each byte is a character of its own.
  const text = new TextDecoder("windows-1252");
  const whole = new Set<string>();
  for (let i = 0; i < n; i++) whole.add(text.decode(levels.subarray(i * d, (i + 1) * d)));
  const counts = new Map<string, number>();
  for (const label of labels ?? []) counts.set(label, (counts.get(label) ?? 0) + 1);
  const sorted = [...seen].sort((a, b) => a - b);
  return {
    ...{ images: n, shape },
    classes: labels ? [...counts].sort(([a, k], [b, l]) => l - k || (a < b ? -1 : 1)) : null,
    duplicates: n - whole.size,
    levels: { low: sorted[0]!, high: sorted.at(-1)!, distinct: sorted.length },
    constant: varies.filter((v) => v === 0).length,
  };
}
