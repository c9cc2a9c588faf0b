import type { Chapter } from "./chapter.js";

export const balanced: Chapter = {
  name: "balanced",
  title: "Balanced training",
  text: [
    "Both sides learn the same data, a third of it below on the left and two thirds above on the right, from the same seed. Both lower the energy at the data and raise it where their chains are.",
    "On the left chains walk: none crosses the gap, so each mode keeps the chains that it began with whatever it weighs, and the weights drift. On the right a flow learns along with the energy and proposes jumps; each is accepted or refused so that the energy decides alone. Chains then show the weights of the modes as they are, and training corrects them.",
  ],
  state:
    "data.dataset=two-modes&data.options.preset=paper&data.points=4000&data.standardize=false&objective.name=pcd&seed=0&b.data.dataset=two-modes&b.data.options.preset=paper&b.data.points=4000&b.data.standardize=false&b.objective.name=balanced&b.seed=0&show=density&layers=data,chains",
  attempt: "Play for half a minute and watch the weights of the modes under each side. Then change the seed.",
  question: "The flow on the right is trained on draws of the chains. If it is wrong, is the energy wrong too?",
  answer:
    "No. Every jump is accepted by the ratio of densities of energy and flow, which leaves the energy's own law as it is for any flow that reaches all of it. A bad flow costs accepted jumps, and so time.",
};
