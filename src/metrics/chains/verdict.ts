/** Whether the draws of chains can be used, what is wrong when they cannot, and what to do. */

import { chainsOf } from "./chains.js";
import { coordinateNames } from "./coordinate-names.js";
import { essBulk, essTail } from "./effective-sample-size.js";
import type { ChainFinding, CoordinateReport, JudgedChains } from "./judged-chains.js";
import {
  acceptanceFindings,
  acceptanceOf,
  biasFindings,
  depthFindings,
  divergenceFindings,
  energyFindings,
  populationFindings,
} from "./kernel-findings.js";
import {
  agreementInNumbers,
  frozenFindings,
  mixingFindings,
  restartFindings,
  valueFindings,
} from "./mixing-findings.js";
import { modeFindings } from "./mode-findings.js";
import { splitRhat } from "./split-rhat.js";

export interface ChainVerdict {
  /** Whether the chains explore one and the same law; `null` when that cannot be told. An inexact kernel may do so. */
  readonly mixed: boolean | null;
  /** One paragraph: what holds, or what is wrong and what to do. */
  readonly verdict: string;
  /** The most serious first. */
  readonly findings: readonly ChainFinding[];
  /** What the verdict rests on; NaN for chains that interact. */
  readonly coordinates: readonly CoordinateReport[];
  /** Mean acceptance by part of the kernel. */
  readonly acceptance: Readonly<Record<string, number>>;
}

const levels = ["bad", "warn", "note"] as const;

const has = (findings: readonly ChainFinding[], level: ChainFinding["level"]): boolean =>
  findings.some((found) => found.level === level);

const sentence = ({ what, advice }: ChainFinding): string => `${what[0]!.toUpperCase()}${what.slice(1)}: ${advice}.`;

/** The findings of the most serious level, behind what they amount to; notes are left to who asks for them. */
function say(
  mixed: boolean | null,
  findings: readonly ChainFinding[],
  coordinates: readonly CoordinateReport[],
): string {
  const opening =
    mixed === false
      ? "Do not use these draws."
      : mixed === null
        ? "The chains are not shown to have mixed."
        : `The chains agree (${agreementInNumbers(coordinates)}).`;
  const level = mixed === false ? "bad" : "warn";
  return [opening, ...findings.filter((found) => found.level === level).map(sentence)].join(" ");
}

/**
 * Judge chains: numbers that are none, chains that never moved or never left a mode, split R-hat, divergences, E-BFMI,
 * effective draws, acceptance, tree depth, and a kernel that is inexact or moves chains together.
 *
 * `mixed` is `false` when something speaks against the chains: R-hat above 1.05 (1.2 below 400 draws, and in any case
 * above what independent draws reach once in 1000 runs), a chain that never left a mode or never moved, a number that
 * is not finite, divergences in 1 % of the draws. It is `true` when every coordinate has an R-hat of at most 1.01 on at
 * least 400 effective draws, bulk and tail, and nothing else is in doubt: not one trajectory diverged, no chain was
 * restarted. No verdict sees a mode that no chain has seen.
 * @throws ShapeError when reports or labels do not fit the draws, InputError for labels or names that do not.
 */
export function judgeChains(run: JudgedChains): ChainVerdict {
  const { x, interacts = false } = run;
  const names = coordinateNames(x, run.names);
  const [chains, draws] = x.shape as [number, number];
  const coordinates = names.map((name, i) => {
    if (interacts) return { name, rhat: Number.NaN, essBulk: Number.NaN, essTail: Number.NaN };
    const one = chainsOf(x, i);
    return { name, rhat: splitRhat(one), essBulk: essBulk(one), essTail: essTail(one) };
  });
  const acceptance = acceptanceOf(run);
  // What holds between chains that are independent repetitions.
  const between = (): ChainFinding[] => [
    ...frozenFindings(run, names),
    ...restartFindings(run),
    ...modeFindings(run),
    ...mixingFindings(coordinates, chains, draws),
  ];
  const mixing = [
    ...valueFindings(x, names),
    ...(interacts ? populationFindings(run) : between()),
    ...divergenceFindings(run, names),
    ...energyFindings(run),
    ...acceptanceFindings(acceptance, coordinates, chains * draws),
    ...depthFindings(run),
  ];
  const mixed = has(mixing, "bad") ? false : has(mixing, "warn") ? null : true;
  const all = [...mixing, ...biasFindings(run)];
  const findings = levels.flatMap((level) => all.filter((found) => found.level === level));
  return { mixed, verdict: say(mixed, findings, coordinates), findings, coordinates, acceptance };
}
