/** The part of the plane that a picture begins with. */

import type { FloatTensor } from "ebbflow";
import type { Distribution } from "ebbflow/data";
import type { Box } from "./messages.js";

/** A margin beyond what there is, as a share of it. */
const MARGIN = 0.12;

type Range = readonly [low: number, high: number];

const wider = ([low, high]: Range): Range => {
  const margin = MARGIN * (high - low || 1);
  return [low - margin, high + margin];
};

/** A square that holds the law behind the rows, or else the rows; columns of other units keep their own shape. */
export function boxOf(rows: FloatTensor, law: Distribution | undefined): Box {
  const d = rows.shape[1]!;
  const ranges = [0, Math.min(1, d - 1)].map((axis): Range => {
    if (law?.box[axis]) return wider(law.box[axis]);
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let i = axis; i < rows.data.length; i += d) {
      low = Math.min(low, rows.data[i]!);
      high = Math.max(high, rows.data[i]!);
    }
    return wider([low, high]);
  }) as [Range, Range];
  return law ? square(ranges) : ranges;
}

function square(ranges: readonly [Range, Range]): Box {
  const half = Math.max(...ranges.map(([low, high]) => (high - low) / 2));
  return ranges.map(([low, high]) => [(low + high) / 2 - half, (low + high) / 2 + half]) as unknown as Box;
}
