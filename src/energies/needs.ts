/** What a member needs of a model beside the values of its energy, each said and looked for in one place. */

import { type PointKind, real, type Support, showSupport, takes } from "./support.js";

/** What there is: a model, what is sampled, or what a configuration says. What is `undefined` is not there. */
export interface Offered {
  /** Real unless said. */
  readonly support?: Support | undefined;
  readonly flow?: unknown;
  /** A density that can be drawn from, where it need not be a flow. */
  readonly proposal?: unknown;
  readonly blocks?: unknown;
  readonly smoothed?: unknown;
  readonly noiseLevels?: unknown;
  readonly classes?: unknown;
  readonly logZ?: unknown;
  readonly exactLogZ?: unknown;
  readonly exact?: unknown;
  /** A flow that is fitted before the energy is trained. */
  readonly base?: unknown;
  readonly labels?: unknown;
  readonly rows?: unknown;
  /** Draws of the model. */
  readonly chains?: unknown;
}

interface CapabilityFacts {
  /** To follow "needs". */
  readonly words: string;
  /** What is said where it is missing. */
  readonly lack?: string;
  isThere(offered: Offered): boolean;
}

const declare = <Name extends string>(facts: Record<Name, CapabilityFacts>): Record<Name, CapabilityFacts> => facts;

export const capabilities = declare({
  flow: {
    words: "a flow",
    lack: "the model has none",
    isThere: ({ flow, proposal }) => (flow ?? proposal) !== undefined,
  },
  base: {
    words: "a flow as its base, fitted to the data first",
    lack: "the model has none",
    isThere: ({ base }) => base !== undefined,
  },
  blocks: {
    words: "conditional laws of blocks of coordinates (an energy's blocks)",
    lack: "the energy has none",
    isThere: ({ blocks }) => blocks !== undefined,
  },
  smoothed: {
    words: "the energy at every noise level (an energy's smoothed)",
    lack: "the energy has none",
    isThere: ({ smoothed }) => smoothed !== undefined,
  },
  noiseLevels: {
    words: "an energy that knows noise levels",
    isThere: ({ smoothed, noiseLevels }) => smoothed !== undefined && noiseLevels !== undefined,
  },
  logZ: {
    words: "an energy whose log Z is known at any parameters",
    isThere: ({ logZ }) => logZ !== undefined,
  },
  normaliser: {
    words: "an energy that knows its own log Z",
    isThere: ({ exact, exactLogZ, logZ }) => (exact ?? exactLogZ ?? logZ) !== undefined,
  },
  classes: {
    words: "rows with labels, and an energy that knows classes",
    isThere: ({ classes }) => classes !== undefined,
  },
  labels: {
    words: "rows with labels; name their column with data.label",
    isThere: ({ labels }) => labels !== undefined,
  },
  rows: { words: "rows of data", lack: "there are none", isThere: ({ rows }) => rows !== undefined },
  chains: { words: "draws of the model", lack: "there are none", isThere: ({ chains }) => chains !== undefined },
});

export type Capability = keyof typeof capabilities;

/** What is needed. */
export interface Needs {
  readonly needs?: readonly Capability[];
  /** Which points it is for: real unless said. */
  readonly support?: PointKind;
}

/** The first capability that is needed and not there. */
export const missing = ({ needs = [] }: Pick<Needs, "needs">, offered: Offered): Capability | undefined =>
  needs.find((capability) => !capabilities[capability].isThere(offered));

/**
 * Why what is needed and what is offered do not fit, in words that follow the name of who needs it; `null` when they do.
 * @param known who has a capability, with what it asks for.
 */
export function whyNot(
  facts: Needs,
  offered: Offered,
  known: (capability: Capability) => readonly string[] = () => [],
): string | null {
  const { support = real } = offered;
  const points = facts.support ?? "real";
  if (!takes(points, support)) {
    const words = points === "discrete" ? "binary or categorical" : points;
    return `needs ${words} points, and the energy's are ${showSupport(support)}`;
  }
  const lacking = missing(facts, offered);
  if (!lacking) return null;
  const { words, lack } = capabilities[lacking];
  const examples = known(lacking);
  return `needs ${words}${lack ? `, and ${lack}` : ""}${examples.length > 0 ? `, such as ${examples.join(", ")}` : ""}`;
}
