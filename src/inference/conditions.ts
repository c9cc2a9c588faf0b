/** What is asked of the rows that are drawn: columns that hold a value, or lie within bounds. */

import type { Column } from "../data/columns/column.js";
import type { Coordinates } from "../data/columns/coordinates.js";
import { InputError } from "../util/errors.js";
import { suggest } from "../util/suggest.js";

export type Relation = "=" | "<" | "<=" | ">" | ">=";

/** A column against a value, in the units of the file: a number, or a text where its cells are text. */
export interface Condition {
  readonly column: string;
  readonly relation: Relation;
  readonly value: number | string;
}

/** Conditions in the coordinates of a model, by their numbers. */
export interface Held {
  /** Coordinates that are a number. */
  readonly fixed: ReadonlyMap<number, number>;
  /** Coordinates that lie between two numbers, either of which may be infinite. */
  readonly bounds: ReadonlyMap<number, readonly [low: number, high: number]>;
}

/** Conditions as people write them: `species=Adelie, bill>45`. @throws InputError for what is none. */
export function parseConditions(text: string): Condition[] {
  return text.split(",").map((part) => {
    const found = /^\s*(.*?)\s*(<=|>=|==|=|<|>)\s*(.*?)\s*$/.exec(part);
    const [, column, relation, value] = found ?? [];
    if (!column || !relation || !value)
      throw new InputError(
        `condition ${JSON.stringify(part.trim())}: expected a column, one of = < <= > >= and a value, such as mass>45; commas part conditions`,
      );
    return { column, relation: (relation === "==" ? "=" : relation) as Relation, value };
  });
}

const shown = ({ column, relation, value }: Condition): string => `${column}${relation}${value}`;

/** The number that a value stands for in a column. @throws InputError where it stands for none. */
function cellOf(condition: Condition, { text, name }: Column): number {
  const { value } = condition;
  if (text) {
    const read = text.read(String(value));
    if (read === undefined)
      throw new InputError(`condition ${shown(condition)}: column ${name} has no ${value}; expected ${text.expected}`);
    return read;
  }
  const number = typeof value === "number" ? value : Number(value);
  if (!Number.isFinite(number) || value === "")
    throw new InputError(`condition ${shown(condition)}: ${value} is no number, and column ${name} holds numbers`);
  return number;
}

/** Part of an interval that is left out at either end. */
const EDGE = 1e-4;

/** Of a column whose cells stand for intervals: the ends of those that the condition allows. */
function intervalEnds(
  { relation }: Pick<Condition, "relation">,
  cell: number,
  { encode, decode, interval }: Column,
): readonly [number, number] {
  const nearest = decode(encode(cell, 0.5));
  const [first, last] = interval!(nearest);
  // An end itself may be rounded to the cell beyond it.
  const [low, high] = [first + EDGE * (last - first), last - EDGE * (last - first)];
  const has = {
    "=": nearest === cell,
    "<": nearest < cell,
    "<=": nearest <= cell,
    ">": nearest > cell,
    ">=": nearest >= cell,
  };
  if (relation === "=") return has["="] ? [low, high] : [1, -1];
  if (relation === ">" || relation === ">=")
    return [has[relation] ? low : last + EDGE * (last - first), Number.POSITIVE_INFINITY];
  return [Number.NEGATIVE_INFINITY, has[relation] ? high : first - EDGE * (last - first)];
}

/** What a condition asks of the coordinate of its column. */
function asked(condition: Condition, column: Column): number | readonly [number, number] {
  const { relation } = condition;
  const cell = cellOf(condition, column);
  if (column.nominal && relation !== "=")
    throw new InputError(`condition ${shown(condition)}: cells of ${column.name} have no order; ask for one by =`);
  if (column.noisy && column.interval) {
    const ends = intervalEnds(condition, cell, column);
    if (ends[0] > ends[1])
      throw new InputError(`condition ${shown(condition)}: column ${column.name} never is ${cell}`);
    return ends;
  }
  const z = column.encode(cell, 0.5);
  if (relation === "=") {
    if (!Number.isFinite(z))
      throw new InputError(`condition ${shown(condition)}: column ${column.name} cannot be ${cell}`);
    return z;
  }
  const up = relation === ">" || relation === ">=";
  // Beyond where a column lives a bound asks for nothing, or for what is never there.
  const end = Number.isNaN(z) ? (cell <= column.decode(0) ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY) : z;
  return up ? [end, Number.POSITIVE_INFINITY] : [Number.NEGATIVE_INFINITY, end];
}

/** A column that is always one value meets a condition or does not. */
function expectConstant(condition: Condition, column: Column): void {
  const [cell, own] = [cellOf(condition, column), column.decode(0)];
  const { relation } = condition;
  const holds = { "=": own === cell, "<": own < cell, "<=": own <= cell, ">": own > cell, ">=": own >= cell }[relation];
  if (!holds)
    throw new InputError(
      `condition ${shown(condition)}: column ${column.name} is ${column.text?.write(own) ?? own} in every row of the training, and the model knows no other`,
    );
}

/**
 * Conditions of columns as those of coordinates; those of one column hold together.
 * @throws InputError for a column there is not, a value it cannot have, conditions that exclude each other, or none left
 * free.
 */
export function heldBy(coordinates: Coordinates, conditions: readonly Condition[]): Held {
  const fixed = new Map<number, number>();
  const bounds = new Map<number, readonly [number, number]>();
  const names = coordinates.columns.map(({ name }) => name);
  for (const condition of conditions) {
    const j = names.indexOf(condition.column);
    if (j < 0)
      throw new InputError(
        `condition ${shown(condition)}: there is no column ${condition.column}${suggest(condition.column, names)}; there are: ${names.join(", ")}`,
      );
    const column = coordinates.columns[j]!;
    const c = coordinates.kept.indexOf(j);
    if (c < 0) {
      expectConstant(condition, column);
      continue;
    }
    const found = asked(condition, column);
    if (typeof found === "number") {
      if (fixed.has(c) && fixed.get(c) !== found)
        throw new InputError(
          `condition ${shown(condition)}: column ${column.name} is asked to be something else as well`,
        );
      fixed.set(c, found);
      continue;
    }
    const [low, high] = bounds.get(c) ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    bounds.set(c, [Math.max(low, found[0]), Math.min(high, found[1])]);
  }
  for (const [c, [low, high]] of bounds) {
    const own = fixed.get(c);
    const name = coordinates.names[c]!;
    if (
      !(low < high) ||
      low === Number.POSITIVE_INFINITY ||
      high === Number.NEGATIVE_INFINITY ||
      (own !== undefined && !(own >= low && own <= high))
    )
      throw new InputError(`no row can meet what is asked of column ${name}: the conditions exclude each other`);
    if (own !== undefined || (low === Number.NEGATIVE_INFINITY && high === Number.POSITIVE_INFINITY)) bounds.delete(c);
  }
  if (fixed.size === coordinates.width)
    throw new InputError("every column is given by the conditions, so that nothing is left to draw; leave one free");
  return { fixed, bounds };
}
