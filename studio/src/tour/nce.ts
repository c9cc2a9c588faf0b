import type { Chapter } from "./chapter.js";

export const nce: Chapter = {
  name: "nce",
  title: "Noise-contrastive estimation",
  text: [
    "Mix the rows with noise of a known density q and learn to tell them apart. The best classifier knows the ratio p/q, and q is known, so it knows p, with its Z: log Z is one more number to learn. No chains, no slopes.",
    "The noise here is one wide normal cloud over both hills. Each hill is compared with the same noise, and so with the other: the weights come out right.",
  ],
  state:
    "data.dataset=two-modes&data.options.preset=paper&data.points=4000&data.standardize=false&energy.hidden=[64,64]&flow=null&objective.name=nce&objective.ratio=2&optimizer.energy.learningRate=0.003&steps=1600&show=density&layers=data&beside=1&panels=weights,verdict&curves=accuracy,logZ",
  attempt:
    "Play, and watch the weights and the learned log Z settle. Then set deviation to 10 under Objective: noise far from the data.",
  question: "Why does noise that is far too wide teach so slowly, and why is this worse in many coordinates?",
  answer:
    "Noise that is nowhere near the rows is told from them without knowing their density: the classifier is soon nearly sure and has nothing more to learn. In many coordinates nearly all simple noise is of that kind, so that it has to be learned as well, by a flow.",
};
