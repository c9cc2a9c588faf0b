/** Slices of a model through a row: its columns one by one, and planes of two of them. */

import type { FloatTensor, Trained } from "ebbflow";
import { energyOf } from "ebbflow/energies";
import type { Box } from "../messages.js";
import { most } from "../parts/law.js";
import { linesOf } from "../parts/lines.js";
import { logSum } from "../parts/log-sum.js";
import type { PlaneSlice, Slice } from "./answers.js";
import { type Axis, planeOf, rangeOf } from "./axes.js";
import { cellText } from "./cells.js";

/** The law of each column given the others. @param row whole. */
export async function slicesOf(model: Trained, axes: readonly Axis[], row: FloatTensor): Promise<Slice[]> {
  const found = await model.slices(row);
  return found.map(({ column, values, logDensity, cells }) => {
    const j = model.columns.indexOf(column);
    return {
      ...{ column, logDensity, cells },
      values: values.map((cell) => axes[j]!.at(cell)),
      texts: cells ? Array.from(values, (cell) => cellText(model, j, cell)) : [],
      own: axes[j]!.at(row.data[j]!),
      text: cellText(model, j, row.data[j]!),
    };
  });
}

export interface PlaneQuestion {
  /** Names of the columns of the two axes. */
  readonly pair: readonly [string, string];
  /** The part of the plane; all of it unless said. */
  readonly box: Box | null;
  readonly side: number;
}

/** Planes of a model. @param rows of the training as they lie on axes, which say how large a plane is. */
export function planesOf(model: Trained, axes: readonly Axis[], rows: Float32Array) {
  const energy = energyOf(model.energy);
  const { coordinates } = model.data;
  const d = model.columns.length;
  return async (row: FloatTensor, { pair, box, side }: PlaneQuestion): Promise<PlaneSlice> => {
    const [a, b] = pair.map((name) => model.columns.indexOf(name)) as [number, number];
    if (a < 0 || b < 0 || a === b)
      throw new Error(`A plane has two of the columns; there are: ${model.columns.join(", ")}.`);
    const whole: Box = [rangeOf(axes[a]!, rows, d, a), rangeOf(axes[b]!, rows, d, b)];
    const order = {
      ...{ point: coordinates.encode(row).data, coordinates, side },
      ...{ axes: [axes[a]!, axes[b]!] as const, pair: [a, b] as const },
      energies: (points: FloatTensor) => energy(points, model.params.energy),
    };
    const all = await planeOf({ ...order, box: whole });
    const logs = box ? await planeOf({ ...order, box }) : all;
    const area = whole.reduce(
      (v, [low, high], k) => v * (order.axes[k]!.cells ? order.axes[k]!.cells!.length : high - low),
      1,
    );
    const logZ = logSum(all) + Math.log(area / side ** 2);
    const seen = { box: box ?? whole, side };
    const top = most(all) - logZ;
    const straight = order.axes.every(({ cells }) => cells === null);
    return {
      numbers: {
        energy: Float32Array.from(logs, (v) => -v),
        logZ,
        top,
        lines: straight
          ? linesOf(
              logs.map((v) => v - logZ),
              top,
              seen,
            )
          : new Float32Array(0),
      },
      ...{ box: seen.box, whole, side },
      at: [axes[a]!.at(row.data[a]!), axes[b]!.at(row.data[b]!)],
      ticks: [a, b].map(
        (j) => axes[j]!.cells?.map((cell) => cellText(model, j, cell)) ?? null,
      ) as unknown as PlaneSlice["ticks"],
    };
  };
}
