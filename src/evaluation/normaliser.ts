/** What is known of log Z, and what it decides. */

import type { LogZTable } from "../estimators/estimate-log-z.js";
import { bare } from "../metrics/intervals/interval.js";
import type { Bounds } from "../metrics/log-z/agreement.js";
import type { Estimate } from "../metrics/metric.js";

/** What is proved of log Z where no estimate is to be trusted, and does not contradict itself. */
function boundsOf(estimates: LogZTable | null): Bounds {
  if (!estimates || estimates.agreement.combined) return [null, null];
  const [low, high] = estimates.agreement.bounds;
  return low !== null && high !== null && low > high ? [null, null] : [low, high];
}

/** The log Z of the likelihoods, as `Evaluation` says. */
export function normaliserOf({ logZ }: { readonly logZ: Estimate }, estimates: LogZTable | null): Estimate {
  if (!estimates) return logZ;
  const [low, high] = boundsOf(estimates);
  if (low !== null && high !== null) return { value: (low + high) / 2, standardError: null, interval: [low, high] };
  return estimates.agreement.combined ?? bare(low ?? logZ.value);
}

/** That likelihoods are not known but from above, since log Z is from below; `null` where they are known. */
export function atMost(estimates: LogZTable | null): string | null {
  const [low, high] = boundsOf(estimates);
  return low !== null && high === null
    ? `at most: log Z is only known to be at least ${low.toFixed(2)} (97.5 %)`
    : null;
}

/** Why log Z, and with it every likelihood, is not to be believed; `null` when nothing speaks against it. */
export function doubtOf({
  logZ: { note },
  estimates,
}: {
  readonly logZ: { readonly note: string | null };
  readonly estimates: LogZTable | null;
}): string | null {
  if (!estimates) return note && `the estimate of log Z is not to be trusted (${note})`;
  const { agree, combined, verdict } = estimates.agreement;
  if (agree === false) return `the estimates of log Z disagree: ${verdict.replace(/\.$/, "")}`;
  return combined ? null : verdict.replace(/\.$/, "");
}

/** As verdicts show nats, without a minus in front of a zero. */
const three = (nats: number): string => nats.toFixed(3).replace(/^-(?=[0.]+$)/, "");

/** What a verdict does not show: half of the last digit. */
const UNSEEN = 0.0005;
const isUnseen = (nats: number): boolean => Math.abs(nats) < UNSEEN;

/** Which of the two explains held-out rows better, in words. @param found the gain, or what it is at most. */
export function verdictOn(
  found: { readonly gain: Estimate; readonly atMost: boolean },
  doubt: string | null,
  baseline: string,
): string {
  const {
    gain: { value, interval },
    atMost,
  } = found;
  const by = `${three(Math.abs(value))} nats a row`;
  const range = interval ? ` (95 % interval ${three(interval[0])} to ${three(interval[1])})` : "";
  if (doubt && atMost && interval && interval[1] <= -UNSEEN)
    return `${capital(baseline)} explains held-out rows better than the model, by at least ${three(-interval[1])} nats a row, though ${doubt}.`;
  if (doubt) return `Not decided: ${doubt}.`;
  // With many rows, or all but equal densities, a difference of no importance is far from chance.
  const decided = interval && (interval[0] > 0 || interval[1] < 0);
  if (decided ? isUnseen(value) : interval?.every(isUnseen))
    return `The model and ${baseline} explain held-out rows equally well: to 0.001 nats a row they do not differ.`;
  if (interval && interval[0] > 0) return `The model explains held-out rows better than ${baseline}, by ${by}${range}.`;
  if (interval && interval[1] < 0)
    return `${capital(baseline)} explains held-out rows better than the model, by ${by} (95 % interval ${three(-interval[1])} to ${three(-interval[0])}).`;
  return `Held-out rows do not tell the model and ${baseline} apart: the difference is ${three(value)} nats a row${range}.`;
}

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
