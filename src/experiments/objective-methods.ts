/** Ways to train an energy that are compared, what is expected of each, and why. */

export interface ObjectiveMethod {
  readonly objective: Readonly<Record<string, unknown>>;
  /** Whether it can get the weights of separated modes right. */
  readonly weights: "right" | "wrong";
  readonly why: string;
  /** Where the objective needs another than the energy that all others share. */
  readonly energy?: { readonly name: string } & Readonly<Record<string, unknown>>;
  /** Of the energy, where the default is not what its authors would choose. */
  readonly learningRate?: number;
}

export const objectiveMethods = {
  balanced: {
    objective: { name: "balanced" },
    weights: "right",
    why: "Jumps of the flow carry chains between modes, and their acceptance keeps them exact.",
  },
  "nce, gaussian noise": {
    objective: { name: "nce" },
    weights: "right",
    why: "A classifier against noise that covers all modes compares them with one another through the noise.",
  },
  "nce, flow noise": {
    objective: { name: "nce", noise: "flow" },
    weights: "right",
    why: "The same with noise that looks like the data: each comparison tells more.",
  },
  "ranking nce": {
    objective: { name: "ranking-nce" },
    weights: "right",
    why: "As with a classifier, but the constant cancels in the ranking.",
  },
  "flow contrastive": {
    objective: { name: "flow-contrastive" },
    weights: "right",
    why: "The noise is a flow that learns to be mistaken for data, so it covers them.",
  },
  "self-normalised likelihood": {
    objective: { name: "self-normalised-likelihood" },
    weights: "right",
    why: "Z is estimated by importance sampling from a proposal that covers all modes.",
  },
  "energy discrepancy": {
    objective: { name: "energy-discrepancy", variance: 1 },
    weights: "right",
    why: "The noise is as wide as the modes are apart, so ways back lead from one to the other.",
  },
  "diffusive classification": {
    objective: { name: "diffusive-classification" },
    energy: { name: "noise-conditioned" },
    weights: "right",
    why: "Levels of much noise compare the modes, and classification hands what they find down to those of little.",
  },
  adversarial: {
    objective: { name: "adversarial", gradientPenalty: 0.1 },
    weights: "right",
    why: "Draws of the flow are negatives; with its exact entropy and an energy slow enough to follow, they are the model's.",
    learningRate: 1e-4,
  },
  jarzynski: {
    objective: { name: "jarzynski", chains: 4096, localSteps: 1 },
    weights: "right",
    why: "Walkers that do not jump are weighted for what the energy changes under them, if it changes slowly.",
    learningRate: 2e-4,
  },
  "annealed likelihood": {
    objective: { name: "annealed-likelihood" },
    weights: "right",
    why: "Points from a base that covers all modes are weighted on their way to the model, afresh each iteration.",
  },
  "tempered pcd": {
    objective: { name: "tempered-pcd" },
    weights: "right",
    why: "Replicas at rising temperatures carry chains from mode to mode.",
  },
  vera: {
    objective: { name: "vera", gradientPenalty: 0.1 },
    weights: "wrong",
    why: "The energy outruns its generator, and what that has left of a mode no draw tells of.",
    learningRate: 5e-4,
  },
  "coop flow": {
    objective: { name: "coop-flow" },
    weights: "wrong",
    why: "The flow holds the weights and short walks keep them: the energy gets no gradient for its own.",
  },
  "nt-ebm": {
    objective: { name: "nt-ebm", flow: "fitted" },
    weights: "wrong",
    why: "The energy closes the bridge between the modes, and chains in latent space stop at it as elsewhere.",
  },
  cd: {
    objective: { name: "cd" },
    weights: "wrong",
    why: "Short chains from the data stay in the mode of their row: the weights get no gradient.",
  },
  pcd: {
    objective: { name: "pcd", local: "ula" },
    weights: "wrong",
    why: "Local chains keep the shares they were started with whatever the model says.",
  },
  replay: {
    objective: { name: "replay" },
    weights: "wrong",
    why: "Chains restarted from noise have not arrived when they are used.",
  },
  "fast pcd": {
    objective: { name: "fast-pcd" },
    weights: "wrong",
    why: "Fast weights push chains about inside their modes, not over the gap.",
  },
  "conditional nce": {
    objective: { name: "conditional-nce", sigma: 0.3 },
    weights: "wrong",
    why: "Noisy copies stay near their row: only energies of neighbours are compared.",
  },
  "score matching": {
    objective: { name: "score-matching" },
    weights: "wrong",
    why: "The slope of the log-density inside a mode does not know the weight of the mode.",
  },
  "sliced score matching": {
    objective: { name: "sliced-score-matching" },
    weights: "wrong",
    why: "As exact score matching.",
  },
  "denoising score matching": {
    objective: { name: "denoising-score-matching" },
    weights: "wrong",
    why: "As exact score matching, of the slightly smoothed density.",
  },
  "multi-scale denoising": {
    objective: { name: "multi-scale-denoising" },
    energy: { name: "noise-conditioned" },
    weights: "wrong",
    why: "As denoising at one level: that of little noise is told nothing of the weights by those of much.",
  },
  "diffusion recovery": {
    objective: { name: "diffusion-recovery" },
    energy: { name: "noise-conditioned" },
    weights: "wrong",
    why: "Levels of much noise compare the modes, those of little do not, and nothing ties the one to the other.",
  },
  "energy matching": {
    objective: { name: "energy-matching", warmUp: 500 },
    weights: "wrong",
    why: "Chains from noise go to modes in the shares of the flow, however deep the modes are: no gradient for weights.",
  },
} as const satisfies Record<string, ObjectiveMethod>;

export type ObjectiveName = keyof typeof objectiveMethods;

/** Targets with separated modes of unequal weight. */
export const objectiveTargets = {
  "two modes 2:1": { dataset: "two-modes", options: {} },
  "eight Gaussians 1:…:8": { dataset: "eight-gaussians", options: { weights: "linear" } },
} as const;

export type TargetName = keyof typeof objectiveTargets;
