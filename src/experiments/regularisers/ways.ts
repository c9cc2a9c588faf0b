/** Ways to train the energy that tilts a table's mixtures. */

/** A name for tables, and what it sets of a configuration where nothing else is said. */
export interface Way {
  readonly name: string;
  readonly about: string;
  readonly config: Readonly<Record<string, unknown>>;
}

const adam = { energy: { name: "adam" } };
const decay = (weightDecay: number) => ({ energy: { name: "adamw", weightDecay } });
const likelihood = { name: "self-normalised-likelihood", noise: "frozen-flow" };

/** What is usual, against which all others are held. */
export const usual: Way = { name: "usual", about: "nothing is set", config: {} };

/** Chains, without a regulariser: what goes astray, and must be seen to. */
export const chains: Way = {
  name: "chains",
  about: "balanced training by Adam",
  config: { objective: { name: "balanced" }, optimizer: adam },
};

/** The ways of a full budget. */
export const ways: readonly Way[] = [
  usual,
  chains,
  {
    name: "chains, decay 3",
    about: "balanced training by AdamW",
    config: { objective: { name: "balanced" }, optimizer: decay(3) },
  },
  {
    name: "chains, slowly",
    about: "balanced training by Adam at a tenth of the rate",
    config: { objective: { name: "balanced" }, optimizer: { energy: { name: "adam", learningRate: 1e-4 } } },
  },
  {
    name: "chains, small network",
    about: "balanced training of one layer of 32 units",
    config: { objective: { name: "balanced" }, optimizer: adam, energy: { hidden: [32] } },
  },
  { name: "no decay", about: "the likelihood by Adam", config: { objective: likelihood, optimizer: adam } },
  { name: "decay 1", about: "the likelihood, less decay", config: { objective: likelihood, optimizer: decay(1) } },
  { name: "decay 10", about: "the likelihood, more decay", config: { objective: likelihood, optimizer: decay(10) } },
  {
    name: "smaller network",
    about: "the likelihood, two layers of 64 units",
    config: { objective: likelihood, optimizer: decay(3), energy: { hidden: [64, 64] } },
  },
  {
    name: "no average",
    about: "the likelihood, parameters as they are",
    config: { objective: likelihood, optimizer: decay(3), average: 0 },
  },
  {
    name: "classifier",
    about: "rows told from draws of the mixtures by logistic regression",
    config: { objective: { name: "nce", noise: "frozen-flow", ratio: 2 }, optimizer: decay(3) },
  },
];
