/** Every energy of the registry with options worth a case, parameters that are not its start, and points to look at. */

import type { Energy, EnergyContext, EnergyDeclaration } from "../../src/energies/energy.js";
import * as members from "../../src/energies/members.js";
import { realnvp } from "../../src/flows/realnvp.js";
import { normal } from "../../src/random/draw.js";
import { fold, makeKey } from "../../src/random/key.js";
import { InputError } from "../../src/util/errors.js";
import { type FloatTensor, type Shape, tensor } from "../../src/util/tensor.js";
import { pointsOf } from "./discrete.js";

/** Members as one list: what their options are no longer matters to who reads them from their facts. */
export const energies = Object.values(members) as readonly unknown[] as readonly EnergyDeclaration[];

type Options = Readonly<Record<string, unknown>>;

/** Options other than the defaults that are worth a case of their own. */
const variants: Readonly<Record<string, readonly Options[]>> = {
  banana: [{ standardDeviation: 1.5, curvature: 0.4 }],
  classifier: [
    { hidden: [], scale: 2 },
    { hidden: [16], base: "flow" },
    { hidden: [16], base: "none" },
  ],
  "double-well": [{ barrier: 8, position: 2, tilt: 1 }],
  funnel: [{ standardDeviation: 0.5 }],
  gaussian: [{ mean: [1, -2], standardDeviation: [0.5, 2] }],
  "gaussian-rbm": [{ hiddenUnits: 3, scale: 0.7, learnScale: true }],
  ising: [
    { coupling: -0.4, field: 0.3, boundary: "free" },
    { field: 0.2, learn: true },
  ],
  mixture: [
    {
      means: [
        [0, 0],
        [2, 1],
        [-1, 2],
      ],
      variances: [0.3, 1, 0.2],
      weights: [1, 5, 2],
    },
  ],
  neural: [{ hidden: [16, 16], residual: true, activation: "softplus" }],
  "neural-bits": [{ hidden: [16], residual: true }],
  "noise-conditioned": [{ hidden: [16], scale: 2, sigmaMin: 0.3, sigmaMax: 5 }],
  potts: [
    { coupling: 0.8, field: [0.4, 0, -0.2], boundary: "free" },
    { learn: true, boundary: "free" },
  ],
  rbm: [{ hiddenUnits: 3, weightScale: 1 }],
  tilted: [
    { hidden: [16], scale: 2 },
    { hidden: [16], base: "flow" },
  ],
};

export interface EnergyCase {
  readonly energy: Energy;
  /** Every parameter moved: what starts at zero does no longer. */
  readonly params: FloatTensor;
  /** `(10, ...event)`, from the support. */
  readonly points: FloatTensor;
}

export const POINTS = 10;
const key = makeKey(18);
const fitted = realnvp({ layers: 2, hidden: [8], base: "mixture", components: 2 }, [2]);

/** What an energy is built on, for points of a shape. */
export const contextOf = (event: Shape): EnergyContext => ({ event, base: fitted, classes: 3 });

/** Whether an energy can be built for points of that shape. */
function takes(declare: EnergyDeclaration, event: Shape): boolean {
  try {
    declare({}, contextOf(event));
    return true;
  } catch (error) {
    if (error instanceof InputError) return false;
    throw error;
  }
}

/** Those of some shapes that an energy takes. */
export const shapesOf = (declare: EnergyDeclaration, shapes: readonly Shape[]): Shape[] =>
  shapes.filter((event) => takes(declare, event));

export function caseOf(declare: EnergyDeclaration, options: Options, event: Shape): EnergyCase {
  const energy = declare(options, contextOf(event));
  const start = energy.init(fold(key, "init"));
  const noise = normal(fold(key, "moved"), [start.length], "float64").data;
  const params = tensor(noise.map((v, i) => start[i]! + 0.2 * v));
  return { energy, params, points: pointsOf(energy.support, fold(key, "points"), POINTS, event) };
}

/** Cases of energies at each of the shapes given, by name. */
export const casesOf = (
  which: readonly EnergyDeclaration[],
  shapes: (declare: EnergyDeclaration) => readonly Shape[],
): (readonly [string, EnergyCase])[] =>
  which.flatMap((declare) =>
    shapes(declare).flatMap((event) =>
      [{}, ...(variants[declare.name] ?? [])].map(
        (options) =>
          [
            `${declare.name} ${JSON.stringify(options)} of (${event.join(", ")})`,
            caseOf(declare, options, event),
          ] as const,
      ),
    ),
  );
