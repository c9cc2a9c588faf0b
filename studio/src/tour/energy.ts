import type { Chapter } from "./chapter.js";

export const energy: Chapter = {
  name: "energy",
  title: "Energy and Z",
  text: [
    "An energy E gives each point a number, and low ones are likely: p(x) = exp(−E(x)) / Z. Nothing is asked of E but that Z, the integral of exp(−E) over everything, is finite. Any network may be an energy.",
    "Two points compare without Z: log p(a) − log p(b) = E(b) − E(a). How likely one point is takes Z. In the plane the page sums it up on a grid; in a hundred coordinates nobody can, and most of what follows is about living without it. Here E is given, two wells with a wall of 5 nats between them, and nothing is learned from the rows.",
  ],
  state:
    "data.dataset=two-modes&data.points=1000&data.standardize=false&energy.name=double-well&flow=null&objective.name=pcd&show=energy&layers=forces&box=-2.4,2.4,-2.4,2.4&line=-2.2,0,2.2,0&panels=energies",
  attempt:
    "Point at both wells and at the wall, and read E and log p. Then set barrier to 2 under Energy, and tilt to 1: which numbers move together?",
  question: "Add 10 to E everywhere. What becomes of Z, of p, and of the arrows?",
  answer:
    "Z shrinks by the factor exp(−10), and p stays what it is: the constant cancels. The arrows are −∇E, and a constant has no slope. So an energy is known only up to a constant, and whatever uses slopes or differences alone never needs Z.",
};
