/** Training health: what the metrics of a training say is wrong with it, and what to do. */

import type { Named } from "../util/records.js";
import type { HealthLevel, HealthRule, Pathology } from "./health-rule.js";
import { healthRules } from "./health-rules.js";
import { adviceOf, type Settings, type Suggestion, suggestionsOf } from "./remedy.js";
import { byMeaning } from "./training-metrics.js";

export interface HealthFinding {
  /** Name of the rule. */
  readonly rule: string;
  readonly level: HealthLevel;
  /** The pathology and its sign. */
  readonly what: string;
  readonly advice: string;
  /** What the advice sets in the configuration that is trained; absent where it is unknown, and in checkpoints of before. */
  readonly remedies?: readonly Suggestion[];
  /** First step of the window in which it was first seen. */
  readonly since: number;
  /** Set where it began after the step whose parameters were kept: it is of the training, and none of the model. */
  readonly afterKept?: true;
}

/** What a monitor goes on with; plain data. */
export interface HealthMemory {
  readonly recent: readonly { readonly step: number; readonly values: Named<number> }[];
  readonly found: readonly HealthFinding[];
}

export interface HealthOptions {
  /** Coordinates of a point, d: energies of a Gaussian vary by √(d/2) nats, and gaps are measured by that, or by 1. */
  readonly dimension?: number;
  readonly rules?: readonly HealthRule[];
  /** Observations a rule looks back on. */
  readonly window?: number;
  /** Observations before a rule says anything. */
  readonly least?: number;
  /** Of the configuration that is trained: what it has already is not advised. */
  readonly settings?: Settings;
  /** That of an earlier monitor, to go on with. */
  readonly memory?: HealthMemory;
}

export interface Health {
  /** Take the metrics of a step, every step or every few, always as far apart. Returns what is new. */
  observe(step: number, metrics: Readonly<Record<string, number>>): readonly HealthFinding[];
  /** Each pathology that was seen, once, in the order of appearance. */
  findings(): readonly HealthFinding[];
  memory(): HealthMemory;
}

/**
 * A monitor of one training. Its findings depend on the observations alone: one that goes on with the memory of another
 * finds what that would have found.
 */
export function newHealth(options: HealthOptions = {}): Health {
  const { dimension = 1, rules = healthRules, window = 20, least = 10, settings } = options;
  const scale = Math.max(1, Math.sqrt(dimension / 2));
  const recent = [...(options.memory?.recent ?? [])];
  const found = [...(options.memory?.found ?? [])];
  const isSilent = ({ name, unless = [] }: HealthRule): boolean =>
    found.some(({ rule }) => rule === name || unless.includes(rule));
  return {
    findings: () => [...found],
    memory: () => ({ recent: [...recent], found: [...found] }),
    observe(step, metrics) {
      recent.push({ step, values: { ...metrics, ...byMeaning(metrics) } });
      if (recent.length > window) recent.shift();
      if (recent.length < least) return [];
      const before = found.length;
      for (const rule of rules) {
        if (isSilent(rule)) continue;
        const known = rule.reads.every((name) => recent.every(({ values }) => Number.isFinite(values[name])));
        if (!known) continue;
        const read = rule.reads.map((name) => [name, recent.map(({ values }) => values[name]!)] as const);
        const seen = rule.sign(Object.fromEntries(read), scale);
        if (seen === null) continue;
        found.push(findingOf(rule, seen, recent[0]!.step, settings));
      }
      return found.slice(before);
    },
  };
}

/** @param seen a clause with the numbers of the sign. */
export const findingOf = (
  { name, level, about, remedies }: Pathology,
  seen: string,
  since: number,
  settings?: Settings,
): HealthFinding => ({
  ...{ rule: name, level, what: `${about} ${seen}.`, since },
  ...{ advice: adviceOf(remedies, settings), ...(settings ? { remedies: suggestionsOf(remedies, settings) } : {}) },
});

/** Findings as they concern the parameters that were kept: what began after their step says nothing of them. */
export const ofKept = (findings: readonly HealthFinding[], kept: number): readonly HealthFinding[] =>
  findings.map((finding) => (finding.since > kept ? { ...finding, afterKept: true } : finding));

/** A finding as one line of text. */
export function showFinding({ level, what, advice, since, afterKept }: HealthFinding): string {
  const where = afterKept ? "after the kept step, so not of this model" : level === "bad" ? "bad" : "warning";
  return `${where}, since step ${since}: ${what} ${advice}`;
}
