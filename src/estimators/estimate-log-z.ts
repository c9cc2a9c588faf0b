/** Log Z by every estimator that applies, side by side, and whether they agree. */

import { type Agreement, agreement, type Opinion } from "../metrics/log-z/agreement.js";
import { fold, type Key } from "../random/key.js";
import type { Engine } from "../runtime/engine.js";
import { NumericError } from "../util/errors.js";
import { findMember } from "../util/options.js";
import type { EstimatedModel, Estimator, LogZ } from "./estimator.js";
import * as members from "./members.js";

// What an estimator's options are is of no interest to who reads it from the registry.
const all = Object.values(members) as unknown as readonly Estimator[];

export interface EstimateOptions {
  readonly key: Key;
  /** Names of the estimators to ask; all that apply unless said. */
  readonly only?: readonly string[] | undefined;
  /** Options of an estimator, by its name. */
  readonly options?: Readonly<Record<string, Readonly<Record<string, unknown>>>> | undefined;
  /** Engines that the estimators are spread over, one at a time on each; the model's own unless given. They answer the same. */
  readonly engines?: readonly Engine[] | undefined;
  /** Called before each estimator with its name. */
  readonly progress?: ((name: string) => void) | undefined;
}

export interface LogZTable {
  readonly rows: readonly ({ readonly name: string } & LogZ)[];
  /** Estimators that do not apply or failed, and why. */
  readonly skipped: readonly { readonly name: string; readonly reason: string }[];
  readonly agreement: Agreement;
}

/**
 * Ask every estimator that applies to a model and is worth its time there, each with randomness of its own, and compare what they say.
 * `const { rows, agreement } = await estimateLogZ({ energy, params, flow, flowParams, chains }, { key });`
 * @throws InputError for a name that is no estimator's, a wrong option, or when none of those asked applies.
 */
export async function estimateLogZ(
  model: EstimatedModel,
  { key, only, options = {}, engines, progress }: EstimateOptions,
): Promise<LogZTable> {
  for (const name of Object.keys(options)) findMember("estimator", all, name);
  const asked = only ? only.map((name) => findMember("estimator", all, name)) : all;
  const answers: ({ row: { name: string } & LogZ } | { skipped: { name: string; reason: string } })[] = [];
  const waiting = asked.entries();
  const askWith = async (engine: Engine | undefined): Promise<void> => {
    for (const [i, member] of waiting) {
      const { name } = member;
      const obstacle = member.whyNot(model) ?? (only ? null : member.unlessNamed(model));
      if (!obstacle) progress?.(name);
      try {
        answers[i] = obstacle
          ? { skipped: { name, reason: obstacle } }
          : { row: { name, ...(await member({ ...model, engine }, fold(key, name), options[name] as never)) } };
      } catch (error) {
        // Where one method leaves the numbers another may still answer.
        if (!(error instanceof NumericError)) throw error;
        answers[i] = { skipped: { name, reason: `failed: ${error.message}` } };
      }
    }
  };
  await Promise.all((engines ?? [model.engine]).map(askWith));
  const rows = answers.flatMap((answer) => ("row" in answer ? [answer.row] : []));
  const skipped = answers.flatMap((answer) => ("skipped" in answer ? [answer.skipped] : []));
  return { rows, skipped, agreement: compareEstimates(rows) };
}

/** Whether what estimators answered can all be right, as far as each is known to be low or high. */
export function compareEstimates(rows: readonly Omit<LogZTable["rows"][number], "ess" | "from">[]): Agreement {
  if (rows.length === 0)
    return {
      agree: null,
      verdict: "No estimator of log Z applies.",
      combined: null,
      disagreements: [],
      bounds: [null, null],
      level: 0,
    };
  return agreement(
    Object.fromEntries(
      rows.map(({ name, logZ, degrees, note, parts = null }): [string, Opinion] => {
        const { bound = null, trap } = findMember("estimator", all, name);
        return [name, { value: logZ.value, standardError: logZ.standardError, degrees, note, bound, parts, trap }];
      }),
    ),
  );
}
