/** What a verdict on chains is made of: the chains with what their kernel reported, and the findings. */

import type { Restart } from "../../samplers/driver/restart.js";
import type { StuckChain } from "../../samplers/driver/samples.js";
import { ShapeError } from "../../util/errors.js";
import { type FloatTensor, showShape } from "../../util/tensor.js";
import { type Chains, chainsOf } from "./chains.js";

/** Chains as a run returns them, and what else is known of them. */
export interface JudgedChains {
  /** `(chains, draws, ...event)`. */
  readonly x: FloatTensor;
  /** What the kernel reported of each draw, `(chains, draws)`: `divergent`, `hamiltonian`, `depth`, `…cceptance`. */
  readonly info?: Readonly<Record<string, FloatTensor>> | undefined;
  /** Mode of each draw, −1 for none. */
  readonly labels?: Chains | undefined;
  /** How many modes there are, or what they are called; left out: as many as the labels show. */
  readonly modes?: number | readonly string[] | undefined;
  /** Whether the chains are one population that moves together. */
  readonly interacts?: boolean | undefined;
  /** Whether the kernel leaves the target invariant; unknown when left out. */
  readonly exact?: boolean | undefined;
  /** Names of the coordinates. */
  readonly names?: readonly string[] | undefined;
  /** Chains that never moved and what stood in their way, as a run found it. */
  readonly stuck?: readonly StuckChain[] | undefined;
  /** Chains that were restarted where another one was. */
  readonly restarts?: readonly Restart[] | undefined;
  /** The depth at which trees are cut off. */
  readonly maxDepth?: number | undefined;
}

/**
 * One thing that was found. `bad`: the draws are not draws of the target. `warn`: they may not be. `note`: worth knowing.
 * Read as a sentence, `what: advice.`
 */
export interface ChainFinding {
  readonly level: "bad" | "warn" | "note";
  readonly what: string;
  readonly advice: string;
}

/** Agreement and worth of one coordinate; NaN where they do not apply. */
export interface CoordinateReport {
  readonly name: string;
  readonly rhat: number;
  readonly essBulk: number;
  readonly essTail: number;
}

/** A report of the kernel as chains; `null` where it makes none. @throws ShapeError when it is not one number a draw. */
export function infoOf({ x, info }: Pick<JudgedChains, "x" | "info">, name: string): Chains | null {
  const values = info?.[name];
  if (!values) return null;
  const [chains, draws] = x.shape;
  if (values.shape.length !== 2 || values.shape[0] !== chains || values.shape[1] !== draws)
    throw new ShapeError(
      `info.${name}: shape ${showShape(values.shape)} does not fit the draws ${showShape(x.shape)}; expected (${chains}, ${draws})`,
    );
  return chainsOf(values);
}

/** A chain that stays where it is is held against it when, of chains without fault, so few would be expected to. */
export const CHANCE = 0.05;
