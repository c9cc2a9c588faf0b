/** Tables of bits whose test rows have published likelihoods, and what is trained on each. */

/** A number that others have reported, in nats a test row. */
export interface Published {
  readonly name: string;
  readonly value: number;
  readonly cite: string;
}

export interface BitsMethod {
  /** What it is, in a few words. */
  readonly label: string;
  /** A configuration without its data; where it is silent the usual is meant. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Held against the published numbers: what is reached with a good choice, not a choice that is shown to be worse. */
  readonly stands?: true;
  /** Left to the full budget. */
  readonly slow?: true;
}

export interface BitsSet {
  /** Columns of the table. */
  readonly bits: number;
  readonly published: readonly Published[];
  /** Nats a test row that must be reached, and that one would like to reach, by each method that stands. */
  readonly must: number;
  readonly aim: number;
  /** The quick budget leaves the others out. */
  readonly quick?: true;
  readonly methods: Readonly<Record<string, BitsMethod>>;
}

const dang = "Dang, Vergari & Van den Broeck (2020), Strudel: learning structured-decomposable probabilistic circuits";
const larochelle = "Larochelle & Murray (2011), The neural autoregressive distribution estimator";

/** The optimizer of bits with momentum, at the rate that goes with it. */
const withMomentum = { energy: { name: "adam", learningRate: 0.01, schedule: "step" } };
const narrow = { name: "rbm", hiddenUnits: 23 };

export const sets: Readonly<Record<string, BitsSet>> = {
  nltcs: {
    bits: 16,
    published: [
      { name: "LearnPSDD, selective SPN", value: -6.03, cite: dang },
      { name: "Strudel", value: -6.06, cite: dang },
      { name: "seaSPN", value: -6.07, cite: dang },
    ],
    ...{ must: -6.07, aim: -6.03, quick: true },
    methods: {
      rbm: { label: "machine of 64, as it comes", config: { energy: { name: "rbm" } }, stands: true },
      neural: {
        label: "network, exact likelihood",
        config: {
          energy: { name: "neural-bits", hidden: [32, 32] },
          objective: { name: "likelihood" },
          optimizer: { energy: { name: "adam", learningRate: 0.01, schedule: "cosine" } },
          ...{ steps: 500, batch: 1024, average: 0.99 },
        },
        stands: true,
      },
      likelihood: {
        label: "machine of 16, exact likelihood",
        config: { energy: { name: "rbm", hiddenUnits: 16 }, objective: { name: "likelihood" } },
        ...{ stands: true, slow: true },
      },
      pcd: { label: "machine of 64, PCD", config: { energy: { name: "rbm" }, objective: { name: "pcd" } } },
      momentum: {
        label: "machine of 64, PCD with momentum",
        config: { energy: { name: "rbm" }, objective: { name: "pcd" }, optimizer: withMomentum },
      },
    },
  },
  mushrooms: {
    bits: 112,
    published: [
      { name: "mixture of Bernoullis", value: -14.46, cite: larochelle },
      { name: "RBM, 23 hidden units", value: -15.15, cite: larochelle },
      { name: "FVSBN", value: -10.27, cite: larochelle },
      { name: "NADE", value: -9.81, cite: larochelle },
    ],
    ...{ must: -15.4, aim: -15.15 },
    methods: {
      rbm: { label: "machine of 23, as it comes", config: { energy: narrow }, stands: true },
      wide: { label: "machine of 100, 4000 steps", config: { energy: { name: "rbm", hiddenUnits: 100 }, steps: 4000 } },
      pcd: { label: "machine of 23, PCD", config: { energy: narrow, objective: { name: "pcd" } } },
      momentum: {
        label: "machine of 23, PCD with momentum",
        config: { energy: narrow, objective: { name: "pcd" }, optimizer: withMomentum },
      },
    },
  },
};
