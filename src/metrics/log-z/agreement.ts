/** Whether several estimates of one number agree, in words. */

import { z } from "zod";
import { InputError, NumericError } from "../../util/errors.js";
import { studentTail, sumDegrees } from "../intervals/degrees.js";
import { normalEstimate } from "../intervals/interval.js";
import { type Estimate, metric } from "../metric.js";

/** One estimate among several of the same number. */
export interface Opinion extends Pick<Estimate, "value" | "standardError"> {
  /** Degrees of freedom of the standard error; unlimited unless said. */
  readonly degrees?: number | null;
  /** Why it is not to be trusted: it is then left out, but where it is a bound. */
  readonly note?: string | null;
  /** Whether it is below or above the truth in expectation. */
  readonly bound?: "lower" | "upper" | null;
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

export interface Agreement {
  /** `null` when fewer than two are to be trusted: there is nothing to compare. */
  readonly agree: boolean | null;
  /** A sentence or two that say it. */
  readonly verdict: string;
  /** Their mean by inverse variance, or the exact one; `null` unless they agree or one stands alone. */
  readonly combined: Estimate | null;
  /** The worst first. */
  readonly disagreements: readonly Disagreement[];
  /** Highest lower bound and lowest upper bound, where both kinds are there. */
  readonly bracket: readonly [low: number, high: number] | null;
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

/**
 * An upper bound below a lower one where at least one has a note, so that its error counts for nothing. By Markov's
 * inequality an unbiased `Ẑ` exceeds `Z` by `t` nats with a chance of at most `e⁻ᵗ`, whatever its law, and so for `1/Ẑ`.
 */
function crossing(all: Named, falseAlarm: number): Disagreement | null {
  const [lower, upper] = [boundsOf(all, "lower"), boundsOf(all, "upper")];
  const far = 2 * Math.log((2 * lower.length * upper.length) / falseAlarm);
  const crossed = lower
    .flatMap((low) => upper.filter((high) => low[1].note || high[1].note).map((high) => compare(low, high)))
    .filter(({ difference }) => difference > far);
  return crossed.reduce<Disagreement | null>((w, c) => (w && w.difference > c.difference ? w : c), null);
}

const boundsOf = (all: Named, bound: "lower" | "upper"): Named =>
  all.filter(([, o]) => o.bound === bound && Number.isFinite(o.value));

/** The one without which the others agree, where there are three or more and only one such. */
function oddOneOut(trusted: Named, found: readonly Disagreement[]): string | null {
  if (trusted.length < 3) return null;
  const names = trusted.map(([name]) => name).filter((name) => found.every(({ names: pair }) => pair.includes(name)));
  return names.length === 1 ? names[0]! : null;
}

function combine(trusted: Named): Estimate | null {
  const [first] = trusted;
  if (!first) return null;
  const sharpest = trusted.reduce((a, b) => (errorOf(b[1]) < errorOf(a[1]) ? b : a))[1];
  if (errorOf(sharpest) === 0) return normalEstimate(sharpest.value, 0);
  const weights = trusted.map(([, o]) => errorOf(o) ** -2);
  const total = weights.reduce((s, w) => s + w, 0);
  const value = trusted.reduce((s, [, o], i) => s + (weights[i]! / total) * o.value, 0);
  return normalEstimate(value, total ** -0.5);
}

function describe({ names, difference, scores }: Disagreement, all: Named): string {
  const opinion = (name: string): Opinion | undefined => all.find(([other]) => other === name)?.[1];
  const nats = Math.abs(difference).toPrecision(3);
  const by = Number.isFinite(scores)
    ? `${Math.abs(scores).toFixed(1)} standard errors (${nats})`
    : `${nats}, and both are exact`;
  const [above, below] = difference > 0 ? names : [names[1], names[0]];
  if (opinion(above)?.bound === "lower" && opinion(below)?.bound === "upper")
    return `${below}, an upper bound, lies below ${above}, a lower one, by ${by}: the draws it starts from are none of the model, or a kernel is wrong`;
  const traps = names.flatMap((name) => {
    const trap = opinion(name)?.trap;
    return trap ? [`${name} ${trap}`] : [];
  });
  return `${names.join(" and ")} differ by ${by}${traps.length > 0 ? `: ${traps.join(", ")}` : ""}`;
}

/**
 * Whether estimates of one number agree: the difference of every pair, in its own standard errors, must be
 * no rarer than `α/m` for `m` pairs (Bonferroni), so that sound estimates are told to disagree at most once in `1/α`
 * times. How rare it is says Student's law with Welch's degrees of freedom, since an error made from skewed weights or a
 * few passes is itself uncertain. Estimates that share draws differ by less than their errors say: the check is then the milder.
 * An estimate without a standard error, or with one of 0, is exact. A difference below `least` never counts, since
 * single-precision energies are no more exact than that. Estimates with a note are left out; those that are bounds
 * still bracket the number, and an upper bound below a lower one is a fault of its own: by more than their errors, or
 * where these are not to be trusted by more than chance allows whatever their law.
 * The mean by inverse variance is only given where they agree; it takes them as independent.
 * Throws InputError without estimates, NumericError for one that is not finite and has no note. Source: Dunn (1961); Welch (1947).
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
    const trusted = all.filter(([, o]) => !o.note);
    for (const [who, { value }] of trusted)
      if (!Number.isFinite(value))
        throw new NumericError(`agreement: ${who} is ${value}; an estimate that failed needs a note`);
    const pairs = Math.max(1, (trusted.length * (trusted.length - 1)) / 2);
    const level = falseAlarm / pairs;
    const disagreements = disagreementsAmong(trusted, level, least);
    const facts = { disagreements, bracket: bracketOf(all), level };
    const worst = disagreements[0] ?? crossing(all, falseAlarm);
    if (worst) {
      const odd = oddOneOut(trusted, disagreements);
      const rest = trusted.flatMap(([other]) => (other === odd ? [] : [other]));
      const alone = odd === null ? "" : ` Without ${odd}, ${list(rest)} agree.`;
      return { ...facts, agree: false, combined: null, verdict: `${describe(worst, all)}.${alone}` };
    }
    const combined = combine(trusted);
    const agree = trusted.length < 2 ? null : true;
    return { ...facts, agree, combined, verdict: assent(name, trusted, combined) };
  },
});

function assent(name: string, trusted: Named, combined: Estimate | null): string {
  if (!combined) return `No estimate of ${name} is to be trusted.`;
  const value = `${name} = ${show(combined)}`;
  return trusted.length === 1
    ? `Only ${trusted[0]![0]} is to be trusted: ${value}, with nothing to compare it to.`
    : `${trusted.length} estimators agree: ${value}.`;
}

function bracketOf(all: Named): Agreement["bracket"] {
  const [lower, upper] = [boundsOf(all, "lower"), boundsOf(all, "upper")];
  if (lower.length === 0 || upper.length === 0) return null;
  return [Math.max(...lower.map(([, o]) => o.value)), Math.min(...upper.map(([, o]) => o.value))];
}
