/** Options declared once, as a zod object: default, bounds and meaning; strict, with a suggestion for a misspelt name. */

import { z } from "zod";
import { InputError } from "./errors.js";
import { suggest } from "./suggest.js";

/** What every registered member says of itself. */
export interface Declaration<Options extends z.ZodObject = z.ZodObject> {
  /** Unique within its set, kebab case: what a user types. */
  readonly name: string;
  /** One sentence. */
  readonly about: string;
  /** Author (year), title: where the method or the target comes from. */
  readonly cite?: string;
  readonly options: Options;
}

/** No options at all. */
export const noOptions: z.ZodObject<Record<never, never>> = z.object({});

/** What `meta` of an option takes that changes most of what is seen or learned: forms show it before the others. */
export const essential: { readonly essential: true } = { essential: true };

const at = (path: readonly PropertyKey[]): string => path.map(String).join(".");

/**
 * Defaults filled in and every value checked.
 * @param what names the owner in the message, such as `sampler mala`.
 * @throws InputError naming the option, what was given and what is allowed.
 */
export function parseOptions<Options extends z.ZodObject>(
  what: string,
  options: Options,
  given: unknown = {},
): z.output<Options> {
  const parsed = options.strict().safeParse(given);
  if (parsed.success) return parsed.data as z.output<Options>;
  const issue = parsed.error.issues[0]!;
  throw new InputError(`${what}: ${describeIssue(issue, options)}`, issuePath(issue));
}

/** The keys that lead to what an issue is about. */
export const issuePath = (issue: z.core.$ZodIssue): string[] => [
  ...issue.path.map(String),
  ...(issue.code === "unrecognized_keys" ? [issue.keys[0]!] : []),
];

/** One readable clause for a zod issue, with "did you mean" for unknown keys. */
export function describeIssue(issue: z.core.$ZodIssue, schema?: z.ZodObject): string {
  if (issue.code === "unrecognized_keys") {
    const key = issue.keys[0]!;
    const known = schema === undefined || issue.path.length > 0 ? [] : Object.keys(schema.shape);
    const prefix = issue.path.length > 0 ? `${at(issue.path)}.` : "";
    return `unknown option ${prefix}${key}${suggest(key, known)}`;
  }
  return issue.path.length > 0 ? `option ${at(issue.path)}: ${issue.message}` : issue.message;
}

/** An option as `list`, forms and reference pages show it. */
export interface OptionInfo {
  readonly name: string;
  readonly default: unknown;
  readonly about: string;
  /** Whether it changes most of what is seen or learned, so that forms show it before the others. */
  readonly essential: boolean;
  /** JSON Schema of its values. */
  readonly schema: unknown;
}

/** Every option of a declaration, for people and programs. */
export function listOptions(options: z.ZodObject): OptionInfo[] {
  const defaults = options.safeParse({});
  return Object.entries(options.shape).map(([name, schema]) => ({
    name,
    default: defaults.success ? ((defaults.data as Record<string, unknown>)[name] ?? null) : null,
    about: (schema as z.ZodType).description ?? "",
    essential: (schema as z.ZodType).meta()?.essential === true,
    schema: schemaOf(schema as z.ZodType),
  }));
}

/** What forms are told of an option is none of its values. */
function schemaOf(option: z.ZodType): unknown {
  const { essential: _, ...schema } = z.toJSONSchema(option, { unrepresentable: "any", io: "input" });
  return schema;
}

/** The member of a set with that name. @throws InputError with a suggestion. */
export function findMember<M extends { readonly name: string }>(set: string, members: readonly M[], name: string): M {
  const found = members.find((m) => m.name === name);
  if (found) return found;
  const names = members.map((m) => m.name);
  throw new InputError(`unknown ${set} ${JSON.stringify(name)}${suggest(name, names)}; there are: ${names.join(", ")}`);
}

/** A function with facts on it, among them its `name`, which plain assignment cannot change. */
export function callable<Call extends (...given: never[]) => unknown, Facts extends object>(
  call: Call,
  facts: Facts,
): Call & Facts {
  return Object.defineProperties(call, Object.getOwnPropertyDescriptors(facts)) as Call & Facts;
}
