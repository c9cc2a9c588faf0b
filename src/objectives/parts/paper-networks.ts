/** The networks of Grenioux, Moulines & Gabrié (2023), appendix C, as parts of configurations. */

/** ToyNet of Nijkamp et al. (2020): 10,593 parameters in the plane there, one less here, where the last layer has no bias. */
export const paperEnergy = { name: "tilted", hidden: [32, 64, 64, 64], activation: "leaky-relu" } as const;

export const paperFlow = { name: "realnvp", layers: 4, hidden: [16, 16, 16] } as const;

/** α of the logistic transform that flow and base share. The paper does not say it; that of Dinh et al. (2017). */
const logit = 0.05;

/**
 * Of CIFAR-10 (C.6): the shape of Du & Mordatch (2019) with a smaller last stage, about 4.5 million parameters, over what
 * the flow starts as.
 */
export const paperImageEnergy = {
  ...{ name: "tilted", base: "logit-normal", logit },
  network: { name: "du-mordatch", last: 200 },
} as const;

/** RealNVP of networks with 64 channels and 6 residual blocks, 4 million parameters, that starts as its base. */
export const paperImageFlow = {
  ...{ name: "multiscale-realnvp", start: "identity", logit },
  ...{ levels: 3, couplings: 3, channels: 64, blocks: 6 },
} as const;
