import type { Chapter } from "./chapter.js";

export const mcmc: Chapter = {
  name: "mcmc",
  title: "MCMC",
  text: [
    "Draws of p without Z: a Langevin chain goes down the slope of the energy by a step and is shaken by noise, x ← x − ε∇E(x) + √(2ε) ξ. With small steps and for long enough its points are draws of p. An accept-or-refuse step (MALA) takes away the error of large steps: it needs differences of E alone.",
    "Long enough is the catch. The energy here is fixed, two clouds of which the lower left weighs 2/3. The chains of the training begin spread evenly over the square. Each falls into the nearer cloud and stays: to cross, it would have to climb 20 nats, and chances of that are of the order of e⁻²⁰, one in 500 million. About half of the chains end in either cloud, whatever the clouds weigh.",
  ],
  state:
    "data.dataset=two-modes&data.points=1000&data.standardize=false&energy.name=mixture&flow=null&objective.name=pcd&objective.local=mala&objective.start=uniform&objective.localSteps=2&show=density&layers=forces,chains&box=-2.2,2.2,-2.2,2.2&drops=0,0,0.2,-0.2,-0.2,0.2,-1,1,1,-1&panels=weights,chains",
  attempt:
    "Play, and compare what the chains say of the weights with the model's own. Click on the landscape to drop more chains, and let another kernel walk them.",
  question:
    "Every chain sits calmly in its cloud and explores it well. Does R-hat of chains of one cloud say that all is well?",
  answer:
    "Yes, and it is wrong. Chains that all began in one cloud agree with one another and know nothing of the other. Only chains from spread starts, or moves that jump, can show that there is more.",
};
