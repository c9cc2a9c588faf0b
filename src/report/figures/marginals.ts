/** Columns one by one: the rows as bars, the model as a line. */

import { InputError } from "../../util/errors.js";
import { roles } from "../roles.js";
import { type Figure, WIDTH } from "./figure.js";
import {
  across,
  frame,
  type MarginalShape,
  marginal,
  nameAbove,
  numbersBelow,
  type Panel,
  pixelAxes,
} from "./panels.js";

export interface MarginalsFigure {
  readonly title: string;
  readonly columns: readonly {
    readonly name: string;
    readonly range: readonly [low: number, high: number];
    readonly shape: MarginalShape;
  }[];
  /** What the rows are called in the key. */
  readonly rowsName: string;
}

/** Panels side by side, their height, and the room between them. */
const [ABREAST, HEIGHT, ROOM, BETWEEN] = [2, 96, 52, 24];
const [LEFT, RIGHT] = [14, 14];

/** A small plot a column, two abreast. @throws InputError without columns. */
export function marginalsFigure({ title, columns, rowsName }: MarginalsFigure): Figure {
  if (columns.length === 0) throw new InputError("marginalsFigure: no columns; give at least one");
  const lines = Math.ceil(columns.length / ABREAST);
  const width = (WIDTH - LEFT - RIGHT - (ABREAST - 1) * BETWEEN) / ABREAST;
  const inner = lines * HEIGHT + (lines - 1) * ROOM;
  const marks = columns.flatMap(({ name, range, shape }, k) => {
    const line = Math.floor(k / ABREAST);
    const panel: Panel = {
      left: (k % ABREAST) * (width + BETWEEN),
      bottom: (lines - 1 - line) * (HEIGHT + ROOM),
      ...{ width, height: HEIGHT },
    };
    const x = across(panel, "", range);
    const colours = { rows: roles.data.colour, model: roles.ebm.colour };
    return [...marginal(panel, x, shape, colours), frame(panel), nameAbove(panel, name), ...numbersBelow(panel, x)];
  });
  return {
    title,
    description: `The rows as bars and the density of the model as a line: ${columns.map(({ name }) => name).join(", ")}.`,
    key: [
      { name: rowsName, role: "data", mark: "bar" },
      { name: "model", role: "ebm", mark: "line" },
    ],
    ...{ inner, marginLeft: LEFT, marginRight: RIGHT, marginBottom: 30 },
    plot: { ...pixelAxes(WIDTH - LEFT - RIGHT, inner), marks },
  };
}
