/** What to do about a finding: of the remedies there are, those that the configuration does not have already. */

/** One thing to do. */
export interface Remedy {
  /** As an imperative clause. */
  readonly words: string;
  /** The key of a configuration that it sets, dotted: without that key in a configuration it is no remedy there. */
  readonly key?: string;
  /**
   * How it sets it: a number above or below the usual one, or another value. A configuration that has gone that way
   * already has the remedy. Without a way it can be done again and again, such as training for longer.
   */
  readonly way?: "up" | "down" | { readonly to: unknown } | "on";
  /** What it trains otherwise: it is no remedy where nothing of that is trained. */
  readonly group?: string;
}

/** What a configuration says of a key, dotted; `undefined` where it has no such key. */
export interface Settings {
  /** The full key that it stands for in the configuration. */
  key(key: string): string;
  value(key: string): unknown;
  /** What it would be if nobody had said anything. */
  usual(key: string): unknown;
  /** Groups that are no parameters to train, such as those of a flow that is fitted and then given. */
  readonly fixed?: readonly string[];
}

/** Whether a configuration has a remedy already. */
export function hasRemedy({ key, way }: Remedy, settings: Settings): boolean {
  if (key === undefined || way === undefined) return false;
  const value = settings.value(key);
  if (way === "on") return Boolean(value);
  if (typeof way === "object") return value === way.to;
  const usual = settings.usual(key);
  if (typeof value !== "number" || typeof usual !== "number") return false;
  return way === "up" ? value > usual : value < usual;
}

const applies = ({ key, group }: Remedy, { value, fixed = [] }: Settings): boolean =>
  (key === undefined || value(key) !== undefined) && !(group !== undefined && fixed.includes(group));

/** `give the data a larger share (objective.dataShare, now 0.2)` */
function say({ words, key }: Remedy, settings: Settings | undefined): string {
  if (key === undefined) return words;
  const now = settings?.value(key);
  return `${words} (${settings?.key(key) ?? key}${typeof now === "number" ? `, now ${now}` : ""})`;
}

/**
 * The remedies as one sentence, without those that the configuration has already or has no key for; where it has them
 * all, what can be carried further.
 * @param settings of the configuration; of an unknown one all are named.
 */
export function adviceOf(remedies: readonly Remedy[], settings?: Settings): string {
  const possible = settings ? remedies.filter((remedy) => applies(remedy, settings)) : remedies;
  const fresh = settings ? possible.filter((remedy) => !hasRemedy(remedy, settings)) : possible;
  const named = fresh.map((remedy) => say(remedy, settings));
  if (named.length > 0) return sentence(named);
  const further = possible.filter(({ way }) => way === "up" || way === "down").map((remedy) => say(remedy, settings));
  if (further.length > 0) return `What is advised is set already; go further: ${sentence(further, false)}`;
  return possible.length > 0 ? "What is advised is set already." : "None of the usual remedies applies here.";
}

function sentence(clauses: readonly string[], capital = true): string {
  const listed = clauses.length < 2 ? clauses.join() : `${clauses.slice(0, -1).join(", ")}, or ${clauses.at(-1)}`;
  return `${capital ? listed.slice(0, 1).toUpperCase() + listed.slice(1) : listed}.`;
}
