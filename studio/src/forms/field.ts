/** What a field of a form is, from the JSON Schema of an option. */

/** A field by the kind of its values. `nullable` ones take `null`, which is shown as an empty choice. */
export type Field = { readonly nullable: boolean } & (
  | { readonly kind: "number"; readonly integer: boolean; readonly low: number | null; readonly high: number | null }
  | { readonly kind: "choice"; readonly values: readonly (string | boolean)[] }
  | { readonly kind: "switch" }
  /** Several numbers, as `64, 64`; as many as `length`, where that is fixed. Where `single`, one alone is no list. */
  | { readonly kind: "numbers"; readonly length: number | null; readonly single: boolean }
  /** A word, or what another field takes. */
  | { readonly kind: "either"; readonly words: readonly string[]; readonly other: Field }
  /** Anything else, as JSON. */
  | { readonly kind: "json" }
);

interface Schema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema | false;
  readonly prefixItems?: readonly Schema[];
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly exclusiveMaximum?: number;
}

const isNumber = ({ type }: Schema): boolean => type === "number" || type === "integer";
const wordsOf = (schema: Schema): readonly unknown[] =>
  schema.enum ?? (typeof schema.const === "string" ? [schema.const] : []);

/** The field of an option. @param given the JSON Schema of its values, as the catalogue has it. */
export function fieldOf(given: unknown): Field {
  const schema = (given ?? {}) as Schema;
  const all = schema.anyOf ?? [schema];
  const some = all.filter(({ type }) => type !== "null");
  return { ...fieldOfSome(some), nullable: some.length < all.length };
}

function fieldOfSome(some: readonly Schema[]): Field {
  const nullable = false;
  const words = some.flatMap(wordsOf) as string[];
  const others = some.filter((schema) => wordsOf(schema).length === 0);
  const [only] = others;
  if (!only) return words.length > 0 ? { kind: "choice", values: words, nullable } : { kind: "json", nullable };
  if (words.length > 0 && others.every(({ type }) => type === "boolean"))
    return { kind: "choice", values: [true, false, ...words], nullable };
  const other = fieldOfPlain(others);
  return words.length > 0 ? { kind: "either", words, other, nullable } : other;
}

/** The field of schemas none of which is a word. */
function fieldOfPlain(others: readonly Schema[]): Field {
  const nullable = false;
  const [only] = others as [Schema];
  // A number, or one for each of several: several of which one is enough.
  const lists = others.filter(isNumbers);
  if (lists.length > 0 && others.every((schema) => isNumber(schema) || isNumbers(schema)))
    return { kind: "numbers", length: lengthOf(lists[0]!), single: lists.length < others.length, nullable };
  if (others.length > 1) return { kind: "json", nullable };
  if (only.type === "boolean") return { kind: "switch", nullable };
  if (!isNumber(only)) return { kind: "json", nullable };
  const { minimum, exclusiveMinimum, maximum, exclusiveMaximum } = only;
  const high = maximum ?? exclusiveMaximum ?? null;
  return {
    ...{ kind: "number", integer: only.type === "integer", low: minimum ?? exclusiveMinimum ?? null, nullable },
    // The largest whole number that there is is no bound that anybody has to know.
    high: high === Number.MAX_SAFE_INTEGER ? null : high,
  };
}

const isNumbers = ({ type, items, prefixItems }: Schema): boolean =>
  type === "array" && (prefixItems ? prefixItems.every(isNumber) : Boolean(items) && isNumber(items as Schema));

const lengthOf = ({ prefixItems, minItems, maxItems }: Schema): number | null =>
  prefixItems?.length ?? (minItems !== undefined && minItems === maxItems ? minItems : null);

/** What an arrow key adds to a number: a digit below that of what is usual, or a hundredth of a short range. */
export function stepOf(field: Extract<Field, { kind: "number" }>, usual: unknown): number {
  if (field.integer) return 1;
  const size = typeof usual === "number" && usual !== 0 ? Math.abs(usual) : 0;
  if (size > 0) return Number((10 ** (Math.ceil(Math.log10(size)) - 1)).toPrecision(1));
  const { low, high } = field;
  return low !== null && high !== null ? Number(((high - low) / 100).toPrecision(1)) : 0.1;
}

/** A value as a text field shows it. */
export const showValue = (value: unknown): string => {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value) && value.length > 0 && value.every((v) => typeof v === "number")) return value.join(", ");
  return typeof value === "string" ? value : JSON.stringify(value);
};

/**
 * The value that a text stands for: `undefined`, what is usual, for none. What is no such value stays the text that it
 * is, for the library to say what is wrong with it.
 */
export function readText(field: Field, text: string): unknown {
  const trimmed = text.trim();
  if (trimmed === "") return undefined;
  if (field.kind === "number") return Number.isNaN(Number(trimmed)) ? trimmed : Number(trimmed);
  if (field.kind === "numbers") {
    const parts = trimmed
      .replace(/^\[|\]$/g, "")
      .split(/[\s,;]+/)
      .filter(Boolean)
      .map(Number);
    if (parts.some(Number.isNaN)) return trimmed;
    return field.single && parts.length === 1 ? parts[0] : parts;
  }
  try {
    return JSON.parse(trimmed);
  } catch {
    return trimmed;
  }
}

/** The bounds of a field in words; empty where it has none. */
export function boundsOf(field: Field): string {
  if (field.kind === "numbers") {
    const several = field.length === null ? "numbers, with commas between" : `${field.length} numbers`;
    return field.single ? `a number, or ${several}` : several;
  }
  if (field.kind !== "number") return "";
  const { low, high } = field;
  if (low !== null && high !== null) return `${low} to ${high}`;
  if (low !== null) return low === 0 ? "above 0" : `from ${low}`;
  return high === null ? "" : `up to ${high}`;
}

/** The name of an option as words: `localSteps` is `local steps`. */
export const wordsOfName = (name: string): string =>
  name
    .split(".")
    .at(-1)!
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .replace(/([a-z])(\d)/g, "$1 $2")
    .toLowerCase();
