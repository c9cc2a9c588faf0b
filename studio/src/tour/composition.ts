import type { Chapter } from "./chapter.js";

export const composition: Chapter = {
  name: "composition",
  title: "Composition",
  text: [
    "Energies add where densities multiply: exp(−E₁ − E₂) is a product, likely only where both agree. The energy here is such a sum: a bowl, and one term for each hidden unit of a restricted Boltzmann machine. Every unit is an expert that says which of two sides a point is on.",
    "Two experts make four hills, and m of them up to 2ᵐ: the machine is at the same time a mixture of 2ᵐ normal clouds, with m vectors to learn and not 2ᵐ. That is what products are for. A mixture, the sum of the densities, is likely where any part is, and each cloud takes a part of its own.",
  ],
  state:
    "data.dataset=four-corners&data.points=3000&data.options.preset=apart&energy.name=gaussian-rbm&energy.hiddenUnits=2&energy.scale=0.16&energy.weightScale=0.6&flow=null&objective.name=likelihood&optimizer.energy.learningRate=0.03&steps=400&show=density&layers=data&panels=weights",
  attempt: "Play until there are four hills. Then set hiddenUnits to 1 under Energy: one expert alone makes two.",
  question: "Both experts have their own Z. Is the Z of the product the product of theirs?",
  answer:
    "No. The product of two normalised densities does not integrate to 1: where they disagree mass is lost. Its Z has to be found anew, and that is why products are easy to write down and hard to normalise.",
};
