/** What is measured, at which sizes, against whom, how many units one call does, and in how many runs of a program. */

const networks = [
  { batch: 128, width: 64 },
  { batch: 512, width: 64 },
  { batch: 512, width: 128 },
  { batch: 512, width: 256 },
];

/** Names of the posteriors of `small-posteriors.mjs`. */
const posteriors = ["eight-schools", "regression", "ar5"].map((posterior) => ({ posterior }));

/** One thing at a time from a batch of 256 in 2 coordinates and 2 hidden layers of 64. */
const middle = { batch: 256, width: 64 };
const growing = [
  middle,
  ...[32, 1024, 4096].map((batch) => ({ ...middle, batch })),
  ...[16, 256, 512].map((width) => ({ ...middle, width })),
  ...[1, 4, 8].map((depth) => ({ ...middle, depth })),
  ...[16, 64, 256].map((d) => ({ ...middle, d })),
];

/** `draws`: how many of each chain their effective number is counted in. */
export const cases = {
  langevin: { unit: "Langevin step", unitsPerCall: 60, peers: ["torch", "compiled", "jax"], sizes: networks },
  pcd: { unit: "iteration", unitsPerCall: 1, peers: ["torch", "compiled", "jax"], sizes: networks },
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
  growth: { unit: "Langevin step", unitsPerCall: 60, peers: ["torch", "jax"], sizes: growing },
  chains: {
    ...{ unit: "draw of all chains", unitsPerCall: 1000, peers: ["jax"] },
    sizes: [1, 8, 64, 512].map((chains) => ({ posterior: "eight-schools", chains })),
  },
  hmc: { unit: "draw of 8 chains", unitsPerCall: 1000, draws: 4000, peers: ["jax"], sizes: posteriors },
  nuts: { unit: "draw of 8 chains", unitsPerCall: 1000, draws: 4000, peers: ["jax"], sizes: posteriors },
};

/** `128x64`, with what is not as usual after it. */
export const showSize = ({ batch, width, ...rest }) =>
  [
    ...(batch ? [`${batch}x${width}`] : []),
    ...Object.entries(rest).map(([name, value]) => (typeof value === "number" ? `${name}=${value}` : value)),
  ].join("-");
