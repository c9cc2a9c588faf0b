/** Claims about most of some runs. */

import { proportionEstimate } from "../metrics/intervals/interval.js";
import type { Claim } from "./experiment.js";

export interface InMost {
  readonly name: string;
  /** What holds, in words with its limit, such as `R-hat ≤ 1.01`. */
  readonly says: string;
  /** Of each run, whether it does. */
  readonly held: readonly boolean[];
  /** In how many of ten runs it has to, rounded up to whole runs. */
  readonly tenths: number;
  /** What they are; runs unless said. */
  readonly of?: string;
  /** Whether it is of a method that is shown because it must fail. */
  readonly control?: boolean;
}

/** That something holds in most of some runs, with the share of them as value and its 95 % interval. */
export function inMost({ name, says, held, tenths, of = "runs", control = false }: InMost): Claim {
  const n = held.length;
  const count = held.filter(Boolean).length;
  const needed = Math.max(1, Math.ceil((n * tenths) / 10 - 1e-9));
  const { value, interval } = proportionEstimate(count / n, n);
  return {
    ...{ name, value, count: [count, n], interval, passed: count >= needed },
    expected: `${says} in at least ${needed} of ${n} ${of}${control ? " (negative control)" : ""}`,
    ...(control ? { negativeControl: true } : {}),
  };
}
