import type { Chapter } from "./chapter.js";

export const flows: Chapter = {
  name: "flows",
  title: "Flows",
  text: [
    "A flow takes a normal cloud and bends the plane by maps that can be undone. Its density is known to the last digit: that of the point it came from, divided by how much the map stretches area there. Draws cost one pass, and there is no Z to find. It is trained by plain maximum likelihood.",
    "The price is the bending. The grid is the plane of the normal cloud, carried along: it may stretch and turn, but not tear. Two pieces of data stay joined by a bridge, which gets thin and never goes.",
  ],
  state:
    "data.dataset=moons&data.points=4000&objective.name=flow-likelihood&flow.name=maf&flow.hidden=[32,32]&optimizer.flow.learningRate=0.003&steps=1500&show=flow&layers=data,flow-grid&panels=energies&curves=negativeLogLikelihood",
  attempt: "Play, and follow one cell of the grid. Switch the flow's draws on (5), and look for those on the bridge.",
  question:
    "Why is a flow with a little of the density everywhere a good proposal for an energy, although its bridge is wrong?",
  answer:
    "An energy can refuse what is proposed, but it cannot propose what the flow never draws. Too much is refused and costs time; a mode with none is lost. The bridge costs some refusals.",
};
