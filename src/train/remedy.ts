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
  /** By what factor a number goes up or down, 2 unless said; without a way it goes up. */
  readonly by?: number;
  /** No number goes up beyond it. */
  readonly most?: number;
  /** What is set where it is switched on, true unless said. */
  readonly on?: unknown;
  /** What it trains otherwise: it is no remedy where nothing of that is trained. */
  readonly group?: string;
}

/** A remedy as what it sets in one configuration; plain data. */
export interface Suggestion {
  /** As an imperative clause. */
  readonly words: string;
  /** The full key, dotted. */
  readonly key: string;
  readonly now: unknown;
  /** What it is set to. */
  readonly value: unknown;
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

/** The remedies that a configuration has a key for and has not yet, and those of these that can be carried further. */
function choose(remedies: readonly Remedy[], settings: Settings | undefined) {
  const possible = settings ? remedies.filter((remedy) => applies(remedy, settings)) : remedies;
  const fresh = settings ? possible.filter((remedy) => !hasRemedy(remedy, settings)) : possible;
  return { possible, fresh, further: possible.filter(({ way }) => way === "up" || way === "down") };
}

/**
 * The remedies as one sentence, without those that the configuration has already or has no key for; where it has them
 * all, what can be carried further.
 * @param settings of the configuration; of an unknown one all are named.
 */
export function adviceOf(remedies: readonly Remedy[], settings?: Settings): string {
  const { possible, fresh, further } = choose(remedies, settings);
  const said = (some: readonly Remedy[]): string[] => some.map((remedy) => say(remedy, settings));
  if (fresh.length > 0) return sentence(said(fresh));
  if (further.length > 0) return `What is advised is set already; go further: ${sentence(said(further), false)}`;
  return possible.length > 0 ? "What is advised is set already." : "None of the usual remedies applies here.";
}

/** What `adviceOf` names of one configuration, as data: what each sets to what. One that sets nothing is left out. */
export function suggestionsOf(remedies: readonly Remedy[], settings: Settings): readonly Suggestion[] {
  const { fresh, further } = choose(remedies, settings);
  return (fresh.length > 0 ? fresh : further).flatMap((remedy) => {
    if (remedy.key === undefined) return [];
    const now = settings.value(remedy.key);
    const value = settingOf(remedy, now);
    if (value === undefined || value === now) return [];
    return [{ words: remedy.words, key: settings.key(remedy.key), now, value }];
  });
}

/** What a remedy sets a key to that is `now` something; `undefined` where it does not know. */
function settingOf({ way, by = 2, most = Number.POSITIVE_INFINITY, on = true }: Remedy, now: unknown): unknown {
  if (typeof way === "object") return way.to;
  if (way === "on") return on;
  if (typeof now !== "number") return undefined;
  return Number((way === "down" ? now / by : Math.min(most, now * by)).toPrecision(6));
}

function sentence(clauses: readonly string[], capital = true): string {
  const listed = clauses.length < 2 ? clauses.join() : `${clauses.slice(0, -1).join(", ")}, or ${clauses.at(-1)}`;
  return `${capital ? listed.slice(0, 1).toUpperCase() + listed.slice(1) : listed}.`;
}
