/** What experiments found, as lines for the terminal and as one JSON document. */

import type { ExecutionProgress, Reproduced } from "../experiments/execute.node.js";
import type { Claim } from "../experiments/experiment.js";
import { allPassed, overviewTable } from "../experiments/overview.node.js";
import { cameOut } from "../experiments/page-claims.js";
import { formatEstimate } from "../report/format.js";
import { textTable } from "../util/text-table.js";

/** How far a run is; units are told apart by their experiments where there are several. */
export function showState({ finished, total, active }: ExecutionProgress, several: boolean): string {
  const at = active.map(({ experiment, label, done }) => {
    const name = several ? `${experiment}: ${label}` : label;
    return `${name} ${Math.floor(100 * done)} %`;
  });
  return [`${finished}/${total} done`, ...at].join("  ");
}

function showClaim({ name, value, count, interval, expected, passed, negativeControl }: Claim): string[] {
  const measured = count ? `${count[0]} of ${count[1]}` : formatEstimate({ value, interval, standardError: null });
  const control = negativeControl ? " (must fail, as a control)" : "";
  return [`  ${passed ? "passed" : "FAILED"}  ${name}${control}: ${measured}`, `          expected ${expected}`];
}

/** In a line whether the claims came out. */
export const showVerdict = ({ outcome }: Reproduced): string =>
  outcome ? `${cameOut(outcome.claims)} claims came out` : "failed to run";

/** An experiment with its table and its claims. */
export const showOne = (one: Reproduced): string[] => [
  `${one.experiment.name}: ${one.experiment.cite}`,
  "",
  ...(one.outcome ? [textTable([one.outcome.table.columns, ...one.outcome.table.rows], "  "), ""] : []),
  showVerdict(one),
  ...(one.outcome?.claims ?? []).flatMap(showClaim),
];

/** The claims of every experiment, then all of them in one table. */
export function showSeveral(all: readonly Reproduced[]): string[] {
  const claims = all.flatMap((one) => [
    `${one.experiment.name}: ${showVerdict(one)}`,
    ...(one.outcome?.claims ?? []).flatMap(showClaim),
    "",
  ]);
  const { columns, rows } = overviewTable(all);
  return [...claims, textTable([columns, ...rows], "  ")];
}

/** What a program reads of an experiment. */
export function jsonOf(one: Reproduced): object {
  const { experiment, asked, out, outcome, failure } = one;
  const known = { experiment: experiment.name, cite: experiment.cite, ...asked, out, passed: allPassed(one) };
  return failure ? { ...known, error: String(failure.error), unit: failure.unit ?? null } : { ...known, ...outcome };
}
