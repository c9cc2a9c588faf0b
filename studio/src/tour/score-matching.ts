import type { Chapter } from "./chapter.js";

export const scoreMatching: Chapter = {
  name: "score-matching",
  title: "Score matching",
  text: [
    "The slope of the log-density, −∇E, does not know Z. Denoising score matching learns it without chains: add a little noise to each row, and learn slopes that point back. What is learned is the density smoothed by that noise.",
    "Left and right have the same two clouds, a third and two thirds of the rows on the left, nine tenths and one tenth on the right. The slope inside a cloud is the same whatever the cloud weighs, and between them, where a slope would tell the weights, there are hardly any rows. Both sides learn the arrows well, and the weights are whatever the network makes of the gap.",
  ],
  state:
    "data.dataset=two-modes&data.options.preset=paper&data.points=4000&data.standardize=false&energy.hidden=[64,64]&flow=null&objective.name=denoising-score-matching&steps=1500&b.data.dataset=two-modes&b.data.options.preset=paper&b.data.options.weights=[9,1]&b.data.points=4000&b.data.standardize=false&b.energy.hidden=[64,64]&b.flow=null&b.objective.name=denoising-score-matching&b.steps=1500&show=density&layers=data,forces&panels=weights&unlinked=1",
  attempt:
    "Play both to the end. Then set sigma to 1 under Objective: noise as wide as the gap sees both clouds at once, and blurs them.",
  question: "Diffusion models match scores too and get weights right. How?",
  answer:
    "They match them at many levels of noise. At the high levels the clouds overlap, and there the slope does depend on the weights. Draws come down from there, level by level.",
};
