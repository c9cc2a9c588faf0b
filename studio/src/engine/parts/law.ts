/** The law behind the rows, where it is known and is one of the plane. */

import { config as configs } from "ebbflow";
import type { Distribution } from "ebbflow/data";
import type { Box } from "../messages.js";
import { gridOf } from "./grid.js";
import type { Asked } from "./part.js";

/** Cells along each axis on which the highest density of a law is looked for. */
const SIDE = 120;

interface Law extends Distribution {
  /** The highest log-density: the fullest colour of every picture beside that of the law. */
  readonly top: number;
}

type Configuration = Asked["session"]["config"];
const known = new WeakMap<Configuration, Law | null>();

export function lawOf({ session, whole }: Pick<Asked, "session" | "whole">): Law | null {
  const { config } = session;
  const found = known.get(config);
  if (found !== undefined) return found;
  const law = configs.distributionOf(config);
  const mine = law && law.event[0] === 2 ? { ...law, top: topOf(law, whole) } : null;
  known.set(config, mine);
  return mine;
}

const topOf = (law: Distribution, box: Box): number =>
  most(law.logDensity(gridOf({ box, side: SIDE }).points) as ArrayLike<number>);

/** The largest of some numbers. */
export function most(values: ArrayLike<number>): number {
  let top = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) if (values[i]! > top) top = values[i]!;
  return top;
}
