/** The energy that is examined, with the points it is looked at and how it is evaluated. */

import type { Energy } from "../energies/energy.js";
import type { Key } from "../random/key.js";
import type { Where } from "../runtime/program.js";
import { type FloatTensor, sizeOf } from "../util/tensor.js";
import { momentsOfColumns } from "./columns.js";
import { type Evaluator, evaluate, type Rows, type Width } from "./evaluator.js";
import { type TypicalPoints, typicalPoints } from "./typical-points.js";

export interface Subject extends Where {
  readonly energy: Energy;
  readonly params: FloatTensor | undefined;
  readonly key: Key;
  /** Numbers of one point. */
  readonly size: number;
  readonly points: TypicalPoints;
  /** Mean and standard deviation of each coordinate over the points; 0 and 1 where they were guessed. */
  readonly centre: Float64Array;
  readonly scale: Float64Array;
  /** What coordinate `j` is called. */
  coordinate(j: number): string;
  /** The energy in one width. Rejects with what the energy or the engine threw. */
  in(width: Width): Promise<Evaluator>;
  /** In float64 where it can be, else in float32. */
  widest(): Promise<Evaluator>;
  /** At most `n` of the points, spread over them, where the energy is a number. */
  some(n: number): Promise<Rows>;
}

export interface SubjectParts extends Where {
  readonly energy: Energy;
  readonly params: FloatTensor | undefined;
  readonly points: FloatTensor | undefined;
  readonly names: readonly string[] | undefined;
  readonly key: Key;
}

/** Points from which a standard deviation is worth something. */
const ENOUGH = 20;

export function makeSubject({ energy, params, points: given, names, key, engine }: SubjectParts): Subject {
  const size = sizeOf(energy.event);
  const points = typicalPoints(energy, given, key);
  const { rows, source } = points;
  const known = source !== "guessed" && rows.length / size >= ENOUGH;
  const { mean, sd } = momentsOfColumns(rows, size);
  const evaluators = new Map<Width, Promise<Evaluator>>();
  function inWidth(width: Width): Promise<Evaluator> {
    const made = evaluators.get(width) ?? evaluate(energy, params, width, { engine });
    evaluators.set(width, made);
    return made;
  }
  const widest = (): Promise<Evaluator> => inWidth("float64").catch(() => inWidth("float32"));
  let finite: Promise<number[]> | undefined;
  const findFinite = async (): Promise<number[]> => {
    const energies = await (await widest()).energy(rows);
    return [...energies.keys()].filter((i) => Number.isFinite(energies[i]));
  };
  return {
    energy,
    params,
    engine,
    key,
    size,
    points,
    centre: known ? mean : new Float64Array(size),
    scale: sd.map((v) => (known && v) || 1),
    coordinate: (j) => names?.[j] ?? (energy.event.length === 0 ? "x" : `x[${unravel(j, energy.event).join(", ")}]`),
    in: inWidth,
    widest,
    async some(n) {
      finite ??= findFinite();
      const all = await finite;
      const chosen =
        all.length <= n ? all : Array.from({ length: n }, (_, k) => all[Math.floor((k * all.length) / n)]!);
      return Float64Array.from(chosen.flatMap((i) => [...rows.subarray(i * size, (i + 1) * size)]));
    },
  };
}

/** The indices of element `j`. */
function unravel(j: number, shape: readonly number[]): number[] {
  const indices: number[] = [];
  let rest = j;
  for (const n of [...shape].reverse()) {
    indices.unshift(rest % n);
    rest = Math.floor(rest / n);
  }
  return indices;
}
