/** Configurations as flat records of dotted keys, `objective.chains`, and back. */

export type Config = Readonly<Record<string, unknown>>;

export const isRecord = (value: unknown): value is Config =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  Object.getPrototypeOf(value) === Object.prototype;

/** Every value that is no record itself, by its dotted key, in order. */
export function flatten(config: Config, prefix = ""): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(config).flatMap(([name, value]) =>
      isRecord(value) && Object.keys(value).length > 0
        ? Object.entries(flatten(value, `${prefix}${name}.`))
        : [[`${prefix}${name}`, value]],
    ),
  );
}

/** The configuration of dotted keys. A key that begins with another adds to what that one says. */
export function nest(flat: Config): Record<string, unknown> {
  const config: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(flat)) {
    const path = key.split(".");
    let at = config;
    for (const name of path.slice(0, -1)) {
      if (!isRecord(at[name])) at[name] = {};
      at = at[name] as Record<string, unknown>;
    }
    at[path.at(-1)!] = value;
  }
  return config;
}

/** The value of a dotted key. */
export const valueAt = (config: Config, key: string): unknown =>
  key.split(".").reduce<unknown>((at, name) => (isRecord(at) ? at[name] : undefined), config);

/** With a value at a dotted key; without the key where the value is `undefined`. */
export function withValue(config: Config, key: string, value: unknown): Record<string, unknown> {
  const { [key]: _, ...flat } = flatten(config);
  const others = Object.fromEntries(Object.entries(flat).filter(([name]) => !name.startsWith(`${key}.`)));
  return nest(value === undefined ? others : { ...others, [key]: value });
}

/** With a value at a dotted key that has none. */
export const withUsual = (config: Config, key: string, value: unknown): Config =>
  valueAt(config, key) === undefined ? withValue(config, key, value) : config;
