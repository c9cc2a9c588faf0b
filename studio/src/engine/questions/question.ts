/** A trained model that a page asks: opened once, asked one thing after another. */

import { aboutOf } from "./about.js";
import { scoreRow } from "./score-row.js";
import { openSource, type Source } from "./source.js";

export type OpenQuestion = Awaited<ReturnType<typeof openQuestion>>;

/** @throws Error in a line where there is no model that can be opened. */
export async function openQuestion(source: Source) {
  const { model, notices } = await openSource(source);
  const about = aboutOf(model, notices);
  return {
    about: () => about,
    score: (cells: readonly string[]) => scoreRow(model, cells),
  };
}
