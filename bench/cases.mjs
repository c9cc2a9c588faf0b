/** What is measured, at which sizes, against whom, how many units one call does, and in how many runs of a program. */

const networks = [
  { batch: 128, width: 64 },
  { batch: 512, width: 64 },
  { batch: 512, width: 128 },
  { batch: 512, width: 256 },
];

/** Names of the posteriors of `small-posteriors.mjs`. */
const posteriors = ["eight-schools", "regression", "ar5"].map((posterior) => ({ posterior }));

/** `draws`: how many of each chain their effective number is counted in. */
export const cases = {
  langevin: { unit: "Langevin step", unitsPerCall: 60, peers: ["torch", "jax"], sizes: networks },
  pcd: { unit: "iteration", unitsPerCall: 1, peers: ["torch", "jax"], sizes: networks },
  balanced: { unit: "iteration", unitsPerCall: 1, peers: ["jax"], sizes: [{ batch: 256, width: 128 }] },
  rbm: {
    ...{ unit: "epoch of 1000 rows", unitsPerCall: 1, runsPerCall: 10 },
    ...{ peers: ["sklearn", "sklearn64"], sizes: [{ batch: 100, width: 256 }] },
  },
  conv: {
    ...{ unit: "convolution and both gradients", unitsPerCall: 1, peers: ["torch"] },
    sizes: [
      { batch: 64, width: 64 },
      { batch: 64, width: 16 },
    ],
  },
  flow: {
    ...{ unit: "1024 points of 8 coordinates", unitsPerCall: 1, peers: ["torch", "jax"] },
    sizes: ["realnvp", "spline"].flatMap((flow) => ["sample", "density"].map((of) => ({ flow, of }))),
  },
  hmc: { unit: "draw of 8 chains", unitsPerCall: 1000, draws: 4000, peers: ["jax"], sizes: posteriors },
  nuts: { unit: "draw of 8 chains", unitsPerCall: 1000, draws: 4000, peers: ["jax"], sizes: posteriors },
};

export const showSize = ({ posterior, flow, of, batch, width }) =>
  posterior ?? (flow ? `${flow}-${of}` : `${batch}x${width}`);
