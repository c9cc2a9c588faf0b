/** A density given by an energy and its parameters, and checks of the rows it is asked about. */

import type { Energy } from "../energies/energy.js";
import type { Where } from "../runtime/program.js";
import { InputError, ShapeError } from "../util/errors.js";
import { asRows, type Rows } from "../util/rows.js";
import { type FloatTensor, sameShape, showShape } from "../util/tensor.js";

/** An energy with its parameters: `p(x) ∝ exp(−E(x))`. */
export interface Density extends Where {
  readonly energy: Energy;
  /** Left out for an energy without parameters. */
  readonly params?: FloatTensor | undefined;
}

/**
 * Rows `(n, ...event)` of an energy as a tensor, at least one, checked together with its parameters.
 * @throws ShapeError when the rows have another shape, InputError when they are no rows, there are none, or parameters are missing.
 */
export function rowsFor(what: string, { energy, params }: Density, given: Rows): FloatTensor {
  const { event, layout } = energy;
  const rows = asRows(what, given);
  if (!sameShape(rows.shape.slice(1), event) || rows.shape.length === 0)
    throw new ShapeError(`${what}: rows have shape ${showShape(rows.shape)}, expected (n, ${event.join(", ")})`);
  if (layout.size > 0 && params?.data.length !== layout.size)
    throw new InputError(
      `${what}: the energy has ${layout.size} parameters, and params holds ${params?.data.length ?? 0}`,
    );
  if (rows.shape[0] === 0) throw new InputError(`${what}: there are no rows; give at least one`);
  return rows;
}
