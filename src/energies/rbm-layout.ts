/** The parameters of restricted Boltzmann machines as one flat vector. */

import { freeze, type Layout, layoutOf } from "../nn/layout.js";

/** `weight (n, m)`, `visible (n)` and `hidden (m)` one after the other: W, b and c. */
export const rbmLayout = (visible: number, hidden: number): Layout =>
  layoutOf({ weight: [visible, hidden], visible: [visible], hidden: [hidden] });

/** `weight (n, m)`, `visible (n)`, `hidden (m)` and `logScale (n)` one after the other: W, b, c and log σ. */
export function gaussianRbmLayout(visible: number, hidden: number, learnScale = false): Layout {
  const layout = layoutOf({ weight: [visible, hidden], visible: [visible], hidden: [hidden], logScale: [visible] });
  const given = freeze(layout).leaves;
  const leaves = layout.leaves.map((leaf, i) => (leaf.name === "logScale" && !learnScale ? given[i]! : leaf));
  return { size: layout.size, leaves };
}
