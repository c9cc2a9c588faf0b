/** Every target of the suite, one line a family: this list is the registry. */

export { ising, isingLarge } from "./lattices.js";
export { digitsLike, fitted, missed, tableLike } from "./pushed.js";
export { funnel, manyWell, modes, modesHigh, rotated, stretched } from "./shapes.js";
