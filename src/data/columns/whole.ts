import { z } from "zod";
import { InputError } from "../../util/errors.js";
import type { Affine, ColumnKind } from "./column.js";
import { distinctOf, type Lattice, latticeOf } from "./lattice.js";

const options = z.object({
  step: z.number().positive().optional().describe("the step between neighbours; found in the cells unless given"),
});

type Whole = Affine & Lattice;

/**
 * Numbers on a lattice: whole ones, or measurements rounded to a step. A cell v stands for the interval of one step about
 * it, and `z = (v + (u − ½) step − mean) / scale` with u uniform (dequantisation; Uria, Murray & Larochelle 2013; Theis,
 * van den Oord & Bethge 2016). The density of a cell is its probability over the step: of whole numbers, the probability.
 */
export const whole: ColumnKind<typeof options, Whole> = {
  name: "whole",
  about: "Whole numbers, and others on a lattice with many ties: densities are probabilities of cells over their step.",
  cite: "Uria, Murray & Larochelle (2013), RNADE; Theis, van den Oord & Bethge (2016), A note on the evaluation of generative models",
  measure: "density",
  options,
  fit({ name, all, train }, { step }, standardise) {
    const distinct = distinctOf(all);
    const found = latticeOf(distinct.length > 1 ? distinct : Float64Array.of(distinct[0]!, distinct[0]! + (step ?? 1)));
    const lattice = step === undefined ? found : onStep(name, distinct, step, found?.decimals);
    if (!lattice)
      throw new InputError(`column ${name}: its numbers lie on no lattice; give its step, or leave it real`);
    return { ...standardise(name, train, lattice.step ** 2 / 12), ...lattice };
  },
  make({ mean, scale, offset, step, decimals }) {
    const numberOf = (cell: number): number => Math.round((cell - offset) / step);
    const cellOf = (k: number): number =>
      // Computed numbers come back but for their last digits.
      Number(decimals === undefined ? (offset + k * step).toPrecision(14) : (offset + k * step).toFixed(decimals));
    const encode = (cell: number, u: number): number => (offset + (numberOf(cell) + u - 0.5) * step - mean) / scale;
    return {
      width: 1,
      noisy: true,
      encode,
      decode: (z) => cellOf(numberOf(mean + scale * z)),
      logDet: -Math.log(scale),
      affine: { mean, scale },
      interval: (cell) => [encode(cell, 0), encode(cell, 1)],
      rounded: (cell) => cell,
    };
  },
};

/** The lattice of a given step. @throws InputError for a cell that is not on it. */
function onStep(name: string, distinct: Float64Array, step: number, decimals: number | undefined): Lattice {
  const offset = distinct[0]!;
  const off = distinct.find((v) => Math.abs((v - offset) / step - Math.round((v - offset) / step)) > 1e-6);
  if (off !== undefined)
    throw new InputError(`column ${name}: ${off} is not a whole number of steps of ${step} from ${offset}`);
  return decimals === undefined ? { offset, step } : { offset, step, decimals };
}
