/** Ways to learn a density in the plane that several experiments compare. */

import { objectiveMethods } from "../objective-methods.js";
import type { PlanarMethod } from "./declaration.js";

type Way = Pick<PlanarMethod, "title" | "role" | "config">;

/** A method of the comparison of objectives, by its name there, with options beside those that it declares. */
function declared(name: string, options: Readonly<Record<string, unknown>> = {}): Way["config"] {
  const { objective, learningRate } = objectiveMethods[name]!;
  const rate = learningRate && { optimizer: { energy: { name: "adam", schedule: "step", learningRate } } };
  return { objective: { ...objective, ...options }, ...rate };
}

/** What `ebbflow train` does unless told otherwise, and that without what makes it work. */
export const balanced = {
  balanced: { title: "balanced training", role: "ebm", config: {} },
  "balanced-without-jumps": {
    title: "balanced without jumps",
    role: "failure",
    config: { objective: { name: "balanced", jumps: false } },
  },
} as const satisfies Record<string, Way>;

/** The best of our own beside it. */
export const others = {
  nce: { title: "NCE with a flow", role: "data", config: declared("nce, flow noise") },
  "self-normalised-likelihood": {
    title: "self-normalised likelihood",
    role: "data",
    config: declared("self-normalised likelihood"),
  },
  "annealed-likelihood": { title: "annealed likelihood", role: "data", config: declared("annealed likelihood") },
  "tempered-pcd": { title: "tempered PCD", role: "data", config: declared("tempered pcd") },
  jarzynski: { title: "Jarzynski", role: "data", config: declared("jarzynski") },
  "diffusive-classification": {
    title: "diffusive classification",
    role: "data",
    config: declared("diffusive classification"),
  },
} as const satisfies Record<string, Way>;

/** Each of several ways with the steps and seeds it gets. */
export const each = <Name extends string>(
  ways: Readonly<Record<Name, Way>>,
  given: Pick<PlanarMethod, "steps" | "seeds">,
): Record<Name, PlanarMethod> =>
  Object.fromEntries(Object.entries<Way>(ways).map(([name, way]) => [name, { ...way, ...given }])) as Record<
    Name,
    PlanarMethod
  >;
