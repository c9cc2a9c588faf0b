/** The law of each column of a row given its other columns, in the units of the data. */

import { cellsBetween } from "../data/columns/cells-between.js";
import type { Column } from "../data/columns/column.js";
import { type Line, lineOver } from "../inference/column-ratios.js";
import { closeProfilesOf, logsOf, masses, type Profile, topOf } from "../inference/profiles.js";
import type { FloatTensor } from "../util/tensor.js";
import type { TrainedParts } from "./parts.js";
import { linesOf } from "./reasons.js";

/** `p(value | the other cells of the row)`. */
export interface ColumnSlice {
  readonly column: string;
  /** In the units of the data, ascending; categories in the order of their intervals. */
  readonly values: Float64Array;
  /** Nats: of numbers a log-density in the units of the data, of cells their log-probability. */
  readonly logDensity: Float64Array;
  /** Whether the values are cells with probabilities, beside which there are no others. */
  readonly cells: boolean;
}

/** Cells of one column that have probabilities of their own: more are drawn as a density. */
const MOST = 64;
/** How far apart, in the coordinates of the model, an interval is looked at, and at how many places at least. */
const [APART, PLACES] = [0.1, 9] as const;
/** Beyond it a coordinate of categories has nothing. */
const FAR = 8;

/** Where a coordinate is looked at: its own values, or places in the intervals of cells. */
interface Places {
  readonly values: Float64Array;
  readonly cells?: readonly { readonly cell: number; readonly from: number; readonly to: number }[];
}

const evenly = (low: number, high: number, n: number): Float64Array =>
  Float64Array.from({ length: n }, (_, i) => low + ((high - low) * i) / (n - 1));

function placesOf(column: Column, line: Line, own: number): Places {
  if (line.states) return { values: line.values };
  const values = lineOver([line.values[0]!, line.values.at(-1)!, own]).values;
  const inside = own >= line.values[0]! && own <= line.values.at(-1)! ? line.values : values;
  const [low, high] = column.nominal ? [-FAR, FAR] : [inside[0]!, inside.at(-1)!];
  const cells = column.noisy ? cellsBetween(column, low, high, MOST + 1) : [];
  if (cells.length === 0 || cells.length > MOST) return { values: inside };
  const parts: number[] = [];
  const found = cells.map((cell) => {
    const [a, b] = column.interval!(cell);
    const from = parts.length;
    parts.push(...evenly(a, b, Math.max(PLACES, Math.ceil((b - a) / APART) + 1)));
    return { cell, from, to: parts.length };
  });
  return { values: Float64Array.from(parts), cells: found };
}

/** The logarithm of what lies under a profile. */
const logMass = (profile: Profile): number => {
  const top = profile.logs[topOf(profile)]!;
  return top + Math.log(masses(profile, top, top)[0]);
};

const normalised = (logs: Float64Array): Float64Array => {
  const top = Math.max(...logs);
  const total = top + Math.log(logs.reduce((sum, v) => sum + Math.exp(v - top), 0));
  return logs.map((v) => v - total);
};

function sliceOf(column: Column, { cells }: Places, profile: Profile, states: boolean): ColumnSlice {
  const { name } = column;
  const { values, logs } = profile;
  if (states) return { column: name, values: values.map(column.decode), logDensity: normalised(logs), cells: true };
  if (cells) {
    const own = cells.map(({ from, to }) =>
      logMass({ values: values.subarray(from, to), logs: logs.subarray(from, to) }),
    );
    return {
      ...{ column: name, values: Float64Array.from(cells, ({ cell }) => cell), cells: true },
      logDensity: normalised(Float64Array.from(own)),
    };
  }
  const all = logMass(profile);
  // A lattice that is too fine for cells is a line.
  const { affine } = column;
  const decode = column.noisy && affine ? (z: number) => affine.mean + affine.scale * z : column.decode;
  const inUnits = values.map(decode);
  const bend = (i: number): number =>
    typeof column.logDet === "number" ? column.logDet : column.logDet(inUnits[i]!, values[i]!);
  const kept = [...values.keys()].filter((i) => Number.isFinite(bend(i)));
  return {
    ...{ column: name, cells: false, values: Float64Array.from(kept, (i) => inUnits[i]!) },
    logDensity: Float64Array.from(kept, (i) => logs[i]! - all + bend(i)),
  };
}

/**
 * Of one row `(1, columns)`, by the energies of points; a column that is the same in every row has none. Another cell that
 * stands for an interval is its middle.
 * @throws InputError where coordinates cannot change alone.
 */
export async function slicesOf(
  { model, data: { coordinates, seen } }: Pick<TrainedParts, "model" | "data">,
  row: FloatTensor,
  energies: (points: FloatTensor) => Promise<Float64Array>,
): Promise<readonly ColumnSlice[]> {
  const { columns, kept, width } = coordinates;
  const point = coordinates.encode(row).data;
  const lines = linesOf(model.energy?.support, seen.train, width);
  const places = lines.map((line, c) => placesOf(columns[kept[c]!]!, line, point[c]!));
  const profiles = await closeProfilesOf(
    logsOf(energies),
    point,
    places.map(({ values }) => values),
    // The places of cells and of states are those that count.
    places.map(({ cells }, c) => cells === undefined && !lines[c]!.states),
  );
  return places.map((one, c) => sliceOf(columns[kept[c]!]!, one, profiles[c]!, lines[c]!.states === true));
}
