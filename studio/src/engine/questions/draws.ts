/** Rows of a model, drawn as `ebbflow sample` draws them. */

import type { FloatTensor, Trained } from "ebbflow";
import { writeCsv } from "ebbflow/data";
import { judgeChains } from "ebbflow/metrics";
import { roundRows } from "ebbflow/model";
import { fold, makeKey } from "ebbflow/random";
import type { DrawOrder, Draws } from "./answers.js";
import { type Axis, onAxes } from "./axes.js";
import { rowTexts } from "./cells.js";

/** Rows that a table shows. */
const SHOWN = 200;

type Progress = (done: number, total: number) => void;
type Drawn = Omit<Draws, "n" | "rows" | "texts" | "csv"> & { readonly points: FloatTensor };

/** @throws Error in a line for conditions that no row can meet, or that are none. */
export async function drawRows(
  model: Trained,
  axes: readonly Axis[],
  order: DrawOrder,
  progress: Progress,
): Promise<Draws> {
  const { points, ...told } = await (order.where.trim() ? drawnWhere : drawn)(model, order, progress);
  const rows = roundRows(model, points);
  const d = model.columns.length;
  const csv = writeCsv({ columns: model.columns, rows, written: model.data.coordinates.written });
  return {
    ...told,
    n: order.n,
    rows: onAxes(axes, rows),
    texts: Array.from({ length: Math.min(SHOWN, order.n) }, (_, i) =>
      rowTexts(model, rows.data.subarray(i * d, (i + 1) * d)),
    ),
    csv: new TextEncoder().encode(csv),
  };
}

const classOf = ({ className }: DrawOrder) => (className === null ? {} : { class: className });

async function drawn(model: Trained, order: DrawOrder, progress: Progress): Promise<Drawn> {
  const { n, seed } = order;
  const { points, chains, sampler } = await model.draws({
    ...{ n, progress, chains: Math.min(256, Math.max(4, Math.floor(n / 100))), ...classOf(order) },
    key: fold(makeKey(seed), "sample"),
  });
  const { coordinates, acceptance, mixed, verdict } = judgeChains({ ...chains, names: model.data.coordinates.names });
  return {
    ...{ points, coordinates, acceptance, mixed, verdict },
    ...{ sampler: sampler.name, crosses: sampler.crosses === true, share: null, note: null },
  };
}

async function drawnWhere(model: Trained, order: DrawOrder, progress: Progress): Promise<Drawn> {
  const { n, seed, where } = order;
  const key = fold(makeKey(seed), "where");
  const {
    points,
    verdict: judged,
    jumps,
    share,
    note,
  } = await model.drawsWhere({ n, where, key, progress, ...classOf(order) });
  const { coordinates, mixed, verdict } = judged;
  return {
    ...{ points, coordinates, mixed, verdict, note, share },
    acceptance: jumps === null ? {} : { jumps },
    ...{ sampler: jumps === null ? "nuts" : "nuts with jumps", crosses: jumps !== null },
  };
}
