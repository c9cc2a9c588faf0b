/** New rows of a model on conditions, in the units of its data. */

import type { Column } from "../data/columns/column.js";
import { type Condition, type Held, heldBy, parseConditions } from "../inference/conditions.js";
import type { Density } from "../inference/density.js";
import { drawGiven, type GivenPoints } from "../inference/draw-given.js";
import { type Extrapolation, extrapolationsFrom, showExtrapolation } from "../inference/extrapolation.js";
import { oneClass } from "../inference/one-class.js";
import { type Pool, poolOf } from "../inference/pool.js";
import { importanceMean } from "../metrics/log-z/importance.js";
import type { Estimate } from "../metrics/metric.js";
import { fold, type Key } from "../random/key.js";
import { InputError } from "../util/errors.js";
import { type FloatTensor, type Tensor, tensor } from "../util/tensor.js";
import type { TrainedParts } from "./parts.js";

export interface WhereOptions {
  readonly n: number;
  /** Conditions, all of which hold, or as people write them: `species=Adelie, bill>45`. */
  readonly where: readonly Condition[] | string;
  readonly key: Key;
  /** Rows of one class only, by its name, where the model knows classes. */
  readonly class?: string | undefined;
  /** Chains in parallel, one for every 100 rows unless said, 4 to 32. */
  readonly chains?: number | undefined;
  /** Steps before the first draw, 200 unless said, and from one draw to the next, 3 unless said. */
  readonly warmup?: number | undefined;
  readonly thin?: number | undefined;
  /** Told after every few steps. */
  readonly progress?: ((done: number, total: number) => void) | undefined;
}

export interface DrawnWhere extends Pick<GivenPoints, "verdict" | "jumps"> {
  /** `(n, columns)` in the units of the data. */
  readonly points: Tensor<Float64Array>;
  /** How often the model meets conditions that are not of a single number; `null` where there are such, or it is not known. */
  readonly share: Estimate | null;
  /** Where rows of the training say nothing of what is asked, in words; `null` where they do. */
  readonly note: string | null;
}

/** Share of the draws whose density carries the estimate of a share. */
function shareOf({ x, logWeights }: Pool, { fixed, bounds }: Held): Estimate | null {
  if (fixed.size > 0 || bounds.size === 0) return null;
  const [n, d] = x.shape as [number, number];
  const values = Float64Array.from({ length: n }, (_, i) =>
    [...bounds].every(([c, [low, high]]) => x.data[i * d + c]! >= low && x.data[i * d + c]! <= high) ? 1 : 0,
  );
  const { mean, note } = importanceMean({ logWeights, values });
  return note === null && values.includes(1) ? mean : null;
}

/** Whether a cell meets a condition of its column. */
function meets(cell: number, { relation, value }: Condition, { text }: Column): boolean {
  const own = text ? text.read(String(value)) : Number(value);
  if (own === undefined) return false;
  return { "=": cell === own, "<": cell < own, "<=": cell <= own, ">": cell > own, ">=": cell >= own }[relation];
}

/** What the rows of the training say of the conditions. */
function noteOn({ data }: TrainedParts, held: Held, conditions: readonly Condition[]): string | null {
  const { coordinates, seen, columns } = data;
  const rows = coordinates.decode(seen.train);
  const [n, d] = rows.shape as [number, number];
  // A number of a continuous column is met by no row: what counts there is whether there are rows near it.
  const near = new Set([...held.fixed.keys()].map((c) => coordinates.kept[c]!));
  const exact = conditions.filter(({ column }) => !near.has(columns.indexOf(column)));
  const met = Array.from({ length: n }, (_, i) =>
    exact.every((one) => {
      const j = columns.indexOf(one.column);
      return meets(rows.data[i * d + j]!, one, coordinates.columns[j]!);
    }),
  ).filter(Boolean).length;
  if (met === 0)
    return `none of ${n} rows of the training meets ${exact.map(({ column, relation, value }) => `${column}${relation}${value}`).join(", ")}: what is drawn is the model's own law there`;
  const told = outside(rows, held, coordinates.kept, conditions, columns);
  return told && `${told}: what is drawn is the model's own law there`;
}

function outside(
  rows: FloatTensor,
  { fixed }: Held,
  kept: readonly number[],
  conditions: readonly Condition[],
  columns: readonly string[],
): string | null {
  if (fixed.size === 0) return null;
  const row = new Float64Array(columns.length).fill(Number.NaN);
  for (const { column, value } of conditions) {
    const j = columns.indexOf(column);
    if (fixed.has(kept.indexOf(j))) row[j] = Number(value);
  }
  const given = [...fixed.keys()].map((c) => kept[c]!).sort((a, b) => a - b);
  const found: readonly Extrapolation[] = extrapolationsFrom(rows)(tensor(row, [1, row.length]), [0], given);
  return found[0] ? `the rows of the training have not shown ${showExtrapolation(found[0], columns)}` : null;
}

/**
 * Rows on conditions.
 * @throws InputError for conditions that are none, that no row can meet, or points that are not real.
 */
export async function drawWhere(
  parts: TrainedParts,
  whole: Density,
  flow: Parameters<typeof poolOf>[1],
  options: WhereOptions,
): Promise<DrawnWhere> {
  const { n, where, key, class: named, warmup = 200, thin = 3 } = options;
  const { coordinates, seen } = parts.data;
  const chains = options.chains ?? Math.min(32, Math.max(4, Math.floor(n / 100)));
  const own = named === undefined ? undefined : oneClass(whole.energy, seen, named);
  const density = own ? { ...whole, energy: own.energy } : whole;
  // The flow is one of all classes.
  const fitted = own ? null : flow;
  const conditions = typeof where === "string" ? parseConditions(where) : where;
  if (conditions.length === 0) throw new InputError("there are no conditions; give at least one, such as mass>45");
  if (!Number.isInteger(n) || n < 1) throw new InputError(`expected a whole number of points from 1, got ${n}`);
  if (density.energy.support.kind !== "real")
    throw new InputError(
      `points are ${density.energy.support.kind}; rows on conditions are drawn where they are real numbers`,
    );
  const held = heldBy(coordinates, conditions);
  const pool = await poolOf(density, fitted, own?.rows ?? seen.train, fold(key, "pool"));
  const drawn = await drawGiven(density, held, pool, {
    ...{ n, key, warmup, thin, chains: Math.min(chains, n), names: coordinates.names },
    progress: options.progress,
  });
  const points = coordinates.decode(drawn.points);
  // What is asked to be a number is that number, with all its digits.
  for (const { column, relation, value } of conditions) {
    const j = coordinates.columns.findIndex(({ name }) => name === column);
    if (relation !== "=" || !held.fixed.has(coordinates.kept.indexOf(j))) continue;
    for (let i = 0; i < n; i++) points.data[i * coordinates.columns.length + j] = Number(value);
  }
  return {
    points,
    verdict: drawn.verdict,
    jumps: drawn.jumps,
    share: fitted ? shareOf(pool, held) : null,
    note: noteOn(parts, held, conditions),
  };
}
