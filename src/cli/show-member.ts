/** One member of a set, for people. */

import type { CatalogEntry, CatalogOption, Plain } from "../catalog/index.js";

/** The part of JSON Schema that options use. */
interface Schema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly prefixItems?: readonly Schema[];
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly exclusiveMaximum?: number;
}

/** The allowed values in words: `whole number ≥ 1`, `mala | ula`, `list of number > 0`. */
export function showSchema(schema: Schema): string {
  if (schema.anyOf) return schema.anyOf.map(showSchema).join(" or ");
  if (schema.enum) return schema.enum.map(String).join(" | ");
  if (schema.const !== undefined) return String(schema.const);
  if (schema.type === "array") {
    if (schema.prefixItems) return `[${schema.prefixItems.map(showSchema).join(", ")}]`;
    return schema.items ? `list of ${showSchema(schema.items)}` : "list";
  }
  if (schema.type === "integer") return `whole number${bounds(schema)}`;
  if (schema.type === "number") return `number${bounds(schema)}`;
  if (schema.type === "boolean") return "true | false";
  return schema.type ?? "any value";
}

function bounds({ minimum, exclusiveMinimum, maximum, exclusiveMaximum }: Schema): string {
  const all = [
    ...(minimum === undefined || minimum <= Number.MIN_SAFE_INTEGER ? [] : [`≥ ${minimum}`]),
    ...(exclusiveMinimum === undefined ? [] : [`> ${exclusiveMinimum}`]),
    ...(maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? [] : [`≤ ${maximum}`]),
    ...(exclusiveMaximum === undefined ? [] : [`< ${exclusiveMaximum}`]),
  ];
  return all.length === 0 ? "" : ` ${all.join(" and ")}`;
}

function showOption({ name, default: fallback, required, about, schema }: CatalogOption): string {
  const start = required ? `${name} (required)` : fallback === null ? name : `${name} = ${JSON.stringify(fallback)}`;
  return `      ${start}: ${about} (${showSchema(schema as Schema)})`;
}

const inWords = (name: string): string => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

const isRecord = (value: Plain): value is { readonly [name: string]: Plain } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const showValue = (value: Plain): string => {
  if (Array.isArray(value)) return value.map(showValue).join(", ");
  return isRecord(value) ? fieldsOf(value).join(", ") : String(value);
};

/** The fields of a record. Of records in it those that name a member are shown; the others are for programs. */
const fieldsOf = (record: { readonly [name: string]: Plain }): string[] =>
  Object.entries(record).flatMap(([name, value]) =>
    isRecord(value) && typeof value.name !== "string" ? [] : [`${inWords(name)} ${showValue(value)}`],
  );

function showEntry([name, { about, ...rest }]: readonly [string, { readonly [name: string]: Plain }]): string {
  const fields = fieldsOf(rest).join(", ");
  return about === undefined ? `        ${name}: ${fields}` : `        ${name}: ${about}${fields && ` (${fields})`}`;
}

const isTable = (value: Plain): value is { readonly [name: string]: { readonly [name: string]: Plain } } =>
  isRecord(value) && Object.values(value).every(isRecord);

/** What a declaration says beside its options, on one line; records of records one entry a line. */
function showFacts(facts: CatalogEntry["facts"]): { readonly short: string[]; readonly tables: string[] } {
  const short: string[] = [];
  const tables: string[] = [];
  for (const [key, value] of Object.entries(facts)) {
    const name = inWords(key);
    if (isTable(value)) tables.push(`      ${name}:`, ...Object.entries(value).map(showEntry));
    else short.push(value === true ? name : value === false ? `not ${name}` : `${name}: ${showValue(value)}`);
  }
  return { short: short.length > 0 ? [`      ${short.join("; ")}`] : [], tables };
}

/** Name, meaning, source, what else its declaration says, and a line for each option. */
export function showMember({ name, about, cite, options, facts }: CatalogEntry): string {
  const { short, tables } = showFacts(facts);
  return [
    `  ${name}: ${about}`,
    ...(cite ? [`      ${cite}`] : []),
    ...short,
    ...options.map(showOption),
    ...tables,
  ].join("\n");
}
