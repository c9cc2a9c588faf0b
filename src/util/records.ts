/** Records as small trees: names are prefixed on the way in and stripped on the way out. */

export type Named<T> = Readonly<Record<string, T>>;

/** Every name behind a prefix. */
export const withPrefix = <T>(prefix: string, record: Named<T>): Record<string, T> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [`${prefix}${name}`, value]));

/** The entries whose names begin with a prefix, without it. */
export const underPrefix = <T>(prefix: string, record: Named<T>): Record<string, T> =>
  Object.fromEntries(
    Object.keys(record)
      .filter((name) => name.startsWith(prefix))
      .map((name) => [name.slice(prefix.length), record[name]!]),
  );

/** The same names, other values. */
export const mapValues = <T, U>(record: Named<T>, f: (value: T, name: string) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, f(value, name)]));

/** Without the entries that are `undefined`. */
export const defined = <T>(record: Named<T | undefined>): Record<string, T> =>
  Object.fromEntries(Object.entries(record).filter((entry): entry is [string, T] => entry[1] !== undefined));

/** The entry of a name, whatever it is called: `constructor` is none that was given. */
export const entryOf = <T>(record: Named<T> | undefined, name: string): T | undefined =>
  record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
