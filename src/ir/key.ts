/** Texts that tell values apart, for interning nodes. */

const identities = new WeakMap<object, number>();
let count = 0;

/** A number of an object's own, for as long as it lives. */
export function identityOf(thing: object): number {
  let identity = identities.get(thing);
  if (identity === undefined) {
    identity = count++;
    identities.set(thing, identity);
  }
  return identity;
}

/**
 * Text of an operation's parameters, different where they differ: NaN, infinities and −0 keep their own, lists and
 * plain records are told apart by what they hold, any other object (an array of numbers, a function) by its identity.
 */
export function parameterKey(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (Object.is(value, -0)) return "-0";
  if (Array.isArray(value)) return `[${Array.from(value, parameterKey).join()}]`;
  if (typeof value === "function") return `@${identityOf(value)}`;
  if (typeof value !== "object" || value === null) return String(value);
  if (Object.getPrototypeOf(value) !== Object.prototype) return `@${identityOf(value)}`;
  return `{${Object.entries(value).map(([name, held]) => `${JSON.stringify(name)}:${parameterKey(held)}`)}}`;
}
