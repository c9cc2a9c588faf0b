import { reshape, slice } from "../ops/shape.js";
import { InputError } from "../util/errors.js";
import { type Energy, makeEnergy } from "./energy.js";

/**
 * The energy of the points of one class, `p(x | y) ∝ exp(−E(x, y))`: what `energy.classes` says of class `y`. The points
 * of all classes together are the mixture, `exp(−E(x)) = Σ_y exp(−E(x, y))`, whose log Z, draws and smoothed self say
 * nothing about one of them and are not passed on. Parameters stay those of the energy.
 * @throws InputError when the energy knows no classes, or has no class of that number.
 */
export function ofClass(energy: Energy, y: number): Energy {
  const { event, layout, support, classes } = energy;
  if (!classes) throw new InputError("ofClass: the energy knows no classes; a classifier does");
  if (!Number.isInteger(y) || y < 0 || y >= classes.count)
    throw new InputError(`ofClass: there is no class ${y}; there are ${classes.count}, numbered from 0`);
  return makeEnergy({
    event,
    layout,
    support,
    init: energy.init,
    energy: (x, params) => reshape(slice(classes.energies(x, params), 1, y, y + 1), [x.shape[0]!]),
  });
}
