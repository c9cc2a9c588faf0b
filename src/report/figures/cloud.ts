/** Points in the plane as a figure takes them. */

import { ShapeError } from "../../util/errors.js";
import { type FloatTensor, showShape } from "../../util/tensor.js";
import type { Role } from "../roles.js";

export interface Cloud {
  readonly name: string;
  readonly role: Role;
  /** `(n, 2)`. */
  readonly x: FloatTensor;
}

export type Place = readonly [x: number, y: number];

/** More points than this make a file heavy and a picture no clearer. */
const MANY = 1000;

/** Rows of a tensor `(…, 2)`, in order. @throws ShapeError for any other last dimension. */
export function places(what: string, { shape, data }: FloatTensor): Place[] {
  if (shape.at(-1) !== 2) throw new ShapeError(`${what}: points of shape ${showShape(shape)}; expected (…, 2)`);
  return Array.from({ length: data.length / 2 }, (_, i) => [data[2 * i]!, data[2 * i + 1]!] as const);
}

/** At most 1000 points, evenly taken: rows of a sample have no order. */
export function thinned(all: readonly Place[]): readonly Place[] {
  if (all.length <= MANY) return all;
  return Array.from({ length: MANY }, (_, i) => all[Math.floor((i * all.length) / MANY)]!);
}

/** The name of a cloud in the key, which says when not all of its points are drawn. */
export const cloudName = (name: string, all: number): string => (all > MANY ? `${name} (${MANY} of ${all})` : name);
