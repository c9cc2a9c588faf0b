import type { Chapter } from "./chapter.js";

export const uses: Chapter = {
  name: "uses",
  title: "Uses",
  text: [
    "One energy answers many questions. Is a row odd? Compare its energy with those of rows held out: no Z needed. What is the law of x₂ given x₁? Cut along a vertical line: the density along it over its integral along it, and Z cancels. Where would a noisy point go? Along the arrows, towards more likely points.",
    "With log Z, rows and models compare in nats: which of two models explains new rows better, and whether a row belongs to the one or the other class. The verdict beside the landscape says how far log Z can be trusted.",
  ],
  state:
    "data.dataset=moons&data.points=4000&energy.hidden=[64,64]&flow.layers=4&flow.hidden=[32,32]&objective.name=balanced&objective.localSteps=4&steps=1500&show=density&layers=forces&line=0.5,-1.2,0.5,1.7&panels=verdict,energies",
  attempt: "Play, pause, and move the cut: at x₁ = 0.5 the law of x₂ has two hills. At which x₁ does it have one?",
  question: "A row far out has a lower density than all others. Is it from another source?",
  answer:
    "Perhaps: it is odd for this model, which is all that one density can say. Far from all rows the energy is what the network happens to do there, so that order among very odd rows means little; and in many coordinates ordinary rows differ in density by many nats.",
};
