import { showSupport } from "../energies/support.js";
import { InputError } from "../util/errors.js";
import type { Model } from "./objective.js";

/** @throws InputError when points are not real: derivatives by the point say nothing of discrete ones. */
export function expectReal(name: string, { energy }: Model): void {
  if (energy.support.kind !== "real")
    throw new InputError(`objective ${name}: needs real points, and the energy's are ${showSupport(energy.support)}`);
}
