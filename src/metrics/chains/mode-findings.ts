/** What the mode labels of chains say against them. */

import { ShapeError } from "../../util/errors.js";
import { showShape } from "../../util/tensor.js";
import { several } from "../../util/words.js";
import { checkLabels } from "../goodness/mode-weights.js";
import type { Chains } from "./chains.js";
import { CHANCE, type ChainFinding, type JudgedChains } from "./judged-chains.js";

const advice = "use a flow proposal or parallel tempering";

/** Draws of each chain in each mode. */
function countVisits({ shape: [chains, draws], data }: Chains, modes: number): number[][] {
  const visits = Array.from({ length: chains }, () => new Array<number>(modes).fill(0));
  for (let i = 0; i < chains * draws; i++) if (data[i]! >= 0) visits[Math.floor(i / draws)]![data[i]!]!++;
  return visits;
}

/**
 * Chains that saw one mode only, beyond what independent draws would do by chance: of `m` chains of `v` draws,
 * `m w^v` stay in a mode that holds a share `w` of all draws. When every chain is in one and the same mode that share is
 * 1 and says nothing; it is reported all the same, since the labels say that there are others.
 */
function trappedIn(mode: number, visits: readonly (readonly number[])[]): number {
  const stays = visits.filter((seen) => seen.every((n, k) => (k === mode ? n > 0 : n === 0)));
  const total = visits.flat().reduce((s, n) => s + n, 0);
  const share = visits.reduce((s, seen) => s + seen[mode]!, 0) / total;
  const byChance = (seen: readonly number[]): boolean => visits.length * share ** seen[mode]! >= CHANCE;
  return share === 1 ? stays.length : stays.filter((seen) => !byChance(seen)).length;
}

/**
 * @throws InputError for a label out of range, ShapeError for labels that are not one for each draw.
 */
export function modeFindings({ x, labels, modes }: JudgedChains): ChainFinding[] {
  if (!labels) return [];
  if (labels.shape[0] !== x.shape[0] || labels.shape[1] !== x.shape[1])
    throw new ShapeError(`labels: shape ${showShape(labels.shape)} does not fit the draws ${showShape(x.shape)}`);
  const given = typeof modes === "number" ? modes : modes?.length;
  const count = given ?? Array.from(labels.data).reduce((most, label) => Math.max(most, label + 1), 1);
  checkLabels("judgeChains", labels.data, count);
  const nameOf = (k: number): string => (typeof modes === "object" ? `the ${modes[k]} mode` : `mode ${k}`);
  const visits = countVisits(labels, count);
  const all = visits.length;
  const indices = Array.from({ length: count }, (_, k) => k);
  const findings: ChainFinding[] = [];

  const outside = visits.filter((seen) => seen.every((n) => n === 0)).length;
  if (outside > 0)
    findings.push({
      level: "warn",
      what: `${outside} of ${all} chains never entered a mode`,
      advice: "warm up longer, or check where the modes are said to be",
    });
  if (count === 1 || outside === all) return findings;

  const stuck = indices.map((k) => ({ k, n: trappedIn(k, visits) })).filter(({ n }) => n > 0);
  const clauses = stuck.map(({ k, n }, i) => `${n}${i === 0 ? ` of ${all} chains` : ""} never left ${nameOf(k)}`);
  if (stuck.length > 0)
    findings.push({ level: "bad", what: `${several(clauses, 8)}; mode weights are not estimated`, advice });
  const unseen = indices.filter((k) => visits.every((seen) => seen[k] === 0));
  if (unseen.length > 0)
    findings.push({
      level: "warn",
      what: `no chain visited ${several(unseen.map(nameOf))}; what it weighs is not estimated`,
      advice: "start chains there, or use a flow proposal",
    });
  return findings;
}
