import type { Chapter } from "./chapter.js";

export const contrastiveDivergence: Chapter = {
  name: "contrastive-divergence",
  title: "Contrastive divergence",
  text: [
    "Maximum likelihood has a plain gradient: lower the energy at data, raise it at draws of the model. When both look alike the two cancel. The draws are the work, so contrastive divergence (left) takes short chains that begin at data, and persistent chains (right) go on from where they were at the step before.",
    "Both soon find the clouds, since within a cloud short chains do. But no chain crosses from one to the other. The share of the chains in a cloud is then whatever it was at the start, and equals the share of the data however wrong the model is: nothing pushes the weights of the model to where they belong.",
  ],
  state:
    "data.dataset=two-modes&data.options.preset=paper&data.points=4000&data.standardize=false&energy.hidden=[64,64]&flow=null&objective.name=cd&objective.localSteps=5&seed=1&b.data.dataset=two-modes&b.data.options.preset=paper&b.data.points=4000&b.data.standardize=false&b.energy.hidden=[64,64]&b.flow=null&b.objective.name=pcd&b.objective.localSteps=5&b.seed=1&show=density&layers=data,chains&panels=weights",
  attempt: "Play both for a minute, and watch the weights of the modes wander. Change the seed: they wander elsewhere.",
  question: "The gap between the energies of data and chains is near 0. Is the model right?",
  answer:
    "Not for that. The gap compares points within each cloud, where both are alike. It is 0 for any weights of the clouds, as long as each cloud has the right shape.",
};
