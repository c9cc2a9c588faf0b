/** How runs are told apart: each has a letter, a colour and a dash, the same wherever it stands. */

import { dash, hue } from "../panels/marks.js";

export interface RunStyle {
  readonly letter: string;
  /** A role of the style sheet. */
  readonly colour: string;
  readonly dash: readonly number[];
}

/** @param i place among those that are compared. */
export const styleOf = (i: number): RunStyle => ({
  letter: i < 26 ? String.fromCharCode(65 + i) : String(i + 1),
  colour: hue(i),
  dash: dash(i),
});
