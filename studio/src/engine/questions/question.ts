/** A trained model that a page asks: opened once, asked one thing after another. */

import { aboutOf } from "./about.js";
import type { DrawOrder } from "./answers.js";
import { axesOf, onAxes } from "./axes.js";
import { cellText, rowOf } from "./cells.js";
import { drawRows } from "./draws.js";
import { lastOf } from "./last-of.js";
import { scoreFile } from "./score-file.js";
import { filledRow, scoreRow } from "./score-row.js";
import { type PlaneQuestion, planesOf, slicesOf } from "./slices.js";
import { openSource, type Source } from "./source.js";
import { stepsOf } from "./steps.js";

export type OpenQuestion = Awaited<ReturnType<typeof openQuestion>>;

/** @throws Error in a line where there is no model that can be opened. */
export async function openQuestion(source: Source) {
  const { model, notices, folder } = await openSource(source);
  const axes = axesOf(model);
  const rows = onAxes(axes, model.data.coordinates.decode(model.data.seen.train));
  const about = aboutOf(model, notices, rows);
  const steps = stepsOf(model, folder, source.kind === "bytes" ? source.kept : []);
  const plane = planesOf({ model, axes, rows, steps });
  // A row that is scored is then sliced as well.
  const filled = lastOf<Awaited<ReturnType<typeof filledRow>>>();
  const whole = (cells: readonly string[]) =>
    filled(JSON.stringify(cells), async () => filledRow(model, rowOf(model, cells)));
  return {
    about: () => about,
    steps: () => steps.list(),
    score: async (cells: readonly string[]) => scoreRow(model, await whole(cells)),
    slices: async (cells: readonly string[]) => slicesOf(model, axes, (await whole(cells)).row),
    plane: async (cells: readonly string[], asked: PlaneQuestion) => plane((await whole(cells)).row, asked),
    /** The row with some cells at other places of their axes. */
    move: (cells: readonly string[], moves: readonly (readonly [column: string, at: number])[]) =>
      cells.map((cell, j) => {
        const move = moves.find(([column]) => column === model.columns[j]);
        return move ? cellText(model, j, axes[j]!.cellAt(move[1])) : cell;
      }),
    draw: (order: DrawOrder, progress: (done: number, total: number) => void) => drawRows(model, axes, order, progress),
    scoreFile: (bytes: Uint8Array, name: string) => scoreFile(model, bytes, name, about.lacks.slices === null),
  };
}
