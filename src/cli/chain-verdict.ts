/** Whether draws can be used, judged by what the chains behind them say. */

import { chainsOf } from "../metrics/chains.js";
import { essBulk } from "../metrics/effective-sample-size.js";
import { mean } from "../metrics/moments.js";
import { splitRhat } from "../metrics/split-rhat.js";
import type { Samples } from "../samplers/sample.js";

export interface ChainReport {
  readonly columns: readonly { readonly name: string; readonly rhat: number; readonly essBulk: number }[];
  /** Share of accepted proposals by kind. */
  readonly acceptance: Readonly<Record<string, number>>;
  /** `null` when there are too few draws to tell. */
  readonly mixed: boolean | null;
  readonly verdict: string;
}

/** Draws from which a verdict is made, and effective draws that make it a good one: Vehtari et al. (2021). */
const ENOUGH = 400;
/** R-hat of chains that agree, of chains that do not, and of few draws that would not by chance. */
const [GOOD, BAD, HOPELESS] = [1.01, 1.05, 1.2];

/** Judge the chains behind a sample, column by column. */
export function reportChains({ x, info }: Samples, names: readonly string[]): ChainReport {
  const columns = names.map((name, j) => {
    const chains = chainsOf(x, j);
    return { name, rhat: splitRhat(chains), essBulk: essBulk(chains) };
  });
  const acceptance = Object.fromEntries(
    Object.entries(info)
      .filter(([name]) => /acceptance$/i.test(name))
      .map(([name, t]) => [name, mean(t.data)]),
  );
  const rhat = Math.max(...columns.map((c) => c.rhat));
  const ess = Math.min(...columns.map((c) => c.essBulk));
  const draws = (x.shape[0] ?? 0) * (x.shape[1] ?? 0);
  return { columns, acceptance, ...judge(rhat, ess, draws) };
}

/** Math.max passes NaN on: one column that cannot be judged leaves the whole undecided. */
function judge(rhat: number, ess: number, draws: number): Pick<ChainReport, "mixed" | "verdict"> {
  const numbers = `largest split R-hat ${rhat.toFixed(3)}, least bulk ESS ${ess.toFixed(0)}`;
  if (rhat > (draws < ENOUGH ? HOPELESS : BAD))
    return {
      mixed: false,
      verdict: `The chains do not agree (${numbers}): do not use these rows. Raise --warmup and --thin, or train longer.`,
    };
  if (!Number.isFinite(rhat + ess) || draws < ENOUGH)
    return {
      mixed: null,
      verdict: `${draws} draws are too few to tell whether the chains agree: ask for at least ${ENOUGH}.`,
    };
  if (rhat <= GOOD && ess >= ENOUGH) return { mixed: true, verdict: `The chains agree (${numbers}).` };
  const why = ess < ENOUGH ? `fewer than ${ENOUGH} effective draws` : `R-hat above ${GOOD}`;
  return {
    mixed: null,
    verdict: `Nothing speaks against the chains, but with ${why} nothing more can be said (${numbers}).`,
  };
}
