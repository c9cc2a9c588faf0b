/** The networks of Grenioux, Moulines & Gabrié (2023), appendix C, as parts of configurations. */

/** ToyNet of Nijkamp et al. (2020): 10,593 parameters in the plane there, one less here, where the last layer has no bias. */
export const paperEnergy = { name: "tilted", hidden: [32, 64, 64, 64], activation: "leaky-relu" } as const;

export const paperFlow = { name: "realnvp", layers: 4, hidden: [16, 16, 16] } as const;
