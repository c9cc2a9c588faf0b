/** What a posterior of the suite is: an energy of unconstrained coordinates, and the means and deviations that are known. */

import { type Energy, type EnergyFunction, makeEnergy } from "../../energies/energy.js";

export interface Answer {
  readonly mean: number;
  readonly sd: number;
  /** Standard errors of both, where they were not found to many digits. */
  readonly meanError?: number;
  readonly sdError?: number;
}

/** A coordinate whose answer is known. */
export interface Coordinate extends Answer {
  readonly name: string;
  /** Its place in a point. */
  readonly at: number;
}

export interface Posterior {
  readonly name: string;
  readonly energy: Energy;
  readonly coordinates: readonly Coordinate[];
  /** Rules of samplers are chosen by looking at `design` alone; `held` shows what they are worth. */
  readonly half: "design" | "held";
  /** Why chains of the usual length may say of themselves that they are of no use. */
  readonly hard?: string;
  /** Whether the quick budget has it. */
  readonly quick: boolean;
}

interface Parts extends Pick<Posterior, "name" | "half" | "hard"> {
  /** Names of the coordinates, in order. */
  readonly names: readonly string[];
  readonly energy: EnergyFunction;
  /** By names of coordinates: those that are left out are not judged. */
  readonly answers: Readonly<Record<string, Answer>>;
  readonly quick?: true;
}

/** Declare a posterior. */
export const posterior = ({ names, energy, answers, quick, ...rest }: Parts): Posterior => ({
  ...rest,
  energy: makeEnergy({ event: [names.length], energy }),
  coordinates: names.flatMap((name, at) => (answers[name] ? [{ ...answers[name], name, at }] : [])),
  quick: quick ?? false,
});

/** `z1`, `z2` … */
export const numbered = (name: string, n: number): string[] => Array.from({ length: n }, (_, i) => `${name}${i + 1}`);
