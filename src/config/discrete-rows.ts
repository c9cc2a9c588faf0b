/** Rows of discrete points: every cell is one of the values that the energy knows. */

import type { Support } from "../energies/support.js";
import { InputError } from "../util/errors.js";
import type { FloatTensor } from "../util/tensor.js";

/** Rows `(n, d)`, and what messages call them. */
export interface NamedRows {
  readonly source: string;
  readonly columns: readonly string[];
  readonly rows: FloatTensor;
  /** Numbers of the rows in their file; from 1 unless given. */
  readonly lines?: readonly number[];
}

/** @throws InputError naming the first cell that is no value of the support; real points may be any number. */
export function expectStates({ source, columns, rows, lines }: NamedRows, support: Support, energy: string): void {
  if (support.kind !== "binary") return;
  const [low, high] = support.values;
  const at = rows.data.findIndex((v) => v !== low && v !== high);
  if (at < 0) return;
  const row = Math.floor(at / columns.length);
  throw new InputError(
    `${source}: row ${lines?.[row] ?? row + 1}, column ${columns[at % columns.length]}: ${rows.data[at]} is neither ${low} nor ${high}, and points of energy ${energy} are; correct it, or choose an energy of real points`,
  );
}
