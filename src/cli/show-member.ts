/** One member of a set, for people. */

import type { Listed, ListedGroup, ListedOption } from "./sets.js";

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

function showOption({ name, default: fallback, required, about, schema }: ListedOption): string {
  const start = required ? `${name} (required)` : fallback === null ? name : `${name} = ${JSON.stringify(fallback)}`;
  return `      ${start}: ${about} (${showSchema(schema as Schema)})`;
}

const showGroup = ({ name, about, optimizer: { name: by, ...options } }: ListedGroup): string =>
  `      optimizer.${name} = ${[by, ...Object.entries(options).map(([key, value]) => `${key} ${value}`)].join(", ")}: of ${about}`;

/** Name, meaning, source, a line for each option and each parameter group of its own, and what is reported. */
export function showMember({ name, about, cite, options, groups = [], metrics = [] }: Listed): string {
  return [
    `  ${name}: ${about}`,
    ...(cite ? [`      ${cite}`] : []),
    ...options.map(showOption),
    ...groups.map(showGroup),
    ...(metrics.length > 0 ? [`      reports ${metrics.map((metric) => metric.name).join(", ")}`] : []),
  ].join("\n");
}
