/** Slices of a model through a row: its columns one by one, and planes of two of them. */

import type { FloatTensor, Trained } from "ebbflow";
import { energyOf } from "ebbflow/energies";
import type { Box } from "../messages.js";
import { most } from "../parts/law.js";
import { linesOf } from "../parts/lines.js";
import { logSum } from "../parts/log-sum.js";
import type { PlaneSlice, Slice } from "./answers.js";
import { type Axis, onAxes, planeOf, rangeOf } from "./axes.js";
import { cellText } from "./cells.js";
import { lastOf } from "./last-of.js";
import type { StateOfThen, Steps } from "./steps.js";

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

/** `log p` up to a constant over all of a plane, the constant, and the highest of `log p`. */
interface WholePlane {
  readonly logs: Float64Array;
  readonly logZ: number;
  readonly top: number;
}

export interface PlaneQuestion {
  /** Names of the columns of the two axes. */
  readonly pair: readonly [string, string];
  /** The part of the plane; all of it unless said. */
  readonly box: Box | null;
  readonly side: number;
  /** The step of the training whose parameters are shown; `null` for the model as it is open. */
  readonly at: number | null;
  /** Whether colours and lines are on the scale of the model as it is open, whatever the step. */
  readonly fixed: boolean;
}

export interface PlaneSource {
  readonly model: Trained;
  readonly axes: readonly Axis[];
  /** Rows of the training as they lie on axes, which say how large a plane is. */
  readonly rows: Float32Array;
  readonly steps: Pick<Steps, "at">;
}

/** Planes of a model, as it is open or as it was after a step of its training. */
export function planesOf({ model, axes, rows, steps }: PlaneSource) {
  const energy = energyOf(model.energy);
  const { coordinates } = model.data;
  const d = model.columns.length;
  /** The law over all of a plane of the open model: asked for again as it is moved, zoomed and set back. */
  const opened = lastOf<WholePlane>();
  return async (row: FloatTensor, { pair, box, side, at, fixed }: PlaneQuestion): Promise<PlaneSlice> => {
    const [a, b] = pair.map((name) => model.columns.indexOf(name)) as [number, number];
    if (a < 0 || b < 0 || a === b)
      throw new Error(`A plane has two of the columns; there are: ${model.columns.join(", ")}.`);
    const whole: Box = [rangeOf(axes[a]!, rows, d, a), rangeOf(axes[b]!, rows, d, b)];
    const shown = [axes[a]!, axes[b]!] as const;
    const point = coordinates.encode(row).data;
    const over = (part: Box, { params }: StateOfThen): Promise<Float64Array> =>
      planeOf({
        ...{ point, coordinates, side, axes: shown, pair: [a, b], box: part },
        energies: (points: FloatTensor) => energy(points, params.energy),
      });
    const area = whole.reduce((v, [low, high], k) => v * (shown[k]!.cells?.length ?? high - low), 1);
    const allOf = async (state: StateOfThen): Promise<WholePlane> => {
      const logs = await over(whole, state);
      const logZ = logSum(logs) + Math.log(area / side ** 2);
      return { logs, logZ, top: most(logs) - logZ };
    };
    const openedAll = async () =>
      opened(JSON.stringify([Array.from(point), a, b, side]), async () => allOf(await steps.at(null)));
    const state = await steps.at(at);
    const { logs: all, logZ, top: own } = await (at === null ? openedAll() : allOf(state));
    const logs = box ? await over(box, state) : all;
    const top = fixed ? (await openedAll()).top : own;
    const seen = { box: box ?? whole, side };
    const straight = shown.every(({ cells }) => cells === null);
    const normalised = logs.map((v) => v - logZ);
    return {
      numbers: {
        ...{ energy: Float32Array.from(logs, (v) => -v), logZ, top },
        ...(fixed && at !== null ? { lowest: -top - logZ } : {}),
        lines: straight ? linesOf(normalised, top, seen) : new Float32Array(0),
      },
      ...{ box: seen.box, whole, side },
      at: [axes[a]!.at(row.data[a]!), axes[b]!.at(row.data[b]!)],
      ticks: [a, b].map(
        (j) => axes[j]!.cells?.map((cell) => cellText(model, j, cell)) ?? null,
      ) as unknown as PlaneSlice["ticks"],
      chains: state.chains && onAxes(axes, coordinates.decode(state.chains)),
    };
  };
}
