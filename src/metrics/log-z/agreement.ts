/** Whether several estimates of one number agree, in words. */

import { z } from "zod";
import { InputError, NumericError } from "../../util/errors.js";
import { studentTail, sumDegrees } from "../intervals/degrees.js";
import { normalEstimate, studentEstimate } from "../intervals/interval.js";
import { type Estimate, metric } from "../metric.js";
import { markovBound } from "./markov-bound.js";

/** One estimate among several of the same number. */
export interface Opinion extends Pick<Estimate, "value" | "standardError"> {
  /** Degrees of freedom of the standard error; unlimited unless said. */
  readonly degrees?: number | null;
  /** Why it is not to be trusted: it is then left out, but for what its parts prove. */
  readonly note?: string | null;
  /** Whether it is below or above the truth in expectation. */
  readonly bound?: "lower" | "upper" | null;
  /**
   * Independent estimates of the kind of the bound, whose exponentials, of a lower one, or those of their negatives, of
   * an upper one, are unbiased: they prove something even where the error means nothing.
   */
  readonly parts?: readonly number[] | null;
  /** When it is wrong beyond its error, to follow its name: `is too low where the proposal misses a mode`. */
  readonly trap?: string;
}

/** Two estimates that are not the same. */
export interface Disagreement {
  readonly names: readonly [string, string];
  /** The first less the second. */
  readonly difference: number;
  /** The difference in its own standard errors; infinite between exact numbers. */
  readonly scores: number;
  /** The chance of a difference as large between sound estimates, by Student's law with Welch's degrees of freedom. */
  readonly pValue: number;
}

/** What is proved of the number, with a chance of 95 % whatever the law of the estimates; `null` where nothing is. */
export type Bounds = readonly [low: number | null, high: number | null];

export interface Agreement {
  /** `null` when fewer than two are to be trusted: there is nothing to compare. */
  readonly agree: boolean | null;
  /** A sentence or two that say it. */
  readonly verdict: string;
  /**
   * Their mean by inverse variance, or the exact one; `null` unless they agree or one stands alone. Its error is that of
   * the best, with its degrees of freedom, as they may share draws; wider by their scatter where that is more than their
   * errors say.
   */
  readonly combined: Estimate | null;
  /** The worst first. */
  readonly disagreements: readonly Disagreement[];
  readonly bounds: Bounds;
  /** The chance below which a difference counts: that of a false alarm over the number of pairs. */
  readonly level: number;
}

type Named = readonly (readonly [string, Opinion])[];

const errorOf = ({ standardError }: Opinion): number => standardError ?? 0;
const list = (names: readonly string[]): string =>
  names.length < 2 ? names.join() : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;

/** As many decimals as the error knows; four where there is none. */
function show({ value, standardError }: Pick<Estimate, "value" | "standardError">): string {
  const error = standardError ?? 0;
  const decimals = error > 0 ? Math.min(6, Math.max(0, 1 - Math.floor(Math.log10(error)))) : 4;
  // An error that would print as zero says nothing.
  return error >= 5e-7 ? `${value.toFixed(decimals)} ± ${error.toFixed(decimals)}` : value.toFixed(decimals);
}

function compare([a, x]: Named[number], [b, y]: Named[number]): Disagreement {
  const difference = x.value - y.value;
  const [u, v] = [errorOf(x) ** 2, errorOf(y) ** 2];
  const scores = difference === 0 ? 0 : difference / Math.sqrt(u + v);
  const degreesOf = (o: Opinion): number => o.degrees ?? Number.POSITIVE_INFINITY;
  const degrees = sumDegrees([
    [u, degreesOf(x)],
    [v, degreesOf(y)],
  ]);
  return { names: [a, b], difference, scores, pValue: studentTail(scores, degrees) };
}

/** Pairs whose difference counts, the least likely first. */
const disagreementsAmong = (trusted: Named, level: number, least: number): Disagreement[] =>
  trusted
    .flatMap((a, i) => trusted.slice(i + 1).map((b) => compare(a, b)))
    .filter(({ difference, pValue }) => pValue < level && Math.abs(difference) > least)
    .sort((a, b) => a.pValue - b.pValue || Math.abs(b.scores) - Math.abs(a.scores));

const boundsOf = (all: Named, bound: "lower" | "upper"): Named =>
  all.filter(([, o]) => o.bound === bound && (o.parts?.length ?? 0) > 0);

/** A bound of one estimate. */
interface Proved {
  readonly name: string;
  readonly value: number;
}

/** The highest lower bound, or the lowest upper one, that all together fail with a chance of at most α. */
function proved(all: Named, bound: "lower" | "upper", alpha: number): Proved | null {
  const sign = bound === "lower" ? 1 : -1;
  const those = boundsOf(all, bound);
  const found = those.map(([name, { parts }]) => ({
    name,
    value:
      sign *
      markovBound(
        Float64Array.from(parts!, (v) => sign * v),
        alpha / those.length,
      ),
  }));
  return found
    .filter(({ value }) => Number.isFinite(value))
    .reduce<Proved | null>((best, p) => (best && sign * (best.value - p.value) >= 0 ? best : p), null);
}

/** What is proved against an estimate, or against another bound, in words; `null` where nothing is. */
function refuted(all: Named, trusted: Named, falseAlarm: number): string | null {
  const [low, high] = (["lower", "upper"] as const).map((bound) => proved(all, bound, falseAlarm / 4));
  if (low && high && low.value > high.value)
    return `${low.name} shows that it is at least ${low.value.toFixed(2)}, and ${high.name} that it is at most ${high.value.toFixed(2)}: the draws that ${high.name} starts from are none of the model, or a kernel is wrong`;
  for (const [name, o] of trusted) {
    const degrees = o.degrees ?? Number.POSITIVE_INFINITY;
    const isBeyond = (by: number): boolean =>
      by > LEAST_PROVED && studentTail(by / errorOf(o), degrees) < falseAlarm / (2 * trusted.length);
    if (low && isBeyond(low.value - o.value))
      return `${name} says ${show(o)}, and ${low.name} shows that it is at least ${low.value.toFixed(2)}`;
    if (high && isBeyond(o.value - high.value))
      return `${name} says ${show(o)}, and ${high.name} shows that it is at most ${high.value.toFixed(2)}`;
  }
  return null;
}

/** The one without which the others agree, where there are three or more and only one such. */
function oddOneOut(trusted: Named, found: readonly Disagreement[]): string | null {
  if (trusted.length < 3) return null;
  const names = trusted.map(([name]) => name).filter((name) => found.every(({ names: pair }) => pair.includes(name)));
  return names.length === 1 ? names[0]! : null;
}

function combine(trusted: Named): Estimate | null {
  const [first] = trusted;
  if (!first) return null;
  const least = Math.min(...trusted.map(([, o]) => errorOf(o)));
  if (least === 0) return normalEstimate(trusted.find(([, o]) => errorOf(o) === 0)![1].value, 0);
  const weights = trusted.map(([, o]) => errorOf(o) ** -2);
  const total = weights.reduce((s, w) => s + w, 0);
  const value = trusted.reduce((s, [, o], i) => s + (weights[i]! / total) * o.value, 0);
  const scatter = trusted.reduce((s, [, o], i) => s + weights[i]! * (o.value - value) ** 2, 0);
  const best = trusted.find(([, o]) => errorOf(o) === least)![1];
  const error = least * Math.sqrt(Math.max(1, scatter / (trusted.length - 1 || 1)));
  return studentEstimate(value, error, best.degrees ?? Number.POSITIVE_INFINITY);
}

function describe({ names, difference, scores }: Disagreement, all: Named): string {
  const opinion = (name: string): Opinion | undefined => all.find(([other]) => other === name)?.[1];
  const nats = Math.abs(difference).toPrecision(3);
  const by = Number.isFinite(scores)
    ? `${Math.abs(scores).toFixed(1)} standard errors (${nats})`
    : `${nats}, and both are exact`;
  const [above, below] = difference > 0 ? names : [names[1], names[0]];
  if (opinion(above)?.bound === "lower" && opinion(below)?.bound === "upper")
    return `${below}, high on average, lies below ${above}, low on average, by ${by}: the draws it starts from are none of the model, or a kernel is wrong`;
  const traps = names.flatMap((name) => {
    const trap = opinion(name)?.trap;
    return trap ? [`${name} ${trap}`] : [];
  });
  return `${names.join(" and ")} differ by ${by}${traps.length > 0 ? `: ${traps.join(", ")}` : ""}`;
}

/** An estimate that is known no better than by so many nats agrees with anything: it is none. */
const WIDEST = 1;

/** That an error is too large for an estimate to count; `null` where it is not. */
export const tooWide = ({ standardError }: Pick<Estimate, "standardError">): string | null =>
  (standardError ?? 0) > WIDEST ? "its error is above one nat" : null;

/** Nats by which an estimate is beyond a bound before it counts: energies in single precision are no more exact. */
const LEAST_PROVED = 0.01;

/** The chance at which what is proved is told where nothing better is known. */
const TOLD = 0.05;

/** Standard errors between two that agree, from which on it is said. */
const TOLD_APART = 3;

/**
 * Whether estimates of one number agree: the difference of every pair, in its own standard errors, must be
 * no rarer than `α/m` for `m` pairs (Bonferroni), so that sound estimates are told to disagree at most once in `1/α`
 * times. How rare it is says Student's law with Welch's degrees of freedom, since an error made from skewed weights or a
 * few passes is itself uncertain. Estimates that share draws differ by less than their errors say: the check is then the milder.
 * An estimate without a standard error, or with one of 0, is exact; one with an error above a nat is none. A difference
 * below `least` never counts, since single-precision energies are no more exact than that. Estimates with a note are left
 * out, but what their parts prove ({@link markovBound}) holds: an estimate beyond it is refuted, and where none is left the
 * number is known to lie within it.
 * Throws InputError without estimates, NumericError for one that is not finite and has no note. Source: Dunn (1961);
 * Welch (1947); the scatter: Birge (1932), The calculation of errors by the method of least squares.
 */
export const agreement = metric({
  name: "agreement",
  about: "Whether several estimates of one number agree, as a sentence, and what they say together.",
  cite: "Dunn (1961), Multiple comparisons among means; Welch (1947), The generalization of Student's problem",
  of: "estimates",
  options: z.object({
    name: z.string().default("log Z").describe("what is estimated, in the sentence"),
    falseAlarm: z
      .number()
      .gt(0)
      .lt(1)
      .default(1e-3)
      .describe("α, the chance that sound estimates are told to disagree"),
    least: z.number().min(0).default(2e-3).describe("a difference that never counts"),
  }),
  compute(estimates: Readonly<Record<string, Opinion>>, { name, falseAlarm, least }): Agreement {
    const all = Object.entries(estimates);
    if (all.length === 0) throw new InputError("agreement: no estimates; give at least one");
    for (const [who, { value, note }] of all)
      if (!note && !Number.isFinite(value))
        throw new NumericError(`agreement: ${who} is ${value}; an estimate that failed needs a note`);
    const trusted = all.filter(([, o]) => !o.note && !tooWide(o));
    const pairs = Math.max(1, (trusted.length * (trusted.length - 1)) / 2);
    const level = falseAlarm / pairs;
    const disagreements = disagreementsAmong(trusted, level, least);
    const bounds: Bounds = [
      proved(all, "lower", TOLD / 2)?.value ?? null,
      proved(all, "upper", TOLD / 2)?.value ?? null,
    ];
    const facts = { disagreements, bounds, level };
    const refusal = refuted(all, trusted, falseAlarm);
    const worst = disagreements[0];
    if (worst || refusal) {
      const odd = oddOneOut(trusted, disagreements);
      const rest = trusted.flatMap(([other]) => (other === odd ? [] : [other]));
      const alone = odd === null ? "" : ` Without ${odd}, ${list(rest)} agree.`;
      return { ...facts, agree: false, combined: null, verdict: `${worst ? describe(worst, all) : refusal}.${alone}` };
    }
    const combined = combine(trusted);
    const agree = trusted.length < 2 ? null : true;
    return { ...facts, agree, combined, verdict: combined ? assent(name, trusted, combined) : ignorance(name, bounds) };
  },
});

function assent(name: string, trusted: Named, combined: Estimate): string {
  const value = `${name} = ${show(combined)}`;
  if (trusted.length === 1) return `Only ${trusted[0]![0]} is to be trusted: ${value}, with nothing to compare it to.`;
  const [apart] = disagreementsAmong(trusted, 1, 0);
  // Between exact ones that differ by what single precision is worth there are no errors to count.
  const scores = Number.isFinite(apart?.scores) ? Math.abs(apart!.scores) : 0;
  const told =
    scores >= TOLD_APART ? `, though ${apart!.names.join(" and ")} differ by ${scores.toFixed(1)} standard errors` : "";
  return `${trusted.length} estimators agree: ${value}${told}.`;
}

/** What is known where no estimate is to be trusted. */
function ignorance(name: string, [low, high]: Bounds): string {
  const [from, to] = [low?.toFixed(2), high?.toFixed(2)];
  if (from && to) return `${name} is known to lie in [${from}, ${to}] (95 %): no estimate is good enough for a number.`;
  if (from) return `${name} is known to be at least ${from} (97.5 %), and not how much more.`;
  if (to) return `${name} is known to be at most ${to} (97.5 %), and not how much less.`;
  return `${name} is not known: no estimate is to be trusted.`;
}
